"""A second traffic engine, slow and plain, that shares no code with the product.

It reads the document itself, runs each request as a Python generator and keeps every latency. It knows
clients, routers, callers, stores, look-aside caches with a given hit ratio or a real LRU, queues with
workers, pools, replication's read/write split, timeouts, retries, kill and revive. Whatever it does not
know it refuses, so that a comparison never passes by accident.
"""

import heapq
import math
import random
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterator
from typing import Any

Step = Generator[Any, Any, Any]

ROUTERS = {"client", "dns", "load_balancer", "api_gateway"}
DEFAULT_TIMES = {"load_balancer": 0.0, "client": 0.0, "dns": 0.0}


class Event:
    """Something that processes wait for; it happens once and carries a value."""

    def __init__(self, clock: "Clock") -> None:
        self.clock, self.done, self.value, self.waiting = clock, False, None, []

    def happen(self, value: Any = None) -> None:
        if self.done:
            return
        self.done, self.value = True, value
        for process in self.waiting:
            self.clock.after(0.0, lambda p=process: self.clock.step(p, value))


class Clock:
    """Time and its queue. A process yields a delay in seconds or an Event."""

    def __init__(self) -> None:
        self.now, self._queue, self._count = 0.0, [], 0

    def after(self, delay: float, call: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (self.now + delay, self._count, call))

    def start(self, process: Step) -> Event:
        """Run the process; the event it answers happens with what the process returns."""
        end = Event(self)

        def run() -> Step:
            end.happen((yield from process))

        self.step(run(), None)
        return end

    def step(self, process: Step, value: Any) -> None:
        try:
            wanted = process.send(value)
        except StopIteration:
            return
        if isinstance(wanted, Event):
            if wanted.done:
                self.after(0.0, lambda: self.step(process, wanted.value))
            else:
                wanted.waiting.append(process)
        else:
            self.after(wanted, lambda: self.step(process, None))

    def run(self, until: float) -> None:
        while self._queue and self._queue[0][0] <= until:
            self.now, _, call = heapq.heappop(self._queue)
            call()
        self.now = until


class Instance:
    """One replica: slots, a queue in order of arrival, and whether it is up."""

    def __init__(self, engine: "Oracle", slots: int, limit: float) -> None:
        self.engine, self.slots, self.limit = engine, slots, limit
        self.up, self.busy, self.open = True, 0, 0
        self.queue: deque[Event] = deque()
        self.held: set[Event] = set()
        self.busy_s = self.since = 0.0

    def _account(self) -> None:
        self.busy_s += self.busy * (self.engine.clock.now - self.since)
        self.since = self.engine.clock.now

    def visit(self, draw: Callable[[], float]) -> Step:
        """Wait for a slot, hold it for the drawn time; answers whether it was served."""
        if not self.up:
            return False
        ticket = Event(self.engine.clock)
        if self.busy < self.slots:
            self._account()
            self.busy += 1
            ticket.happen(True)
        elif len(self.queue) >= self.limit:
            return False
        else:
            self.queue.append(ticket)
        self.held.add(ticket)
        if not (yield ticket):
            return False
        end = Event(self.engine.clock)
        self.held.discard(ticket)
        self.held.add(end)
        self.engine.clock.after(draw(), lambda: end.happen(True))
        served = yield end
        self.held.discard(end)
        if served:
            self._account()
            if self.queue:
                self.queue.popleft().happen(True)
            else:
                self.busy -= 1
        return bool(served)

    def kill(self) -> None:
        self._account()
        self.up, self.busy = False, 0
        self.queue.clear()
        for event in list(self.held):
            event.happen(False)
        self.held.clear()


