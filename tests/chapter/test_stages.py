"""The chapter's stages still come to what their snapshots say; a difference is told, element by element."""

import pytest
import yaml

from simulation.topology.templates.zero_to_millions import STAGES, Stage
from tests.chapter.snapshots import FOLDER, differences, file_of, snapshot, written

HOW = "Is that what the change means to do? Then write them anew: python -m tests.chapter.snapshots"


@pytest.mark.parametrize(("number", "stage"), list(enumerate(STAGES, 1)), ids=[s.title.en for s in STAGES])
def test_a_stage_comes_to_what_its_snapshot_says(number: int, stage: Stage) -> None:
    kept = yaml.safe_load(file_of(number, stage).read_text(encoding="utf-8"))
    found = yaml.safe_load(written(stage, snapshot(stage.topology)))
    told = list(differences(kept, found))
    assert not told, "\n".join([f"{stage.title.en} has changed:", *told[:40], HOW])


def test_every_snapshot_is_of_a_stage() -> None:
    assert {p.name for p in FOLDER.glob("*.yaml")} == {file_of(i, s).name for i, s in enumerate(STAGES, 1)}


def test_a_difference_names_the_row_and_both_values() -> None:
    old = {"nodes": [{"id": "web", "utilization": 0.5}, {"id": "db", "utilization": 0.1}], "max_order": 3}
    new = {"nodes": [{"id": "cache"}, {"id": "web", "utilization": 0.6}], "max_order": 3}
    assert sorted(differences(old, new)) == [
        "nodes [cache]: is new: {'id': 'cache'}",
        "nodes [db]: is gone; was {'id': 'db', 'utilization': 0.1}",
        "nodes [web] utilization: was 0.5, is 0.6",
    ]
    assert not list(
        differences({"flows": [{"id": "f", "capacity_rps": 100.0}]}, {"flows": [{"id": "f", "capacity_rps": 100.0001}]})
    )
    assert list(differences({"cost_per_month": 1.0}, {"cost_per_month": None}))
