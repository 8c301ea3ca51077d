"""What differs between two documents, as steps that each leave a whole document."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import Text
from simulation.topology.document import Edge, Node, Topology

_PARTS = ("nodes", "edges", "flows")
#: Members that draw or describe and move no figure.
_COSMETIC = ("position", "size", "notes", "name")


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that was added, removed or changed; `before` and `after` hold the members that differ.

    `label` is its id, of an edge its ends.
    """

    part: str
    id: str
    label: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Step:
    """Differences that only make sense together: a node with its edges, a container with what moved into it."""

    differences: list[Difference] = field(default_factory=list)

    def text(self) -> Text:
        """What the step does, in both languages."""
        told = self._told()
        parts = [_sentence(d) for d in told]
        return Text(", ".join(p.en for p in parts), ", ".join(p.ko for p in parts))

    def _told(self) -> list[Difference]:
        """Nodes and flows first; edges only where nothing else is told, for they go with their nodes."""
        nodes = [d for d in self.differences if d.part != "edges"]
        return nodes or self.differences


def differences(before: Topology, after: Topology) -> list[Difference]:
    """Every element that differs, nodes first, in the documents' order; what only draws is left out."""
    found: list[Difference] = []
    for part in _PARTS:
        old = {e.id: _members(e) for e in getattr(before, part)}
        new = {e.id: _members(e) for e in getattr(after, part)}
        found += [Difference(part, i, _label(i, new[i]), "added", {}, new[i]) for i in new if i not in old]
        for i in new:
            was, now = _differing(part, old[i], new[i]) if i in old else ({}, {})
            if was or now:
                found.append(Difference(part, i, _label(i, new[i]), "changed", was, now))
        found += [Difference(part, i, _label(i, old[i]), "removed", old[i], {}) for i in old if i not in new]
    return found


def steps(before: Topology, after: Topology) -> list[Step]:
    """The differences grouped into steps: additions first, then changes, then removals.

    Added and removed nodes take along the edges at their ends, containers the nodes that moved into or out
    of them, and a new way around takes along the edge that it replaces.
    """
    found = differences(before, after)
    group = list(range(len(found)))

    def top(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    def join(i: int, j: int) -> None:
        a, b = sorted((top(i), top(j)))
        group[b] = a

    structural = {d.id: i for i, d in enumerate(found) if d.part == "nodes" and d.action != "changed"}
    for i, difference in enumerate(found):
        for name in _touches(difference, before, after):
            if name in structural:
                join(i, structural[name])
    _join_detours(found, join, top)
    members: dict[int, Step] = {}
    for i, difference in enumerate(found):
        members.setdefault(top(i), Step()).differences.append(difference)
    return sorted(members.values(), key=_order)


def applied(topology: Topology, step: Step, goal: Topology) -> Topology:
    """The document after the step, its elements taken from `goal`, in the goal's order where it has one."""
    parts: dict[str, Any] = {}
    for part in _PARTS:
        wanted = {e.id: e for e in getattr(goal, part)}
        present = {e.id: e for e in getattr(topology, part)}
        for difference in step.differences:
            if difference.part != part:
                continue
            if difference.action == "removed":
                present.pop(difference.id, None)
            else:
                present[difference.id] = wanted[difference.id]
        place = {name: i for i, name in enumerate(wanted)}
        parts[part] = sorted(present.values(), key=lambda e: place.get(e.id, len(place)))
    return msgspec.structs.replace(topology, **parts)


def _label(name: str, members: dict[str, Any]) -> str:
    return f"{members['source']} > {members['target']}" if "target" in members else name


def _members(element: Any) -> dict[str, Any]:
    members: dict[str, Any] = msgspec.to_builtins(element)
    return {k: v for k, v in members.items() if k != "id" and (k not in _COSMETIC)}


def _differing(part: str, old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members that differ, params one by one, defaults filled in."""
    old, new = _flat(part, old), _flat(part, new)
    names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
    return {n: old[n] for n in names if n in old}, {n: new[n] for n in names if n in new}


def _flat(part: str, members: dict[str, Any]) -> dict[str, Any]:
    stated = {**{k: v for k, v in members.items() if k != "params"}, **members.get("params", {})}
    if part != "nodes":
        return stated
    defaults = {p.name: p.default for p in KINDS[members["kind"]].params if p.default is not None}
    return {"replicas": 1, **defaults, **stated}


def _touches(difference: Difference, before: Topology, after: Topology) -> list[str]:
    """Nodes that a difference cannot do without."""
    names: list[str] = []
    for topology in (before, after):
        for element in getattr(topology, difference.part):
            if element.id != difference.id:
                continue
            if isinstance(element, Edge):
                names += [element.source, element.target]
            elif isinstance(element, Node):
                names += [*([element.parent] if element.parent else []), *element.spread]
            else:
                names.append(element.source)
    return names


def _join_detours(found: list[Difference], join: Any, top: Any) -> None:
    """A removed edge goes with the added edges that lead from its source and to its target."""
    added = [(i, d.after) for i, d in enumerate(found) if d.part == "edges" and d.action != "removed"]
    for i, difference in enumerate(found):
        if difference.part != "edges" or difference.action != "removed":
            continue
        source, target = difference.before["source"], difference.before["target"]
        leaving = [j for j, edge in added if edge.get("source") == source]
        arriving = [j for j, edge in added if edge.get("target") == target]
        for j in leaving:
            if any(top(j) == top(k) for k in arriving):
                join(i, j)


def _order(step: Step) -> int:
    actions = {d.action for d in step.differences}
    return 0 if "added" in actions else 1 if "changed" in actions else 2


def _sentence(difference: Difference) -> Text:
    name = difference.label
    if difference.action == "added":
        replicas = int(difference.after.get("replicas", 1))
        times = f" × {replicas}" if replicas > 1 else ""
        return Text(f"added {name}{times}", f"{name}{times} 추가")
    if difference.action == "removed":
        return Text(f"removed {name}", f"{name} 제거")
    told = [_moved(difference, m) for m in dict.fromkeys((*difference.before, *difference.after))]
    return Text(f"{name}: {', '.join(t.en for t in told)}", f"{name}: {', '.join(t.ko for t in told)}")


def _moved(difference: Difference, member: str) -> Text:
    """A member with its value before and after; English names it as the document does."""
    old, new = _shown(difference.before.get(member)), _shown(difference.after.get(member))
    arrow = f"{old or 'none'} → {new or 'none'}"
    return Text(f"{member} {arrow}", f"{_in_korean().get(member, member)} {old or '없음'} → {new or '없음'}")


@cache
def _in_korean() -> dict[str, str]:
    """What members and params are called, by their names in the document."""
    of_edges = {p.name: p.title.ko for kind in EDGE_KINDS.values() for p in kind.params}
    of_nodes = {p.name: p.title.ko for kind in KINDS.values() for p in kind.params}
    return of_edges | of_nodes | _MEMBERS_KO


_MEMBERS_KO = {
    "kind": "종류",
    "parent": "컨테이너",
    "spread": "분산 위치",
    "replicas": "복제본",
    "source": "출발",
    "target": "도착",
    "rate_rps": "초당 요청",
    "mix": "작업 비율",
    "regions": "지역 비율",
    "shape": "부하 모양",
    "arrivals": "도착 방식",
}


def _shown(value: Any) -> str:
    """The value in short; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{k} {_shown(v)}" for k, v in value.items())
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:g}"
    return str(value)
