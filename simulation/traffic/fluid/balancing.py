"""Shares of alternatives that are chosen by their open connections."""

# mypy: ignore-errors

from numba import njit

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exp
from simulation.traffic.tables.layout import LEAST_CONNECTIONS, POWER_OF_TWO


@njit(**INNER, forceinline=True)
def looks(algorithm):
    """Whether a way of balancing looks at open connections."""
    return algorithm in (LEAST_CONNECTIONS, POWER_OF_TWO)


@njit(**INNER)
def balance(alts, k, lo, algorithm, picks, stations, insts):
    """Shares of alternatives chosen by their open connections: equal numbers open, so in inverse of the time taken."""
    total, idle = 0.0, 1.0
    up = 0
    for c in range(k):
        alt = alts[c]
        st = stations[alt.inst]
        if st.admits > 0.0:
            up += 1
            idle = min(idle, exp(-min(st.x, 600.0)))
    for c in range(k):
        alt = alts[c]
        alt.want = 1.0 / max(alt.took, 1e-9)
        if up < k and insts[alt.inst].up == 0:
            # What refuses at once looks idle.
            alt.want = -1.0
        total += max(alt.want, 0.0)
    dead = k - up
    asked = 0.0
    for c in range(k):
        alt = alts[c]
        if alt.want < 0.0:
            if up == 0:
                want = 1.0 / k
            elif algorithm == POWER_OF_TWO:
                want = (2.0 - idle) / k
            else:
                want = 1.0 / (dead + up * idle)
        else:
            rest = 1.0
            if dead > 0 and up > 0:
                if algorithm == POWER_OF_TWO:
                    rest = max(1.0 - dead * (2.0 - idle) / k, 0.0)
                else:
                    rest = max(1.0 - dead / (dead + up * idle), 0.0)
            want = rest * alt.want / max(total, 1e-300)
            if algorithm == POWER_OF_TWO:
                want = min(want, 2.0 / k)
        old = picks[lo + c].share if picks[lo + c].share > 0.0 else want
        alt.pick = 0.9 * old + 0.1 * want
        asked += alt.pick
    for c in range(k):
        alts[c].pick /= asked
        picks[lo + c].share = alts[c].pick
