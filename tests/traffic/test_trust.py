"""Every row of the page docs/trust.md holds, run shorter, and the intervals mean what they say."""

import pytest

from tests.traffic.trust import Row, by_chance, closed_forms, coverage, outcome, stories


@pytest.mark.parametrize("row", [*closed_forms(), *stories()], ids=lambda row: row.title)
def test_the_known_answer(row: Row) -> None:
    assert outcome(row, 0.1).holds


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_intervals_hold_the_truth_as_often_as_they_say(load: float) -> None:
    experiments = 200
    low, high = by_chance(experiments)
    assert low <= coverage(load, experiments) <= high
