"""What a promise's program answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """A figure as it is printed, and what is broken; a promise with nothing broken holds."""

    figure: str
    broken: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return not self.broken


def quantile(values: list[float], share: float) -> float:
    """The value below which that share lies; 0 for no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
