"""Student's quantiles against SciPy's."""

import pytest
from scipy.special import stdtrit

from simulation.traffic.student import within


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_quantiles_agree(share: float) -> None:
    for degrees in [*range(1, 200), 499, 500, 1999, 20_000]:
        assert within(share, degrees) == pytest.approx(float(stdtrit(degrees, (1.0 + share) / 2.0)), rel=1e-10)


def test_closed_forms() -> None:
    assert within(0.5, 1) == pytest.approx(1.0, rel=1e-14)  # Cauchy's quartile
    assert within(0.95, 2) == pytest.approx(0.95 * (2.0 / (1.0 - 0.95**2)) ** 0.5, rel=1e-13)
