"""Waiting at a station or for a link: of whom, how long, and how requests are spread over the queues.

Erlang C with Allen-Cunneen for general service and arrivals, M/M/c/K where the queue is bounded. A balancer that
sees the queues comes near one shared queue: least connections, and less so the better of two; round robin makes
arrivals smoother.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from simulation.analysis import reasons
from simulation.analysis.load.work import Work, transfer_ms
from simulation.analysis.queueing import closed_forms
from simulation.analysis.queueing.laws import Law
from simulation.topology.system import Component, Link
from simulation.topology.wiring import Policy, algorithm

#: Terms of the law of a line that are told apart.
_MOST_TERMS = 2000


class Overloaded(Exception):
    """A node or an edge on the way is offered at least what it can do: no finite time."""

    def __init__(self, element: str) -> None:
        self.reason = reasons.overloaded(element)
        super().__init__(self.reason.reason)


@dataclass(frozen=True)
class Wait:
    """Waiting at a station: with `probability` one `law`; or, bounded, so many of it."""

    probability: float
    law: Law
    places: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """Mean wait in ms of the requests that are taken."""
        if self.places:
            return sum(w * j for j, w in enumerate(self.places)) * self.law.mean
        return self.probability * self.law.mean


NO_WAIT = Wait(0.0, Law("deterministic", 0.0))


def sum_of_powers(r: float, count: int) -> float:
    """1 + r + r^2 + ..., so many terms, r up to 1."""
    return float(count) if r > 1 - 1e-12 else (1 - r**count) / (1 - r)


def at_replica(component: Component, rate: float, service: float, scv: float, balance: str, copies: int) -> Wait:
    """Waiting at one replica that gets `rate` requests a millisecond, each with work for `service` ms.

    A balancer of that algorithm spreads them over `copies` queues. Raises Overloaded where there is no end to it.
    """
    servers = component.slots or 1
    offered = rate * service
    if offered <= 0:
        return NO_WAIT  # a shard whose keys nobody asks for
    limit = component.params.get("queue_limit")
    if limit is not None:
        return bounded(offered, servers, int(limit), service, scv)
    if offered >= servers * (1 - 1e-9):
        raise Overloaded(component.id)
    rho = offered / servers
    probability = closed_forms.erlang_c(servers, offered)
    if balance == "least_connections" and copies > 1:
        probability = closed_forms.erlang_c(servers * copies, offered * copies)
        wait = closed_forms.shortest_wait(rho, servers, copies) * service * (1 + scv) / 2
    elif balance == "power_of_two" and copies > 1:
        probability = closed_forms.better_of_two_waits(rho, servers, copies)
        wait = closed_forms.better_of_two_wait(rho, servers, copies) * service * (1 + scv) / 2
    elif balance == "round_robin" and copies > 1:
        probability = closed_forms.in_turn(rho, servers, copies)[0]
        wait = closed_forms.wait_in_turn(rho, servers, copies, scv) * service
    else:
        wait = closed_forms.mean_wait(rate, service, servers, service_scv=scv)
    return Wait(probability, Law("exponential", wait / probability if probability > 0 else 0.0))


def bounded(offered: float, servers: int, places: int, service: float, scv: float) -> Wait:
    """Waiting of those that an M/M/c/K with K = servers + places takes; `scv` of a service stretches it."""
    # Accepted requests find all servers busy and j waiting with probability proportional to r^j.
    r = offered / servers
    inverse, below = 1.0, 0.0
    for k in range(servers, 0, -1):
        inverse *= k / offered
        below += inverse
        if inverse < 1e-18 * below:
            break
    # Where that is too many terms, so many places in line stand for one.
    end = places if r >= 1 or places == 0 else min(places, math.ceil(math.log(1e-14) / math.log(r)))
    step = max(1, math.ceil(end / _MOST_TERMS))
    blocks = math.ceil(end / step)
    top = blocks - 1 if r > 1 else 0  # the greatest term is 1
    within = sum_of_powers(min(r, 1 / r), step)
    terms = [within * math.exp(math.log(r) * step * (k - top)) for k in range(blocks)]
    total = below * (math.exp(math.log(r) * (1 - places)) if r > 1 else 1.0) + sum(terms)
    weights = [1 - sum(terms) / total, *(t / total for t in terms)] if places else [1.0]
    one = service / servers * (1 + scv) / 2
    law = Law("exponential", one) if step == 1 else Law("gamma", one * step, 1 / math.sqrt(step))
    return Wait(1 - weights[0], law, tuple(weights))


def for_bandwidth(link: Link, busy: float) -> Wait:
    """Waiting for calls before on the same link, which takes one at a time, all for the same time (M/D/1)."""
    if busy >= 1 - 1e-9:
        raise Overloaded(link.id)
    mean = closed_forms.mean_wait(busy / transfer_ms(link), transfer_ms(link), 1, service_scv=0.0)
    return Wait(busy, Law("exponential", mean / busy))


def balances(work: Work, targets: Collection[int] | None = None) -> dict[int, tuple[str, int]]:
    """How requests are spread over a node's replicas and its like: algorithm, and number of queues; of all nodes that
    get any, or of the `targets` among them."""
    found: dict[int, tuple[float, str, int]] = {}
    components, links, wiring = work.system.components, work.system.links, work.routing.wiring
    callers: Iterable[int] = range(len(work.places))
    if targets is not None:
        sources = {link.source for target in targets for link in work.system.incoming[target]}
        callers = sorted([here for source in sources for here in work.visited[source]])
    for here in callers:
        (source, op, _), rate = work.places[here], work.totals[here]
        if rate <= 0:
            continue
        for step in work.steps[here]:
            target, weight = step.to[0], rate * step.visits
            if step.gate < 0 or (target in found and weight <= found[target][0]):
                continue
            if targets is not None and target not in targets:
                continue
            gate, copies = wiring.gates(source, op)[step.gate], components[target].replicas
            if len(gate.members) > 1 and gate.policy is Policy.BALANCE and gate.needed == 1:
                copies = sum([components[m.target].replicas for m in gate.members])
            found[target] = (weight, algorithm(components[source], links[step.link]), copies)
    return {index: (name, copies) for index, (_, name, copies) in found.items()}
