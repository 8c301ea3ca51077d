"""Strongly connected parts against NetworkX's, on random graphs."""

import random

import networkx

from simulation.topology.circles import circles, strong_parts


def test_parts_agree_with_networkx_and_come_after_what_they_lead_to() -> None:
    for seed in range(500):
        draw = random.Random(seed)
        size = draw.randint(1, 12)
        graph: dict[int, list[int]] = {place: [] for place in range(size)}
        for _ in range(draw.randint(0, 30)):
            graph[draw.randrange(size)].append(draw.randrange(size))
        if seed % 3 == 0:
            graph = {place: ahead for place, ahead in graph.items() if ahead}  # ends need no entry
        edges = [(a, b) for a, ahead in graph.items() for b in ahead]
        net = networkx.DiGraph(edges)
        net.add_nodes_from(graph)
        parts = strong_parts(graph)
        assert sorted(map(sorted, parts)) == sorted(map(sorted, networkx.strongly_connected_components(net)))
        at = {place: i for i, part in enumerate(parts) for place in part}
        assert all(at[b] <= at[a] for a, b in edges)
        loops = {place for place in at if place in graph.get(place, ())}
        back = {frozenset(part) for part in parts if len(part) > 1 or part[0] in loops}
        assert {frozenset(circle) for circle in circles(graph)} == back


def test_a_long_chain_does_not_recurse() -> None:
    length = 20_000
    chain = {place: [(place + 1) % length] for place in range(length)}
    assert [len(part) for part in strong_parts(chain)] == [length]
    assert len(strong_parts({place: [place + 1] for place in range(length)})) == length + 1
