"""Where users and components are, and how far from each other: what both engines mean by a region.

Places are the regions of a document, and whatever container a flow's `regions` or a region's `rtt_ms` names. A
document without any region has its data centers as places.
"""

from collections.abc import Sequence

from simulation.topology.system import System


class Geography:
    """The places of a system. A place is written by its id; "" stands for nowhere in particular."""

    def __init__(self, system: System) -> None:
        self._system = system
        regions = [c.id for c in system.containers if c.kind.id == "region"]
        named = [str(other) for c in system.containers for other in (c.params.get("rtt_ms") or {})]
        named += [place for source in system.sources for place in source.regions]
        found = [*regions, *named] or [c.id for c in system.containers if c.kind.id == "datacenter"]
        self.places: tuple[str, ...] = tuple(dict.fromkeys(found))

    def around(self, domain: Sequence[int]) -> str:
        """The innermost place among these containers, which are given from the inside."""
        ids = (self._system.containers[box].id for box in domain)
        return next((name for name in ids if name in self.places), "")

    def round_trip_ms(self, a: str, b: str) -> float:
        """Round trip between two places: their own, else that of the places around them, else 0."""
        for one in self._outwards(a):
            for other in self._outwards(b):
                if one == other:
                    return 0.0
                for here, there in ((one, other), (other, one)):
                    box = self._system.container_by_id.get(here)
                    trip = (box.params.get("rtt_ms") or {}).get(there) if box is not None else None
                    if trip is not None:
                        return float(trip)
        return 0.0

    def distance(self, a: str, b: str) -> float:
        """Orders places by how near they are to a user: the own first, then by round trip."""
        return -1.0 if a == b else self.round_trip_ms(a, b)

    def _outwards(self, place: str) -> list[str]:
        box = self._system.container_by_id.get(place)
        return [self._system.containers[i].id for i in box.ancestors] if box is not None else [place]
