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
    MAX_TEXT,
    MAX_THRESHOLDS,
    RESERVED_KEYS,
)
from simulation.topology.nodes import check_node, check_places
from simulation.topology.values import (
    Problems,
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
        instances += check_node(node, kind, pointer, problems)
    if instances > MAX_INSTANCES:
        problems.add("/nodes", f"{instances:,} replicas in all shards; at most {MAX_INSTANCES:,} are accepted")

    check_places(records, kinds, seen, problems)
    return kinds


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
