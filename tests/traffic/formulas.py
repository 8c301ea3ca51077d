"""Queueing theory, written down for the tests alone."""


def erlang_b(c: int, a: float) -> float:
    """Share of calls that find all `c` servers busy, with `a` offered in Erlangs (Erlang 1917), by its recursion."""
    blocking = 1.0
    for k in range(1, c + 1):
        blocking = a * blocking / (k + a * blocking)
    return blocking


def mmc_mean(rate: float, service: float, c: int) -> float:
    """Mean time in an M/M/c, in the unit of `service`: Erlang's C follows from his B (Kleinrock 1975)."""
    a = rate * service
    b = erlang_b(c, a)
    wait = b / (1 - a / c * (1 - b)) * service / (c - a)
    return wait + service


def mm1k_mean(load: float, k: int) -> float:
    """Mean time of those admitted to an M/M/1/K, in service times (Kleinrock 1975)."""
    p = [load**n for n in range(k + 1)]
    return sum(n * x for n, x in enumerate(p)) / load / sum(p[:-1])
