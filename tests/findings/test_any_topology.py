"""On any valid drawing the review ends, speaks of elements that are there, and its patches apply."""

import random
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.advice.judging import Judge
from simulation.analysis.findings import rules
from simulation.topology.catalogue import KINDS
from simulation.topology.document import InvalidInput
from simulation.topology.parsing import from_object

_COMPONENTS = [k.id for k in KINDS.values() if not k.is_container and k.id != "client"]


def drawing(seed: int) -> dict[str, Any]:
    """Some nodes of any kind in some zones, calls between them, and two flows."""
    dice = random.Random(seed)
    nodes: list[dict[str, Any]] = [{"id": "users", "kind": "client"}]
    nodes += [{"id": f"dc{i}", "kind": "datacenter"} for i in range(2)]
    nodes += [{"id": f"az{i}", "kind": "zone", "parent": f"dc{i % 2}"} for i in range(4)]
    for i in range(dice.randint(3, 14)):
        node: dict[str, Any] = {"id": f"n{i}", "kind": dice.choice(_COMPONENTS), "replicas": dice.choice([1, 1, 2, 3])}
        place = dice.random()
        if place < 0.4:
            node["parent"] = f"az{dice.randrange(4)}"
        elif place < 0.7:
            node["spread"] = dice.sample(["az0", "az1", "az2", "az3"], dice.randint(1, 3))
        nodes.append(node)
    names = [n["id"] for n in nodes if n["id"].startswith("n")]
    edges = [{"id": "e0", "source": "users", "target": names[0]}]
    for i, name in enumerate(names):
        for other in dice.sample(names, min(len(names), dice.randint(0, 3))):
            if other != name:
                edge: dict[str, Any] = {"id": f"e{i}-{other}", "source": name, "target": other}
                if dice.random() < 0.2:
                    edge["params"] = {"retries": dice.randint(0, 3)}
                edges.append(edge)
    mixes = [{"read": 0.8, "write": 0.2}, {"static": 0.5, "read": 0.5}]
    flows = [
        {"id": f"f{i}", "source": "users", "rate_rps": 10 ** dice.uniform(0, 4), "mix": mix}
        for i, mix in enumerate(mixes)
    ]
    return {"format": "linchpin/1", "name": "any", "nodes": nodes, "edges": edges, "flows": flows}


def valid_drawing(seed: int) -> dict[str, Any]:
    """The drawing without the edges that make no sense between their ends."""
    document = drawing(seed)
    for _ in range(200):
        try:
            from_object(document)
            return document
        except InvalidInput as refused:
            places = {int(p.pointer.split("/")[2]) for p in refused.problems if p.pointer.startswith("/edges/")}
            if not places:
                raise
            document["edges"] = [e for i, e in enumerate(document["edges"]) if i not in places]
    raise AssertionError("no valid drawing")


@pytest.mark.parametrize("seed", range(60))
def test_any_drawing(seed: int) -> None:
    document = valid_drawing(seed)
    topology = from_object(document)
    known = {x["id"] for part in ("nodes", "edges", "flows") for x in document[part]}
    judge = Judge()
    found = analyze(topology, max_order=2).findings
    for finding in found:
        assert finding.code in rules()
        assert finding.components
        assert {c.split(":")[-1].partition("#")[0] for c in finding.components} <= known, finding
        if finding.patch is not None:
            assert judge.changed(topology, finding.patch) is not None, finding
    keys = [(f.code, tuple(f.components)) for f in found]
    assert len(keys) == len(set(keys))
