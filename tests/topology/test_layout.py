"""Layouts: nothing lies on anything else, callers stand left, and the whole is near the shape of a screen."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from simulation.topology.document import Topology
from simulation.topology.layout import Box, absolute, arrange
from simulation.topology.parsing import from_object
from simulation.topology.templates import TEMPLATES


def drawing(nodes: Sequence[dict[str, Any]], pairs: Sequence[tuple[str, str]], kind: str | None = None) -> Topology:
    edges = [{"id": f"{a}-{b}", "source": a, "target": b} | ({"kind": kind} if kind else {}) for a, b in pairs]
    return from_object({"format": "linchpin/1", "name": "x", "nodes": list(nodes), "edges": edges})


def services(*ids: str, **members: Any) -> list[dict[str, Any]]:
    return [{"id": id_, "kind": "service", **members} for id_ in ids]


def laid_out(topology: Topology) -> dict[str, Box]:
    return absolute(topology, arrange(topology))


def whole(places: dict[str, Box]) -> tuple[float, float]:
    left, top = min(b.x for b in places.values()), min(b.y for b in places.values())
    return max(b.x + b.width for b in places.values()) - left, max(b.y + b.height for b in places.values()) - top


def lie_apart(a: Box, b: Box) -> bool:
    return a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


@pytest.mark.parametrize("seed", range(6))
def test_nothing_lies_on_anything_else_and_containers_hold_their_members(seed: int) -> None:
    draw = random.Random(seed)
    zones = [{"id": f"z{i}", "kind": "zone", **({"parent": "z0"} if i == 2 else {})} for i in range(3)]
    cards = [
        {
            "id": f"s{i}",
            "kind": draw.choice(["service", "database", "metrics"]),
            "parent": draw.choice(["z0", "z1", "z2"]),
        }
        if draw.random() < 0.6
        else {"id": f"s{i}", "kind": "service"}
        for i in range(draw.randrange(2, 40))
    ]
    ids = [card["id"] for card in cards]
    pairs = {(draw.choice(ids), draw.choice(ids)) for _ in range(2 * len(ids))}
    topology = drawing([*zones, *cards], sorted((a, b) for a, b in pairs if a != b))
    places = laid_out(topology)
    for i, a in enumerate(topology.nodes):
        if a.parent is not None:
            assert holds(places[a.parent], places[a.id])
        for b in topology.nodes[:i]:
            assert a.parent != b.parent or lie_apart(places[a.id], places[b.id]), (a.id, b.id)
    assert laid_out(topology) == places


def test_callers_stand_left_of_what_they_call_and_level_with_an_only_one() -> None:
    places = laid_out(drawing(services("d", "c", "b", "a"), [("a", "b"), ("b", "c"), ("c", "d")]))
    row = sorted(places, key=lambda id_: places[id_].x)
    assert "".join(row) == "abcd"
    assert len({place.y for place in places.values()}) == 1


def test_a_long_chain_is_wrapped_rather_than_shown_tiny() -> None:
    ids = [f"s{i}" for i in range(16)]
    width, height = whole(laid_out(drawing(services(*ids), list(pairwise(ids)))))
    assert width < 1400
    assert height < 1000


def test_like_containers_stand_below_each_other_also_when_one_calls_the_other() -> None:
    nodes = [*services("lb", "a", "b"), {"id": "r1", "kind": "region"}, {"id": "r2", "kind": "region"}]
    nodes[1]["parent"], nodes[2]["parent"] = "r1", "r2"
    places = laid_out(drawing(nodes, [("lb", "a"), ("lb", "b"), ("a", "b")]))
    assert places["r1"].x == places["r2"].x > places["lb"].x
    assert lie_apart(places["r1"], places["r2"])


def test_a_container_without_members_stands_with_its_kind_and_is_small() -> None:
    nodes = [*services("a"), *services("b", parent="z1"), {"id": "z1", "kind": "zone"}, {"id": "z2", "kind": "zone"}]
    places = laid_out(drawing(nodes, [("a", "b")]))
    assert places["z1"].x == places["z2"].x
    assert places["z2"].height < places["z1"].height


def test_what_only_watches_stands_below_what_serves() -> None:
    nodes = [*services("a", "b", "c"), {"id": "m", "kind": "metrics"}, {"id": "l", "kind": "logging"}]
    served = drawing(nodes, [("a", "b"), ("b", "c")])
    watched = drawing(nodes, [("a", "m"), ("b", "m"), ("c", "m"), ("a", "l")], "observe")
    places = laid_out(from_object({"format": "linchpin/1", "name": "x", "nodes": nodes, "edges": [
        {"id": e.id, "source": e.source, "target": e.target, **({"kind": e.kind} if e.kind else {})}
        for e in (*served.edges, *watched.edges)
    ]}))  # fmt: skip
    lowest = max(places[id_].y + places[id_].height for id_ in "abc")
    assert all(places[id_].y > lowest for id_ in "ml")


def test_the_largest_template_can_be_read_whole_on_a_laptop() -> None:
    width, height = whole(laid_out(TEMPLATES["zero-to-millions"].topology))
    assert min(760 / width, 620 / height) > 0.45


def test_four_hundred_nodes_keep_near_the_shape_of_a_screen() -> None:
    draw = random.Random(1)
    ids = [f"s{i}" for i in range(400)]
    pairs = {(ids[draw.randrange(max(0, i - 12), i)], ids[i]) for i in range(1, 400) for _ in range(2)}
    width, height = whole(laid_out(drawing(services(*ids), sorted(pairs))))
    assert 0.5 < width / height < 4


def test_nothing_needs_no_place() -> None:
    assert arrange(drawing([], [])) == {}


@pytest.mark.parametrize(("length", "rows"), [(6, 1), (12, 2)])
def test_a_chain_is_cut_into_rows_only_when_it_is_long(length: int, rows: int) -> None:
    ids = [f"s{i}" for i in range(length)]
    places = laid_out(drawing(services(*ids), list(pairwise(ids))))
    assert len({places[id_].y for id_ in ids}) == rows
