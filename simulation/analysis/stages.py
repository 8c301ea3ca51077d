"""Which stages of a model an edit of a few params leaves as they are: the one place that says what a stage reads.

An edit that does more than change such params is followed through the wiring instead (`Difference`).
"""

from collections.abc import Mapping
from dataclasses import replace

from simulation.analysis.difference import Difference
from simulation.topology.system import Component, System

#: Read for how often and how long something fails, and for what it costs.
_FAILING = frozenset({"mtbf_h", "mttr_h", "availability", "cost_per_month"})

#: Read for how long a visit takes and how many are served at once, beside what a kind's station names.
_SERVING = frozenset({"distribution", "cv", "queue_limit"})

#: What is lost with what: reads neither.
_STRUCTURE = (
    "_by_shard", "_classes", "_outages", "_spofs", "consumers", "falling", "flow_weights", "full_roots", "inside",
    "lost_with", "losses", "needed_by_some", "roots", "singles", "spofs", "states",
)  # fmt: skip

#: Load, times and verdicts on losses: read how visits are served, as does what was compiled for the load.
_LOAD = ("assessor", "carried_roots", "chances", "compiler", "contingencies", "has_free_pool", "timing", "work")

#: Probabilities: read how things fail.
_CHANCE = ("_rates", "availability", "cut_lists")


def kept(before: System, now: System, difference: Difference) -> tuple[str, ...]:
    """Names of the stages of the model before an edit that are the same after it."""
    if difference.links or before.responses != now.responses or before.containers != now.containers:
        return ()
    if [_offered(before, i) for i in range(len(before.sources))] != [_offered(now, i) for i in range(len(now.sources))]:
        return ()
    failing = serving = False
    for number in difference.components:
        if number >= min(len(before.components), len(now.components)):
            return ()
        changed = _changed(before.components[number], now.components[number])
        if changed is None:
            return ()
        failing = failing or not changed.isdisjoint(_FAILING)
        serving = serving or not changed <= _FAILING
    return _STRUCTURE + (() if serving else _LOAD) + (() if failing else _CHANCE)


def _offered(system: System, flow: int) -> object:
    source = system.sources[flow]
    return source.flow, source.client, source.regions


def _changed(old: Component | None, new: Component | None) -> frozenset[str] | None:
    """Params in which the two differ; None where they differ in more than how they fail and serve."""
    if old is None or new is None or replace(new, params=old.params, given=old.given) != old:
        return None
    found = frozenset(name for name in old.params.keys() | new.params.keys() if _at(old, name) != _at(new, name))
    station = new.kind.station
    serving = _SERVING if station is None else _SERVING | {*station.time.values(), station.slots}
    return found if found <= _FAILING | serving else None


def _at(component: Component, name: str) -> object:
    params: Mapping[str, object] = component.params
    return params.get(name)
