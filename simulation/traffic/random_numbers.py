"""The generator of every random number in a simulation, small and the same on every machine.

Each (entity, purpose) has its own SplitMix64 stream (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195):
one 64-bit word of state, started from SHA-256 of seed, entity and purpose. Logarithm and exponential
are computed here from +, -, *, / alone (the reductions and polynomials of Sun's fdlibm), which IEEE 754
fixes to the last bit; a platform's own libm is never asked.
"""

# mypy: ignore-errors

from decimal import Context, Decimal
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.typing import signature
from numba.extending import intrinsic

from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.streams import GOLDEN
from simulation.traffic.tables.layout import DETERMINISTIC, EXPONENTIAL, LOGNORMAL, PARETO

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / 9007199254740992.0
LN2_HI, LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10


@intrinsic
def bits_of(typingctx: Any, x: Any) -> Any:
    """The IEEE 754 bits of a float, as a signed integer."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return signature(types.int64, types.float64), codegen


@intrinsic
def float_of(typingctx: Any, x: Any) -> Any:
    """The float with these bits."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return signature(types.float64, types.int64), codegen


@njit(**INNER, forceinline=True)
def mix(z):
    """The output that belongs to a state."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit(**INNER, forceinline=True)
def unit(z):
    """Uniform in [0, 1) from a state: the upper 53 bits of its output."""
    return np.int64(mix(z) >> _S11) * _UNIT


@njit(**INNER, forceinline=True)
def log(x):
    """Natural logarithm of a positive normal float (fdlibm e_log.c), error below one unit in the last place."""
    b = bits_of(x)
    k = (b >> 52) - 1023
    m = b & 0xFFFFFFFFFFFFF
    if m > 0x6A09E667F3BCC:
        k += 1
        f = float_of(m | 0x3FE0000000000000) - 1.0
    else:
        f = float_of(m | 0x3FF0000000000000) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    h = 0.5 * f * f
    return k * LN2_HI - ((h - (s * (h + (t1 + t2)) + k * LN2_LO)) - f)


@njit(**INNER)
def exp(x):
    """e to the x (fdlibm e_exp.c), 0 below -700 and e^700 above 700."""
    if x < -700.0:
        return 0.0
    if x > 700.0:
        x = 700.0
    k = np.int64(x * 1.44269504088896338700 + (0.5 if x >= 0.0 else -0.5))
    hi = x - k * LN2_HI
    lo = k * LN2_LO
    r = hi - lo
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    y = 1.0 - ((lo - (r * c) / (2.0 - c)) - hi)
    return float_of(bits_of(y) + (k << 52))


_TAIL = 7.69711747013104972
_STRIPS = 256


def _ziggurat() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Strips of equal area under e^-x (Marsaglia and Tsang 2000, doi:10.18637/jss.v005.i08).

    Answers the width a unit of a 53-bit number, the numbers that need no second look, and the heights.
    In decimal arithmetic, so that every machine has the same tables.
    """
    c = Context(prec=30)
    tail = Decimal("7.69711747013104972")
    area = c.multiply(c.add(tail, 1), c.exp(-tail))
    x = [c.divide(area, c.exp(-tail)), tail]
    while len(x) < _STRIPS:
        x.append(-c.ln(c.add(c.exp(-x[-1]), c.divide(area, x[-1]))))
    x.append(Decimal(0))
    width = np.array([float(c.divide(a, 1 << 53)) for a in x[:-1]])
    sure = np.array([int(c.divide(x[i + 1], x[i]) * (1 << 53)) for i in range(_STRIPS)], np.int64)
    return width, sure, np.array([float(c.exp(-a)) for a in x])


_WIDTH, _SURE, _HEIGHT = _ziggurat()


@njit(**INNER)
def _second_look(bits):
    """The one number in ninety that does not lie in the sure part of its strip."""
    far = 0.0
    while True:
        i = np.int64(bits & np.uint64(255))
        j = np.int64(bits >> _S11)
        x = j * _WIDTH[i]
        if j < _SURE[i]:
            return far + x
        if i == 0:
            far += _TAIL
        else:
            bits = mix(bits + GOLDEN)
            if _HEIGHT[i] + np.int64(bits >> _S11) * _UNIT * (_HEIGHT[i + 1] - _HEIGHT[i]) < exp(-x):
                return far + x
        bits = mix(bits + GOLDEN)


@njit(**INNER, forceinline=True)
def exponential(z):
    """Exponential with mean 1 from a state. More numbers, where they are needed, come from a stream of its own."""
    bits = mix(z)
    i = np.int64(bits & np.uint64(255))
    j = np.int64(bits >> _S11)
    if j < _SURE[i]:
        return j * _WIDTH[i]
    return _second_look(bits)


@njit(**INNER)
def normal(state):
    """(standard normal, next state) by Marsaglia's polar method."""
    while True:
        state = state + GOLDEN
        a = 2.0 * unit(state) - 1.0
        state = state + GOLDEN
        b = 2.0 * unit(state) - 1.0
        s = a * a + b * b
        if 0.0 < s < 1.0:
            return a * np.sqrt(-2.0 * log(s) / s), state


@njit(**INNER)
def service(kind, mean, shape, state):
    """(time, next state) of a service with this mean.

    `shape` is sigma (lognormal), alpha (Pareto, Lomax-free form) or k (gamma: Marsaglia and Tsang 2000,
    doi:10.1145/358407.358414).
    """
    if kind == EXPONENTIAL:
        state = state + GOLDEN
        return mean * exponential(state), state
    if kind == DETERMINISTIC:
        return mean, state
    if kind == LOGNORMAL:
        z, state = normal(state)
        return mean * exp(shape * z - 0.5 * shape * shape), state
    if kind == PARETO:
        state = state + GOLDEN
        return mean * (shape - 1.0) / shape * exp(exponential(state) / shape), state
    boost = 1.0
    k = shape
    if k < 1.0:
        state = state + GOLDEN
        boost = exp(-exponential(state) / k)
        k = k + 1.0
    d = k - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    while True:
        z, state = normal(state)
        v = 1.0 + c * z
        if v > 0.0:
            v = v * v * v
            state = state + GOLDEN
            u = unit(state) + 0.5 * _UNIT
            if log(u) < 0.5 * z * z + d - d * v + d * log(v):
                return mean / shape * boost * d * v, state
