"""Judging nodes: their members and params, and the containers in which they stand or over which they are dealt."""

from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue.model import Kind
from simulation.topology.limits import MAX_REPLICAS, MAX_TEXT
from simulation.topology.values import Problems, check_number, check_param, check_text, escaped, shown, suggestion


def check_node(node: Mapping[str, Any], kind: Kind | None, pointer: str, problems: Problems) -> int:
    """Check the members of one node; how many instances it has."""
    if node.get("name") is not None:
        check_text(node["name"], f"{pointer}/name", problems)
    if node.get("notes") is not None:
        check_text(node["notes"], f"{pointer}/notes", problems, MAX_TEXT, lines=True)
    for member, parts, low in (("position", ("x", "y"), None), ("size", ("width", "height"), 0.0)):
        if node.get(member) is not None:
            _check_pair(node[member], parts, low, f"{pointer}/{member}", problems)
    replicas = node.get("replicas", 1)
    most = 1 if kind is not None and kind.is_container else MAX_REPLICAS
    good = check_number(replicas, f"{pointer}/replicas", problems, minimum=1, maximum=most, whole=True)
    params = node.get("params", {})
    if not isinstance(params, Mapping):
        problems.add(f"{pointer}/params", f"{shown(params)} is refused; an object is accepted")
        return 0
    if kind is not None:
        for name, value in params.items():
            at = f"{pointer}/params/{escaped(name)}"
            param = kind.param(name)
            if param is None:
                known = [p.name for p in kind.params]
                problems.add(at, f"{shown(name)} is no param of {kind.id}{suggestion(name, known)}")
            else:
                check_param(param, value, at, problems)
        _check_together(params, replicas if good else MAX_REPLICAS, pointer, problems)
    shards = params.get("shards", 1)
    return int(replicas) * shards if good and isinstance(shards, int) and shards > 0 else 0


def _check_together(params: Mapping[str, Any], replicas: int, pointer: str, problems: Problems) -> None:
    """Params that must fit each other."""
    needed = params.get("needed")
    if isinstance(needed, int) and needed > replicas:
        problems.add(
            f"{pointer}/params/needed", f"{needed} of {replicas} replicas; accepted: 'auto' or 1 to {replicas}"
        )
    scale = params.get("autoscale")
    if isinstance(scale, Mapping):
        low, high = scale.get("min", 1), scale.get("max", 10)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            problems.add(
                f"{pointer}/params/autoscale/max", f"{high} is below min ({low}); accepted: a whole number from {low}"
            )


def _check_pair(value: Any, parts: tuple[str, str], low: float | None, pointer: str, problems: Problems) -> None:
    if not isinstance(value, Mapping) or set(value) != set(parts):
        problems.add(pointer, f"{shown(value)} is refused; an object with {parts[0]} and {parts[1]} is accepted")
        return
    for part in parts:
        check_number(value[part], f"{pointer}/{part}", problems, above=low)


def check_places(
    records: list[tuple[str, Mapping[str, Any]]],
    kinds: Mapping[str, Kind | None],
    pointers: Mapping[str, str],
    problems: Problems,
) -> None:
    """Check in what all nodes stand and over what they are dealt; `kinds` and `pointers` are by id."""
    boxes = [i for i, kind in kinds.items() if kind is not None and kind.is_container]
    parents: dict[str, str] = {}
    for pointer, node in records:
        parent = node.get("parent")
        if parent is not None:
            _check_container(parent, f"{pointer}/parent", kinds, boxes, problems)
            if isinstance(node.get("id"), str) and isinstance(parent, str):
                parents.setdefault(node["id"], parent)
        _check_spread(node, pointer, kinds, boxes, problems)
    _check_cycles(parents, pointers, problems)


def _check_container(
    value: Any, pointer: str, kinds: Mapping[str, Kind | None], boxes: list[str], problems: Problems
) -> None:
    if not isinstance(value, str) or value not in kinds:
        problems.add(pointer, f"{shown(value)} is no node of this document{suggestion(value, boxes)}")
        return
    kind = kinds[value]
    if kind is not None and not kind.is_container:
        problems.add(pointer, f"{value!r} is a {kind.id}, no container{suggestion(value, boxes)}")


def _check_spread(
    node: Mapping[str, Any], pointer: str, kinds: Mapping[str, Kind | None], boxes: list[str], problems: Problems
) -> None:
    spread = node.get("spread", [])
    if not isinstance(spread, list):
        problems.add(f"{pointer}/spread", f"{shown(spread)} is refused; a list of containers is accepted")
        return
    kind = kinds.get(node.get("id", "")) if isinstance(node.get("id"), str) else None
    if spread and kind is not None and kind.is_container:
        problems.add(f"{pointer}/spread", f"{shown(spread)}: a container is not dealt over others; leave it out")
        return
    if len(spread) > MAX_REPLICAS:
        problems.add(f"{pointer}/spread", f"{len(spread):,} containers; at most {MAX_REPLICAS:,} are accepted")
        return
    for i, box in enumerate(spread):
        _check_container(box, f"{pointer}/spread/{i}", kinds, boxes, problems)
    if len(set(map(str, spread))) != len(spread):
        problems.add(f"{pointer}/spread", f"{shown(spread)} names a container twice; each once is accepted")


def _check_cycles(parents: Mapping[str, str], places: Mapping[str, str], problems: Problems) -> None:
    """Name each cycle of containment once, at its smallest id."""
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = parents.get(at)
        if at is not None and at in path:
            ring = [*path][[*path].index(at) :]
            first = min(ring)
            listed = " in ".join([*ring[:8], "..."] if len(ring) > 8 else [*ring, ring[0]])
            problems.add(
                f"{places.get(first, '/nodes')}/parent",
                f"{parents[first]!r} closes a cycle of containment ({listed}); a parent outside of it is accepted",
            )
        done.update(path)
