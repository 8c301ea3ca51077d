"""Grids of variants, and pointers that lead nowhere."""

import pytest

from simulation.evaluation.sweeps import LIMIT, grid, variant
from simulation.topology.document import InvalidInput

DOCUMENT = {"nodes": [{"id": "web", "kind": "web_server", "replicas": 2}], "flows": [{"id": "f", "rate_rps": 10}]}


def test_the_grid_holds_every_combination() -> None:
    points = list(grid({"/nodes/0/replicas": [1, 2, 3], "/flows/0/rate_rps": [10, 20]}))
    assert len(points) == 6
    assert points[1] == {"/nodes/0/replicas": 1, "/flows/0/rate_rps": 20}


def test_a_variant_leaves_the_original_alone() -> None:
    document, scenario = variant(
        DOCUMENT, None, {"/nodes/0/params/service_time_ms": 5, "/topology/flows/0/rate_rps": 99, "/scenario/seed": 3}
    )
    assert document["nodes"][0]["params"] == {"service_time_ms": 5}
    assert document["flows"][0]["rate_rps"] == 99
    assert scenario == {"seed": 3}
    assert "params" not in DOCUMENT["nodes"][0]


@pytest.mark.parametrize("pointer", ["", "nodes/0", "/nodes/7/replicas", "/nodes/x/replicas", "/nowhere/to/go"])
def test_a_pointer_that_leads_nowhere_is_refused(pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        variant(DOCUMENT, None, {pointer: 1})
    assert caught.value.problems[0].pointer.startswith("/vary/")


@pytest.mark.parametrize("vary", [{}, {"/a": []}, {"/a": 3}, {"/a": list(range(LIMIT)), "/b": [1, 2]}])
def test_a_grid_without_points_or_with_too_many_is_refused(vary: dict[str, list[int]]) -> None:
    with pytest.raises(InvalidInput):
        grid(vary)
