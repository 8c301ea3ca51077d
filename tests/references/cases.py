"""Published references: what was asked, what is expected, and how exactly."""

from typing import Any

import pytest

Case = dict[str, Any]


def close(case: Case, answer: object) -> None:
    """The answer is the expected one within the case's tolerance."""
    tolerance = case.get("tolerance")
    if "tolerance_rel" in case:
        assert answer == pytest.approx(case["expected"], rel=case["tolerance_rel"])
    else:
        assert answer == pytest.approx(case["expected"], abs=(tolerance or 0) + 1e-12)
