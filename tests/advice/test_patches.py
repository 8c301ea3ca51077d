"""Every patch that a finding proposes applies to its document and leaves a valid one."""

import pytest

from simulation.analysis import analyze
from simulation.analysis.advice.judging import Judge
from simulation.analysis.findings import rules
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object
from simulation.topology.templates import TEMPLATES

DOCUMENTS: dict[str, Topology] = {
    **{f"template {name}": template.topology for name, template in TEMPLATES.items()},
    **{f"example {code}": from_object(rule.firing) for code, rule in rules().items()},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_patches_apply(name: str) -> None:
    topology, judge = DOCUMENTS[name], Judge()
    for finding in analyze(topology, max_order=2).findings:
        if finding.patch is not None:
            assert finding.patch
            assert judge.changed(topology, finding.patch) is not None, finding
