"""Judging a whole document: every problem at once, each with its place, the value and what is accepted.

The plain object is judged, as read from JSON or YAML, so that one bad record hides no other.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import Kind
from simulation.topology.document import FORMAT, Problem, Topology
from simulation.topology.flows import check_flow
from simulation.topology.joining import check_edge, check_pools
from simulation.topology.limits import (
    MAX_ACCEPTED,
    MAX_EDGES,
    MAX_FLOWS,
    MAX_INSTANCES,
    MAX_NODES,
    MAX_REPLICAS,
    MAX_TEXT,
    MAX_THRESHOLDS,
    RESERVED_KEYS,
)
from simulation.topology.values import (
    Problems,
    check_number,
    check_param,
    check_text,
    escaped,
    shown,
    suggestion,
)

_ID = re.compile(r"[a-z0-9_-]{1,64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[A-Z]{2}[0-9]{3}")

_DOCUMENT = (
    "format",
    "name",
    "description",
    "nodes",
    "edges",
    "flows",
    "thresholds",
    "accepted",
    "scenario",
)
_NODE = ("id", "kind", "name", "parent", "spread", "replicas", "params", "position", "size", "notes")
_EDGE = ("id", "source", "target", "kind", "params")
_FLOW = ("id", "source", "rate_rps", "mix", "regions", "shape", "arrivals", "name")


def check(topology: Topology) -> list[Problem]:
    """Everything that is wrong with a document; an empty list means that both engines can read it."""
    return check_object(msgspec.to_builtins(topology))


def check_object(document: Any) -> list[Problem]:
    """The same for the plain object that JSON or YAML hold."""
    problems = Problems()
    if not isinstance(document, Mapping):
        problems.add("", f"{shown(document)} is no document; an object with format, name, nodes, ... is accepted")
        return problems
    if not _check_format(document.get("format"), problems):
        return problems
    _check_members(document, _DOCUMENT, "", problems)
    check_text(document.get("name", ""), "/name", problems)
    if document.get("description") is not None:
        check_text(document["description"], "/description", problems, MAX_TEXT, lines=True)

    kinds = _check_nodes(_records(document, "nodes", MAX_NODES, problems), problems)
    _check_edges(_records(document, "edges", MAX_EDGES, problems), kinds, problems)
    _check_flows(_records(document, "flows", MAX_FLOWS, problems), document, kinds, problems)
    _check_thresholds(document.get("thresholds", []), problems)
    _check_accepted(_records(document, "accepted", MAX_ACCEPTED, problems), problems)
    scenario = document.get("scenario")
    if scenario is not None and not isinstance(scenario, Mapping):
        problems.add("/scenario", f"{shown(scenario)} is refused; an object is accepted")
    return problems


def _check_format(value: Any, problems: Problems) -> bool:
    if value == FORMAT:
        return True
    match = re.fullmatch(r"linchpin/(\d{1,6})", value) if isinstance(value, str) else None
    newer = match is not None and int(match.group(1)) > int(FORMAT.partition("/")[2])
    why = "is newer than this program reads" if newer else "is no format that is read"
    problems.add("/format", f"{shown(value)} {why}; accepted: {FORMAT}")
    return False


def _check_members(record: Mapping[str, Any], known: tuple[str, ...], pointer: str, problems: Problems) -> None:
    for name in record:
        if name not in known:
            at = f"{pointer}/{escaped(name)}"
            if name in RESERVED_KEYS:
                problems.add(at, f"{name!r} is a reserved key; it is never accepted")
            else:
                problems.add(at, f"{shown(name)} is unknown here{suggestion(name, known)}")


def _records(
    document: Mapping[str, Any], name: str, limit: int, problems: Problems
) -> list[tuple[str, Mapping[str, Any]]]:
    """The records of a list with their pointers; what is no object is named and left out."""
    value = document.get(name, [])
    if not isinstance(value, list):
        problems.add(f"/{name}", f"{shown(value)} is refused; a list is accepted")
        return []
    if len(value) > limit:
        problems.add(f"/{name}", f"{len(value):,} {name}; at most {limit:,} are accepted")
        return []
    found = []
    for i, record in enumerate(value):
        if isinstance(record, Mapping):
            found.append((f"/{name}/{i}", record))
        else:
            problems.add(f"/{name}/{i}", f"{shown(record)} is refused; an object is accepted")
    return found


def _check_id(record: Mapping[str, Any], pointer: str, seen: dict[str, str], problems: Problems) -> str | None:
    value = record.get("id")
    if not isinstance(value, str) or not _ID.fullmatch(value) or value in RESERVED_KEYS:
        same = isinstance(value, str) and unicodedata.normalize("NFKC", value).casefold()
        also = f"; it also reads like {same!r}" if same and same != value and same in seen else ""
        problems.add(
            f"{pointer}/id", f"{shown(value)} is no id; accepted: 1 to 64 of a-z, 0-9, '-' and '_', unique{also}"
        )
        return None
    if value in seen:
        problems.add(f"{pointer}/id", f"{value!r} is already the id of {seen[value]}; ids are unique")
        return None
    seen[value] = pointer
    return value


def _check_nodes(records: list[tuple[str, Mapping[str, Any]]], problems: Problems) -> dict[str, Kind | None]:
    """Check every node; the kinds by id (None where the kind is unknown)."""
    seen: dict[str, str] = {}
    kinds: dict[str, Kind | None] = {}
    parents: dict[str, str] = {}
    instances = 0
    for pointer, node in records:
        _check_members(node, _NODE, pointer, problems)
        node_id = _check_id(node, pointer, seen, problems)
        name = node.get("kind")
        kind = KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            problems.add(f"{pointer}/kind", f"{shown(name)} is no kind{suggestion(name, KINDS)}")
        if node_id is not None:
            kinds[node_id] = kind
        instances += _check_node(node, kind, pointer, problems)
    if instances > MAX_INSTANCES:
        problems.add("/nodes", f"{instances:,} replicas in all shards; at most {MAX_INSTANCES:,} are accepted")

    boxes = [i for i, kind in kinds.items() if kind is not None and kind.is_container]
    for pointer, node in records:
        parent = node.get("parent")
        if parent is not None:
            _check_container(parent, f"{pointer}/parent", kinds, boxes, problems)
            if isinstance(node.get("id"), str) and isinstance(parent, str):
                parents.setdefault(node["id"], parent)
        _check_spread(node, pointer, kinds, boxes, problems)
    _check_cycles(parents, seen, problems)
    return kinds


def _check_node(node: Mapping[str, Any], kind: Kind | None, pointer: str, problems: Problems) -> int:
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


def _check_edges(
    records: list[tuple[str, Mapping[str, Any]]], kinds: Mapping[str, Kind | None], problems: Problems
) -> None:
    seen: dict[str, str] = {}
    for pointer, edge in records:
        _check_members(edge, _EDGE, pointer, problems)
        _check_id(edge, pointer, seen, problems)
        name = edge.get("kind")
        if name is not None and (not isinstance(name, str) or name not in EDGE_KINDS):
            problems.add(f"{pointer}/kind", f"{shown(name)} is no kind of edge{suggestion(name, EDGE_KINDS)}")
            continue
        check_edge(edge, pointer, kinds, problems)
    check_pools(records, kinds, problems)


def _check_flows(
    records: list[tuple[str, Mapping[str, Any]]],
    document: Mapping[str, Any],
    kinds: Mapping[str, Kind | None],
    problems: Problems,
) -> None:
    places = {i for i, kind in kinds.items() if kind is not None and kind.is_container}
    nodes = document.get("nodes")
    for node in nodes if isinstance(nodes, list) else []:
        params = node.get("params") if isinstance(node, Mapping) else None
        trips = params.get("rtt_ms") if isinstance(params, Mapping) else None
        places.update(trips if isinstance(trips, Mapping) else ())
    seen: dict[str, str] = {}
    for pointer, flow in records:
        _check_members(flow, _FLOW, pointer, problems)
        _check_id(flow, pointer, seen, problems)
        check_flow(flow, pointer, kinds, places, problems)


def _check_thresholds(value: Any, problems: Problems) -> None:
    if not isinstance(value, list) or len(value) > MAX_THRESHOLDS:
        problems.add(
            "/thresholds", f"{shown(value)} is refused; a list of at most {MAX_THRESHOLDS:,} texts is accepted"
        )
        return
    for i, threshold in enumerate(value):
        check_text(threshold, f"/thresholds/{i}", problems)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and _DATE.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _check_accepted(records: list[tuple[str, Mapping[str, Any]]], problems: Problems) -> None:
    for pointer, record in records:
        _check_members(record, ("code", "component", "reason", "expires"), pointer, problems)
        code = record.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            problems.add(f"{pointer}/code", f"{shown(code)} is no code of a finding; accepted: like TD101")
        check_text(record.get("component"), f"{pointer}/component", problems)
        check_text(record.get("reason"), f"{pointer}/reason", problems, MAX_TEXT, lines=True)
        expires = record.get("expires")
        if expires is not None and not _is_date(expires):
            problems.add(f"{pointer}/expires", f"{shown(expires)} is no date; accepted: YYYY-MM-DD")
