"""Judging edges: their ends, whether their kind makes sense between them, and the pools they form."""

from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue import EDGE_KINDS, default_edge_kind
from simulation.topology.catalogue.joins import nonsense
from simulation.topology.catalogue.model import Kind
from simulation.topology.values import Problems, check_param, escaped, is_number, shown, suggestion


def check_edge(edge: Mapping[str, Any], pointer: str, kinds: Mapping[str, Kind | None], problems: Problems) -> None:
    """Note what is wrong with the ends and params of an edge whose `kind` is known or left out."""
    ends: list[Kind] = []
    for end in ("source", "target"):
        name = edge.get(end)
        if not isinstance(name, str) or name not in kinds:
            components = [i for i, k in kinds.items() if k is None or not k.is_container]
            problems.add(f"{pointer}/{end}", f"{shown(name)} is no node of this document{suggestion(name, components)}")
            continue
        kind = kinds[name]
        if kind is not None and kind.is_container:
            problems.add(f"{pointer}/{end}", f"{name!r} is a {kind.id}, a container; edges join components")
        elif kind is not None:
            ends.append(kind)
    stated = edge.get("kind")
    name = stated or (default_edge_kind(*ends) if len(ends) == 2 else None)
    if len(ends) == 2 and name is not None:
        if edge["source"] == edge["target"]:
            problems.add(f"{pointer}/target", f"{edge['target']!r} is the source too; another node is accepted")
        elif why := nonsense(name, *ends):
            problems.add(f"{pointer}/kind", f"{name!r} from {ends[0].id} to {ends[1].id} makes no sense: {why}")
    params = edge.get("params", {})
    if not isinstance(params, Mapping):
        problems.add(f"{pointer}/params", f"{shown(params)} is refused; an object is accepted")
    elif name is not None:
        _check_params(name, params, pointer, kinds, problems)


def _check_params(
    name: str, params: Mapping[str, Any], pointer: str, kinds: Mapping[str, Kind | None], problems: Problems
) -> None:
    kind = EDGE_KINDS[name]
    for key, value in params.items():
        at = f"{pointer}/params/{escaped(key)}"
        param = kind.param(key)
        if param is None:
            problems.add(at, f"{shown(key)} is no param of {name}{suggestion(key, [p.name for p in kind.params])}")
        elif check_param(param, value, at, problems) and key == "fronts" and value:
            for i, node in enumerate(value):
                if node not in kinds:
                    problems.add(f"{at}/{i}", f"{shown(node)} is no node of this document{suggestion(node, kinds)}")


def check_pools(
    records: list[tuple[str, Mapping[str, Any]]], kinds: Mapping[str, Kind | None], problems: Problems
) -> None:
    """Note pools whose weights sum to nothing, that need more members than they have, or mix policies."""
    pools: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for pointer, edge in records:
        source, params = edge.get("source"), edge.get("params", {})
        kind = kinds.get(source) if isinstance(source, str) else None
        if kind is None or not isinstance(params, Mapping) or edge.get("kind") not in (None, "call"):
            continue
        name = params.get("pool")
        if isinstance(name, str) or (kind.is_router and name is None):
            pools.setdefault((str(source), name or ""), []).append((pointer, params))
    for members in pools.values():
        weights = [params.get("weight", 1) for _, params in members]
        if all(is_number(w) for w in weights) and sum(weights) <= 0:
            problems.add(f"{members[0][0]}/params/weight", "the pool's weights sum to 0; one above 0 is accepted")
        for pointer, params in members:
            needed = params.get("needed")
            if isinstance(needed, int) and needed > len(members):
                problems.add(
                    f"{pointer}/params/needed", f"{needed} of {len(members)} members; accepted: 1 to {len(members)}"
                )
        policies = sorted({str(p["policy"]) for _, p in members if p.get("policy")})
        if len(policies) > 1:
            problems.add(
                f"{members[-1][0]}/params/policy",
                f"the pool's edges state {' and '.join(policies)}; one policy a pool is accepted",
            )
