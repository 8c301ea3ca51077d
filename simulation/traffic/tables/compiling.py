"""Compiles a system and its wiring to the flat tables: one-way, nothing looks back at the document.

What changes while a run goes on (who is up, who is seen, who leads) is not decided here but in `targets`
and `world`, which write into the same tables.
"""

import math
from typing import Any

import numpy as np

from simulation.topology.catalogue.model import Role
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.geography import Geography
from simulation.topology.recordings import recorded
from simulation.topology.replication import replica_groups
from simulation.topology.system import Component, System
from simulation.topology.wiring import WRITE, Gate, Lookup, Member, Policy, Wiring, algorithm
from simulation.traffic.streams import stream
from simulation.traffic.tables import layout
from simulation.traffic.tables.copying import COPY, copied_to, copying, is_in_circle
from simulation.traffic.tables.endless import refuse_endless
from simulation.traffic.tables.events import CROWDED, empty_places, room_later
from simulation.traffic.tables.key_tables import KeyTables
from simulation.traffic.tables.layout import UNBOUNDED
from simulation.traffic.tables.look_ups import one_by_one
from simulation.traffic.tables.places import instance_record, passed_through, region_of
from simulation.traffic.tables.segments import binned, is_stamped, segments
from simulation.traffic.tables.tableset import Table, Tables, TargetSet

ALGORITHMS = {
    "random": layout.RANDOM,
    "weighted": layout.RANDOM,
    "round_robin": layout.ROUND_ROBIN,
    "least_connections": layout.LEAST_CONNECTIONS,
    "power_of_two": layout.POWER_OF_TWO,
    "consistent_hash": layout.CONSISTENT_HASH,
}


def compile_tables(
    system: System, seed: int, load_factor: float = 1.0, duration_s: float = 60.0, *, single: bool = True
) -> Tables:
    """The tables of a system at rest at time 0; `single` requests arrive, or (False) only rates matter.

    Raises InvalidInput for what the exact engine cannot do: calls that never end, too many keys.
    """
    return _Compiler(system, seed, load_factor, duration_s, single).build()


