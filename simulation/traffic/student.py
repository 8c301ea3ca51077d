"""Student's distribution for whole degrees of freedom, by its finite series."""

import math
from functools import lru_cache


@lru_cache(maxsize=1024)
def within(share: float, degrees: int) -> float:
    """The t with P(|T| <= t) = share, 0 < share < 1, for `degrees` >= 1 of freedom.

    With t = √degrees tan θ the probability is a finite sum of powers of cos θ (Abramowitz and Stegun 1964, 26.7.3 and
    26.7.4). Over θ it is increasing and concave, so Newton's steps from 0 come to it from below and never pass it.
    """
    theta = 0.0
    density = 2.0 / math.sqrt(math.pi) * math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    while True:
        step = (share - _probability(theta, degrees)) / (density * math.cos(theta) ** (degrees - 1))
        if step <= 1e-15 * theta:
            return math.sqrt(degrees) * math.tan(theta)
        theta += step


def _probability(theta: float, degrees: int) -> float:
    """P(|T| <= √degrees tan θ)."""
    squared = math.cos(theta) ** 2
    is_odd = degrees % 2
    term = math.sin(theta) * (math.cos(theta) if is_odd else 1.0)
    total = theta if is_odd else 0.0
    for k in range(2 + is_odd, degrees + 1, 2):
        total += term
        term *= squared * (k - 1) / k
    return total * 2.0 / math.pi if is_odd else total