class Oracle:
    """The engine. After `run`, `latencies[flow]` holds seconds, `offered`, `completed`, `failed` are counts."""

    def __init__(self, document: dict[str, Any], seed: int = 1) -> None:
        self.clock, self.random = Clock(), random.Random(seed)
        self.nodes = {n["id"]: n for n in document["nodes"]}
        self.edges = document["edges"]
        self.flows = document["flows"]
        self.instances: dict[str, list[Instance]] = {}
        self.turn: dict[str, int] = {}
        self.lru: dict[str, OrderedDict[int, None]] = {}
        self.visits: dict[str, int] = dict.fromkeys(self.nodes, 0)
        self.hits: dict[str, list[int]] = {}
        for node in document["nodes"]:
            params = node.get("params", {})
            slots = params.get("concurrency", 1_000_000 if node["kind"] in ROUTERS else 1)
            limit = params.get("queue_limit", math.inf)
            self.instances[node["id"]] = [Instance(self, slots, limit) for _ in range(node.get("replicas", 1))]
        self.offered = {f["id"]: 0 for f in self.flows}
        self.completed = dict(self.offered)
        self.failed = dict(self.offered)
        self.latencies: dict[str, list[float]] = {f["id"]: [] for f in self.flows}

    def run(self, duration_s: float, actions: tuple[tuple[float, str, str], ...] = ()) -> "Oracle":
        for flow in self.flows:
            self.clock.start(self._source(flow, duration_s))
        for at_s, action, target in actions:
            self.clock.after(at_s, lambda a=action, t=target: self._act(a, t))
        self.clock.run(duration_s)
        for instances in self.instances.values():
            for instance in instances:
                instance._account()
        return self

    def utilization(self, node: str, duration_s: float) -> float:
        instances = self.instances[node]
        return sum(i.busy_s for i in instances) / (duration_s * sum(i.slots for i in instances))

    def _act(self, action: str, target: str) -> None:
        node, _, number = target.partition("#")
        chosen = [self.instances[node][int(number) - 1]] if number else self.instances[node]
        for instance in chosen:
            if action == "kill" and instance.up:
                instance.kill()
            elif action == "revive":
                instance.up = True

    def _source(self, flow: dict[str, Any], duration_s: float) -> Step:
        gap = 1.0 / flow["rate_rps"]
        deterministic = flow.get("arrivals") == "deterministic"
        mix = flow.get("mix") or {"read": 1.0}
        while True:
            yield gap if deterministic else self.random.expovariate(1.0 / gap)
            op = self.random.choices(list(mix), list(mix.values()))[0]
            self.offered[flow["id"]] += 1
            self.clock.start(self._request(flow, op))

    def _request(self, flow: dict[str, Any], op: str) -> Step:
        start = self.clock.now
        if (yield from self._serve(flow["source"], op)):
            self.completed[flow["id"]] += 1
            self.latencies[flow["id"]].append(self.clock.now - start)
        else:
            self.failed[flow["id"]] += 1

    def _serve(self, node_id: str, op: str, instance: Instance | None = None) -> Step:
        node = self.nodes[node_id]
        self.visits[node_id] += 1
        instance = instance or self.instances[node_id][0]
        draw = self._draw(node, op)
        if draw is not None and not (yield from instance.visit(draw)):
            return False
        pools = self._pools(node_id, op)
        hit = False
        for edges in pools:
            target = self.nodes[edges[0]["target"]]
            if target["kind"] == "cache":
                hit = (yield from self._look_up(edges[0], op)) or hit
                continue
            if hit and target["kind"] in ("database", "object_storage", "search_index"):
                continue
            if not (yield from self._call(node, edges, op)):
                return False
        return True

    def _look_up(self, edge: dict[str, Any], op: str) -> Step:
        cache = self.nodes[edge["target"]]
        answered = yield from self._call(self.nodes[edge["source"]], [edge], op)
        if not answered:
            return False
        params = cache["params"]
        if "hit_ratio" in params:
            hit = self.random.random() < params["hit_ratio"]
        else:
            hit = self._lru_hit(cache["id"], params)
        self.hits.setdefault(cache["id"], []).append(int(hit))
        return hit

    def _lru_hit(self, cache: str, params: dict[str, Any]) -> bool:
        entries = self.lru.setdefault(cache, OrderedDict())
        weights = self._zipf(params["key_count"], params["zipf_s"])
        key = self.random.choices(range(params["key_count"]), cum_weights=weights)[0]
        if key in entries:
            entries.move_to_end(key)
            return True
        entries[key] = None
        if len(entries) > params["capacity_keys"]:
            entries.popitem(last=False)
        return False

    def _zipf(self, count: int, s: float, _known: dict[Any, list[float]] = {}) -> list[float]:  # noqa: B006
        if (count, s) not in _known:
            total, cumulative = 0.0, []
            for rank in range(1, count + 1):
                total += rank**-s
                cumulative.append(total)
            _known[count, s] = cumulative
        return _known[count, s]

    def _pools(self, node_id: str, op: str) -> list[list[dict[str, Any]]]:
        edges = [
            e
            for e in self.edges
            if e["source"] == node_id
            and e.get("kind", "call") == "call"
            and op in e.get("params", {}).get("ops", [op])
            and not (op == "write" and self.nodes[e["target"]]["kind"] == "cache")
        ]
        if not edges:
            return []
        if self.nodes[node_id]["kind"] in ROUTERS:
            return [edges]
        copies = {(e["source"], e["target"]) for e in self.edges if e.get("kind") == "replicate"}
        replicas = {target for _, target in copies}
        pools: dict[Any, list[dict[str, Any]]] = {}
        for edge in edges:
            target = edge["target"]
            primary = next((s for s, t in copies if t == target), target)
            pools.setdefault(edge.get("params", {}).get("pool") or primary, []).append(edge)
        chosen = []
        for pool in pools.values():
            wanted = [e for e in pool if (e["target"] in replicas) == (op != "write")]
            chosen.append(wanted or pool)
        spared = ("database", "object_storage", "search_index")
        return sorted(chosen, key=lambda p: self.nodes[p[0]["target"]]["kind"] in spared)

    def _call(self, source: dict[str, Any], pool: list[dict[str, Any]], op: str) -> Step:
        params = pool[0].get("params", {})
        if params.get("policy") == "all":
            branches = [self.clock.start(self._attempts(source, [edge], op)) for edge in pool]
            served = True
            for branch in branches:
                served = bool((yield branch)) and served
            return served
        for _ in range(int(params.get("calls", 1))):
            if not (yield from self._attempts(source, pool, op)):
                return False
        return True

    def _attempts(self, source: dict[str, Any], pool: list[dict[str, Any]], op: str) -> Step:
        params = pool[0].get("params", {})
        for _ in range(1 + params.get("retries", 0)):
            edge, instance = self._choose(source, pool)
            if (yield from self._attempt(edge, instance, op)):
                return True
        return False

    def _attempt(self, edge: dict[str, Any], instance: Instance, op: str) -> Step:
        params = edge.get("params", {})
        limit_ms = params.get("timeout_ms")
        if limit_ms is None:
            return (yield from self._travel(edge, instance, op))
        answer = Event(self.clock)
        self.clock.after(limit_ms / 1000, lambda: answer.happen(False))

        def work() -> Step:
            answer.happen((yield from self._travel(edge, instance, op)))

        self.clock.start(work())
        return bool((yield answer))

    def _travel(self, edge: dict[str, Any], instance: Instance, op: str) -> Step:
        one_way = edge.get("params", {}).get("latency_ms", 0) / 1000
        if one_way:
            yield one_way
        instance.open += 1
        served = yield from self._serve(edge["target"], op, instance)
        instance.open -= 1
        if one_way:
            yield one_way
        return served

    def _choose(self, source: dict[str, Any], pool: list[dict[str, Any]]) -> tuple[dict[str, Any], Instance]:
        algorithm = source.get("params", {}).get("algorithm", "random")
        choices = [(e, i) for e in pool for i in self.instances[e["target"]]]
        if algorithm == "round_robin":
            turn = self.turn.get(source["id"], 0)
            self.turn[source["id"]] = turn + 1
            return choices[turn % len(choices)]
        if algorithm == "least_connections":
            least = min(i.open for _, i in choices)
            return self.random.choice([c for c in choices if c[1].open == least])
        if algorithm == "power_of_two" and len(choices) > 1:
            return min(self.random.sample(choices, 2), key=lambda c: c[1].open)
        return self.random.choice(choices)

    def _draw(self, node: dict[str, Any], op: str) -> Callable[[], float] | None:
        params, kind = node.get("params", {}), node["kind"]
        name = ("write_time_ms" if op == "write" else "read_time_ms") if kind == "database" else "service_time_ms"
        mean_ms = params.get(name, DEFAULT_TIMES.get(kind))
        if mean_ms is None:
            raise ValueError(f"the oracle wants {name} stated on {node['id']}")
        if mean_ms == 0 or kind in ("client", "dns"):
            return None
        mean = mean_ms / 1000
        shape = params.get("distribution", "exponential")
        if shape == "deterministic":
            return lambda: mean
        if shape == "exponential":
            return lambda: self.random.expovariate(1 / mean)
        variance = math.log(1 + params["cv"] ** 2)
        if shape == "lognormal":
            return lambda: self.random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))
        if shape == "gamma":
            k = params["cv"] ** -2
            return lambda: self.random.gammavariate(k, mean / k)
        raise ValueError(f"the oracle does not draw {shape}")


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def batches(values: list[float], count: int = 20) -> Iterator[float]:
    """Means of consecutive batches, for an interval under correlation."""
    size = len(values) // count
    for i in range(count):
        yield sum(values[i * size : (i + 1) * size]) / size
