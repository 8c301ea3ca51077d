"""Loads of 1 and beyond are called unstable, loads below it never; see `instability` for the whole count."""

import pytest

from tests.traffic.instability import BELOW, verdicts


@pytest.mark.parametrize("load", BELOW)
def test_what_settles_is_never_called_unstable(load: float) -> None:
    for story, said in verdicts(load, 12).items():
        assert said["no"] == 0, story


@pytest.mark.parametrize("load", [1.0, 1.02])
def test_the_brink_is_called_unstable_where_arithmetic_decides_and_never_safe(load: float) -> None:
    found = verdicts(load, 40)
    for story in ("station", "queue"):
        assert found[story]["no"] == found[story].total() > 0, story
    print(f"load {load:g}: {found}")
    for story in ("cache", "holding"):  # chance says how much comes, or how long it takes
        assert found[story]["yes"] <= 1, story


def test_beyond_it_everything_is_called_unstable() -> None:
    for story, said in verdicts(1.1, 24).items():
        assert said["no"] == said.total() > 0, story
