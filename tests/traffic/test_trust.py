"""Every row of the page docs/trust.md holds, run shorter, and the intervals mean what they say."""

import pytest

from simulation.traffic.statistics import WAITING, interval
from tests.traffic.trust import EXPERIMENTS, Experiment, Row, by_chance, closed_forms, coverage, outcome


@pytest.mark.parametrize("row", tuple(closed_forms()), ids=lambda row: row.title)
def test_the_known_answer(row: Row) -> None:
    assert outcome(row, 0.1).holds


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.title)
def test_intervals_hold_the_truth_as_often_as_they_say(experiment: Experiment) -> None:
    times = 80
    low, high = by_chance(times)
    assert low <= coverage(experiment, times) <= high


def test_an_interval_of_waits_reaches_farther_up() -> None:
    values = [4.1, 5.2, 4.6, 7.9, 4.4]
    even, bent = interval(values), interval(values, WAITING)
    assert even.value == bent.value
    assert even.low is not None and bent.low is not None and even.low < bent.low < 5.24  # noqa: PT018
    assert even.high is not None and bent.high is not None and 5.24 < even.high < bent.high  # noqa: PT018
    assert interval([5.0, 5.0, 5.0], WAITING) == interval([5.0, 5.0, 5.0])