class _Compiler:
    def __init__(self, system: System, seed: int, load_factor: float, duration_s: float, single: bool) -> None:
        self.system = system
        self.wiring = Wiring(system)
        self.seed = seed
        self.load = load_factor
        self.duration = duration_s
        self.single = single
        self.operations = system.operations or ("read",)
        self.copies = copied_to(system)
        if self.copies:
            self.operations += (COPY,)
        self.geography = Geography(system)
        self.groups = replica_groups(system)
        self.regions = self.geography.places
        self.gates: list[dict[str, Any]] = []
        self.sets: list[TargetSet] = []
        self.set_index: dict[Any, int] = {}
        self.list_count = 0
        self.shares: list[tuple[float, int]] = []
        self.keys = KeyTables(system, seed)
        self.lanes: list[tuple[int, tuple[int, ...]]] = []
        self.lane_index: dict[Any, int] = {}
        self.assumptions: list[str] = []

    def build(self) -> Tables:
        refuse_endless(self.system, self.wiring, [op for op in self.operations if op != COPY])
        insts, places = self._instances()
        first = {c: i for i, (c, k) in reversed(list(enumerate(places))) if k == 0}
        nodes, resolvers = self._nodes()
        self.keys.add_stores(nodes)
        self.keys.add_sessions(nodes)
        content_of = self.keys.add_caches()
        steps = self._steps(content_of, nodes)
        edges = self._edges()
        flows, pieces = self._flows(first)
        gates = self._gate_table()
        keys, aliases, contents = self.keys.tables()
        lanes = np.zeros(len(self.lanes), layout.LANE)
        for i, (node, _) in enumerate(self.lanes):
            lanes[i]["node"], lanes[i]["head"], lanes[i]["tail"] = node, -1, -1
        lists = np.zeros(max(self.list_count, 1), layout.LIST)
        lists["prev"], lists["since"] = -1, -1.0
        shares = np.zeros(max(len(self.shares), 1), layout.SHARE)
        for i, (cum, value) in enumerate(self.shares):
            shares[i]["cum"], shares[i]["value"] = cum, value
        biggest = max([int(g["calls"]) + 1 for g in self.gates] + [int(g["sub_n"]) for g in self.gates] + [1])
        margin = 256 + 4 * min(biggest, 2000)
        control = np.zeros(layout.CONTROL_SIZE, np.int64)
        control[layout.CROWD] = CROWDED
        tables = Tables(
            self.system, self.wiring, self.seed, self.operations, self.geography,
            control, np.zeros(1), empty_places(4 * margin), room_later(control, np.zeros(0, layout.LATER), 4 * margin),
            np.zeros(4 * margin + 4096, np.int64), np.zeros(0, layout.JOB), steps, gates, lists,
            np.zeros(0, layout.CANDIDATE), shares, np.zeros(max(len(self.sets), 1), np.int64), edges, insts, nodes,
            lanes, flows, pieces, np.zeros(0, layout.TIMER), contents, keys, aliases, resolvers, self._rtt(),
            np.zeros((len(flows), layout.BUCKETS), np.int64), margin, self.sets, [links for _, links in self.lanes],
            places, self.keys.not_modelled, [*self.keys.assumptions, *self.assumptions],
        )  # fmt: skip
        tables.control[layout.FREE_JOB] = tables.control[layout.FREE_TIMER] = -1
        return tables

    # Places -----------------------------------------------------------------------------------------------

    def _instances(self) -> tuple[Table, list[tuple[int, int]]]:
        places = [(c.index, k) for c in self.system.components for k in range(c.instances)]
        rows = layout.zeros(len(places), layout.INSTANCE)
        for i, (c, k) in enumerate(places):
            rows[i] = instance_record(self.system, self.system.components[c], k, self.seed, self.geography)
        return rows, places

    def _nodes(self) -> tuple[Table, Table]:
        rows = np.zeros(len(self.system.components), layout.NODE)
        rows["limit"] = rows["lag"] = rows["horizon"] = -1.0
        rows["store"] = rows["commit_head"] = rows["commit_tail"] = -1
        rows["up"] = 1
        expiry: list[float] = []
        for c in self.system.components:
            row, p = rows[c.index], c.params
            row["rng"] = stream(self.seed, c.id, "resolver")
            if c.kind.id == "dns" and p.get("ttl_s"):
                ttl = float(p["ttl_s"])
                count = max(int(p.get("resolvers") or 1), 1)
                row["ttl"], row["dns_lo"], row["dns_n"] = ttl, len(expiry), count
                start = np.random.Generator(np.random.PCG64(stream(self.seed, c.id, "phase")))
                raw = start.bit_generator.random_raw(count)
                expiry += [float(r >> np.uint64(11)) / 2**53 * ttl for r in raw]
            if p.get("rate_limit_rps"):
                row["limit"], row["burst"] = passed_through(c, c.instances)
                row["tokens"] = row["burst"]
            if c.kind.role is Role.QUEUE:
                row["is_queue"] = 1
                capacity = p.get("capacity_messages")
                row["capacity"] = 1 << 60 if capacity is None else int(capacity)
                row["drop"] = int(p.get("overflow") == "drop_oldest")
                row["at_most"] = int(p.get("delivery") == "at_most_once")
                row["redelivery"] = float(p.get("redelivery_s") or 0.0)
                most = p.get("max_deliveries")
                row["max_deliveries"] = UNBOUNDED if most is None else int(most)
        return rows, np.array(expiry or [0.0])

    # Gates ------------------------------------------------------------------------------------------------

    def _steps(self, content_of: dict[int, int], nodes: Table) -> Table:
        count = len(self.operations)
        rows = layout.zeros(len(self.system.components) * count, layout.STEP)
        for c in self.system.components:
            for o, op in enumerate(self.operations):
                row = rows[c.index * count + o]
                if op == COPY:
                    self._copy_step(row, c)
                else:
                    self._step(row, c, op, content_of, nodes)
        return rows

    def _step(self, row: Any, c: Component, op: str, content_of: dict[int, int], nodes: Table) -> None:
        instead, own = self.copies.get(c.index, ((), ())) if op == WRITE else ((), ())
        gates = (*copying(instead), *copying(own), *one_by_one(self.wiring.gates(c.index, op)))
        specs = self._add_gates(row, c, op, gates)
        row["mean"] = c.time_ms(op) / 1000.0
        row["content"] = content_of[c.index] if self.wiring.caches(c, op) and c.index in content_of else -1
        row["dead"] = int(self.wiring.is_dead_end(c.index, op))
        is_replicated = any(link.kind.id == "replicate" for link in self.system.incoming[c.index])
        is_leading = any(link.kind.id == "replicate" for link in self.system.outgoing[c.index])
        row["write"] = int(op == WRITE and (c.kind.id == "database" or is_replicated or is_leading))
        row["lane"] = self._lane(c, op) if c.kind.role is Role.QUEUE else -1
        row["guarded"] = int(nodes[c.index]["dns_n"] > 0 or nodes[c.index]["limit"] >= 0.0)
        special = row["write"] or row["content"] >= 0 or c.kind.role is Role.QUEUE
        special = special or c.kind.id == "session_store"
        may_lag = WRITE in self.operations and (is_replicated or is_leading)
        row["plain"] = int(not (special or may_lag))
        row["lone"] = int([(s["calls"], s["calls_rest"], s["fork"]) for s in specs] == [(1, 0.0, 0)])
        row["lone"] &= 1 - row["dead"]

    def _copy_step(self, row: Any, c: Component) -> None:
        """A write at a copy: its work, and that of the copies behind it."""
        _, own = self.copies.get(c.index, ((), ()))
        self._add_gates(row, c, COPY, () if is_in_circle(self.system, c.index) else copying(own))
        row["mean"], row["plain"], row["content"], row["lane"] = c.time_ms(WRITE) / 1000.0, 1, -1, -1

    def _add_gates(self, row: Any, c: Component, op: str, gates: tuple[Gate, ...]) -> list[dict[str, Any]]:
        specs = [self._gate(c, op, g, i, gates) for i, g in enumerate(gates)]
        row["lo"] = len(self.gates)
        self.gates += specs
        row["hi"] = len(self.gates)
        self._place_forks(int(row["lo"]), int(row["hi"]), c, op, gates)
        return specs

    def _lane(self, queue: Component, op: str) -> int:
        links = tuple(link.index for link in self.wiring.consumers(queue.index, op))
        key = (queue.index, links)
        if key not in self.lane_index:
            self.lane_index[key] = len(self.lanes)
            self.lanes.append(key)
        return self.lane_index[key]

    def _gate(self, source: Component, op: str, gate: Gate, position: int, gates: tuple[Gate, ...]) -> dict[str, Any]:
        bits = {i: b for b, i in enumerate(i for i, g in enumerate(gates) if g.lookup is not Lookup.NONE)}
        if len(bits) > 60:
            raise InvalidInput([Problem("/edges", f"{source.id} asks {len(bits)} caches; up to 60 are accepted")])
        whole = int(gate.calls)
        fork = gate.asks_all
        each = gate.policy is Policy.SHARD and len(gate.members) > 1
        row = {
            "behind": sum(1 << bits[i] for i in gate.behind),
            "calls_rest": gate.calls - whole,
            "hot": 0.0,
            "rng": stream(self.seed, source.id, f"gate {op} {position}"),
            "fork": int(fork),
            "list": -1,
            "geo": 0,
            "shards": 1,
            "members": 0,
            "member_lo": 0,
            "algorithm": self._algorithm(source, gate),
            "rr": 0,
            "calls": whole,
            "required": int(gate.required),
            "bit": bits.get(position, -1),
            "sub_lo": 0,
            "sub_n": 0,
            "need": gate.needed,
            "key": 0,
            "copies": -1 if gate.needed else self.operations.index(COPY),
        }
        if fork:
            return row
        members = gate.members
        if each:  # in one order, from wherever they are called
            members = tuple(sorted(members, key=lambda m: (m.target, m.weight)))
        targets = [self.system.components[m.target] for m in members]
        shards = 1 if each else max([t.shards for t in targets], default=1)
        geo = gate.policy is Policy.GEO and bool(self.regions)
        number = self._set(source, op, gate.policy, members, geo, shards, each)
        row.update(list=self.sets[number].base, rr=number, geo=int(geo), shards=shards)
        if shards > 1:
            row["hot"] = max(float(t.params.get("hot_key_share") or 0.0) for t in targets)
        if targets:
            sharded = next((t for t in targets if t.shards > 1), targets[0])
            row["key"] = stream(self.seed, self.system.components[self.groups[sharded.index]].id, "shard")
        if each:
            row.update(members=len(members), member_lo=self._cumulative([m.weight for m in members]))
            pool = " ".join(f"{self.system.components[m.target].id} {m.weight}" for m in members)
            row["key"] = stream(self.seed, pool, "shard")
        return row

    def _place_forks(self, lo: int, hi: int, source: Component, op: str, gates: tuple[Gate, ...]) -> None:
        for g in range(lo, hi):
            if not self.gates[g]["fork"]:
                continue
            gate = gates[g - lo]
            self.gates[g].update(sub_lo=len(self.gates), sub_n=len(gate.members))
            asked = op if gate.needed else COPY
            for i, member in enumerate(gate.members):
                one = Gate(gate.publish, Policy.BALANCE, (member,), 1, True, gate.calls)
                sub = self._gate(source, asked, one, 1000 * (g - lo + 1) + i, ())
                self.gates.append(sub)

    def _set(
        self,
        source: Component,
        op: str,
        policy: Policy,
        members: tuple[Member, ...],
        geo: bool,
        shards: int,
        each: bool,
    ) -> int:
        write = op == WRITE
        key = (source.index, policy, members, write, geo, shards, each)
        if key not in self.set_index:
            self.set_index[key] = len(self.sets)
            self.sets.append(TargetSet(self.list_count, source.index, policy, members, write, geo, shards, each))
            self.list_count += len(members) if each else shards * ((len(self.regions) + 1) if geo else 1)
        return self.set_index[key]

    def _algorithm(self, source: Component, gate: Gate) -> int:
        return ALGORITHMS[algorithm(source, self.system.links[gate.members[0].link])] if gate.members else layout.RANDOM

    def _cumulative(self, weights: list[float]) -> int:
        start = len(self.shares)
        total = sum(weights) or 1.0
        at = 0.0
        for i, weight in enumerate(weights):
            at += weight / total
            self.shares.append((at if i + 1 < len(weights) else 1.0, i))
        return start

    def _gate_table(self) -> Table:
        rows = layout.zeros(max(len(self.gates), 1), layout.GATE)
        for i, gate in enumerate(self.gates):
            for name, value in gate.items():
                rows[i][name] = value
        return rows

    # Edges, flows, contents, regions --------------------------------------------------------------------------

    def _edges(self) -> Table:
        rows = layout.zeros(max(len(self.system.links), 1), layout.EDGE)
        rows["timer_head"] = rows["timer_tail"] = -1
        rows["slow"] = rows["work"] = 1.0
        rows["open_until"] = rows["budget"] = rows["trip"] = -1.0
        rows["timeout"] = math.inf
        for link in self.system.links:
            row, p = rows[link.index], link.params
            row["rng_net"] = stream(self.seed, link.id, "network")
            row["rng_retry"] = stream(self.seed, link.id, "retry")
            if link.kind.id == "consume":
                row["work"] = float(p["messages"])
            if link.kind.id != "call":
                continue
            row["latency"] = -1.0 if p["latency_ms"] is None else float(p["latency_ms"]) / 1000.0
            row["jitter"] = float(p["jitter_ms"]) / 1000.0
            row["loss"] = float(p["loss"])
            if p["bandwidth_mbps"] is not None:
                row["transfer"] = float(p["payload_kb"]) * 8000.0 / (float(p["bandwidth_mbps"]) * 1e6)
            if p["timeout_ms"] is not None:
                row["timeout"] = float(p["timeout_ms"]) / 1000.0
            row["retries"] = int(p["retries"])
            row["backoff"] = float(p["backoff_ms"]) / 1000.0
            if p["retry_budget"] is not None:
                row["budget"] = float(p["retry_budget"])
                row["tokens"] = 10.0
            if p["breaker"] is not None:
                row["trip"] = float(p["breaker"]["error_rate"])
                row["open_s"] = float(p["breaker"]["open_s"])
        return rows

    def _flows(self, first: dict[int, int]) -> tuple[Table, Table]:
        rows = np.zeros(len(self.system.sources), layout.FLOW)
        pieces: list[tuple[float, float, float, float]] = []
        for s in self.system.sources:
            row = rows[s.index]
            client = self.system.components[s.client]
            stamped = is_stamped(s.flow.shape) and self.single
            if is_stamped(s.flow.shape) and not self.single:
                own, width = binned([float(t) for t in recorded(s.flow.shape or {})["times_s"]])
                self.assumptions.append(f"{s.id}: time stamps taken as rates over {width:.3g} s each")
            else:
                own = segments(s.rate_rps, s.flow.shape, self.duration)
            row["seg"], row["seg_end"] = len(pieces), len(pieces) + len(own)
            pieces += own
            row["factor"] = 1.0 if stamped else self.load
            row["stamped"], row["copies"] = int(stamped), self.load
            row["poisson"] = int(s.flow.arrivals == "poisson" and not stamped)
            row["rng_arrival"] = stream(self.seed, s.id, "arrival")
            row["rng_mix"] = stream(self.seed, s.id, "request")
            row["client"], row["inst"] = s.client, first[s.client]
            row["where"] = region_of(self.geography, client.domains[0])
            mix = [(op, share) for op, share in sorted(s.mix.items()) if share > 0]
            row["mix_lo"], row["mix_n"] = len(self.shares), len(mix)
            at = 0.0
            for i, (op, share) in enumerate(mix):
                at += share
                self.shares.append((at if i + 1 < len(mix) else 1.0, self.operations.index(op)))
            homes = [(r, share) for r, share in sorted(s.regions.items()) if share > 0]
            row["region_lo"], row["region_n"] = len(self.shares), len(homes)
            at = 0.0
            for i, (region, share) in enumerate(homes):
                at += share
                self.shares.append((at if i + 1 < len(homes) else 1.0, self.regions.index(region)))
        table = np.zeros(max(len(pieces), 1), layout.SEGMENT)
        for i, piece in enumerate(pieces):
            table[i] = piece
        return rows, table

    def _rtt(self) -> Table:
        """Half the round trip between regions, seconds."""
        trips = [[self.geography.round_trip_ms(a, b) for b in self.regions] for a in self.regions]
        return np.array(trips).reshape(len(self.regions), len(self.regions)) / 2000.0
