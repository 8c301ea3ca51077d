"""Findings that the owner accepts: marked with reason and date, never dropped, and back when the date has passed."""

from collections.abc import Iterable
from datetime import date

import msgspec

from simulation.analysis.report import Finding
from simulation.topology.document import Acceptance


def is_valid(acceptance: Acceptance, today: date) -> bool:
    """Whether it still holds: through its last day; without a date, for good."""
    return acceptance.expires is None or today <= date.fromisoformat(acceptance.expires)


def marked(findings: Iterable[Finding], accepted: Iterable[Acceptance], today: date) -> list[Finding]:
    """The findings, those accepted on what they are about carrying `accepted {component, reason, expires}`."""
    valid = {(a.code, a.component): a for a in accepted if is_valid(a, today)}
    found: list[Finding] = []
    for finding in findings:
        acceptance = valid.get((finding.code, finding.components[0])) if finding.components else None
        if acceptance is not None:
            note = {"component": acceptance.component, "reason": acceptance.reason, "expires": acceptance.expires}
            finding = msgspec.structs.replace(finding, accepted=note)
        found.append(finding)
    return found
