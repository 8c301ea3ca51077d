"""Why figures are null, collected while they are written."""

from simulation.analysis.report import Gap, Reason


class Gaps:
    """The gaps `found` so far; `is_partial` once the budget has left something out."""

    def __init__(self) -> None:
        self.found: list[Gap] = []
        self.is_partial = False

    def say(self, pointer: str, reason: Reason, partial: bool = False) -> None:
        """Say why a figure is null, or `partial`."""
        self.found.append(Gap(pointer, reason.reason, reason.code, reason.reason_ko))
        self.is_partial = self.is_partial or partial
