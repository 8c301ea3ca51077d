"""For continuous integration: JUnit XML, a test case a threshold."""

from xml.etree import ElementTree

from simulation.evaluation.evaluate import Evaluation
from simulation.evaluation.formats.text import measured

MEDIA_TYPE = "application/xml"


def write(evaluation: Evaluation, source: str) -> str:
    """A test suite named for the file; a threshold that does not hold is a failure."""
    broken = sum(not o.holds for o in evaluation.thresholds)
    counts = {"tests": str(len(evaluation.thresholds)), "failures": str(broken), "errors": "0", "skipped": "0"}
    suites = ElementTree.Element("testsuites", {"name": "linchpin", **counts})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": source, **counts, "time": "0"})
    for outcome in evaluation.thresholds:
        attributes = {"classname": source, "name": outcome.threshold, "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        if outcome.holds:
            ElementTree.SubElement(case, "system-out").text = measured(outcome)
        else:
            failure = {"type": "threshold", "message": f"{outcome.threshold} does not hold: {measured(outcome)}"}
            ElementTree.SubElement(case, "failure", failure).text = measured(outcome)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
