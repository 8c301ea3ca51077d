"""Which instance a call goes to: who is known to be up, whose answer is still in use, and the balancers' algorithms."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tests.traffic.oracle.plan import CHECKING, Member, Need
from tests.traffic.oracle.stations import Instance
from tests.traffic.oracle.streams import GOLDEN, MASK, Stream, begun, mixed

if TYPE_CHECKING:
    from tests.traffic.oracle.engine import Job, Oracle
    from tests.traffic.oracle.links import Link


class Candidate(NamedTuple):
    link: "Link"
    inst: Instance
    weight: float


class Choosing:
    """Choices of all callers of one oracle."""

    def __init__(self, oracle: "Oracle") -> None:
        self.oracle = oracle
        self.unseen: set[tuple[str, Instance]] = set()  # (edge, instance)
        self.news: list[tuple[float, set[tuple[str, Instance]]]] = [(-1.0, set())]  # what was unseen, since when
        self._checks: dict[tuple[str, Instance], object] = {}
        self._turns: dict[tuple[object, ...], int] = {}
        self._links: dict[Job, Link] = {}
        self._numbers = {i: n for n, i in enumerate(i for all_ in oracle.insts.values() for i in all_)}

    def changed(self, inst: Instance) -> None:
        """Health checks notice a loss after some intervals, a recovery after one; without them it is seen at once."""
        oracle = self.oracle
        for edge in oracle.edges_to(inst.node.id):
            source = oracle.plan.nodes[edge.source]
            pair, token = (edge.id, inst), object()
            self._checks[pair] = token
            if source.kind not in CHECKING:
                self._see(pair, inst.up)
                continue
            if inst.up == (pair not in self.unseen):
                continue
            checks = 1 if inst.up else source.params["failure_threshold"]
            wait = source.params["health_check_interval_s"] * checks
            oracle.at(oracle.now + wait, partial(self._checked, pair, token, inst.up))

    def _checked(self, pair: tuple[str, Instance], token: object, up: bool) -> None:
        if self._checks[pair] is token:  # nothing has changed since
            self._see(pair, up)

    def _see(self, pair: tuple[str, Instance], up: bool) -> None:
        (self.unseen.discard if up else self.unseen.add)(pair)
        self.news.append((self.oracle.now, set(self.unseen)))

    def last_link(self, job: "Job") -> "Link":
        return self._links[job]

    def choose(self, job: "Job", need: Need, draws: Stream) -> tuple["Link", Instance | None]:
        unseen = self.unseen
        if job.node.kind == "dns":  # an answer that was given before the news does not know them
            unseen = next(seen for since, seen in reversed(self.news) if since <= job.answered)
        members = in_order = need.members
        shards = 1
        if need.policy == "shard" and len(members) > 1:
            members = in_order = sorted(
                members, key=lambda m: (list(self.oracle.plan.nodes).index(m.node.id), m.weight)
            )
            if job.shard < 0:
                names = " ".join(f"{m.node.id} {float(m.weight)}" for m in members)
                job.shard = self._of_shares([m.weight for m in members], self._of_key(job, names))
            members = [members[job.shard]]
        else:
            shards = max(m.node.params.get("shards", 1) for m in members)
            if shards > 1 and job.shard < 0:
                hot = max(m.node.params.get("hot_key_share", 0) for m in members)
                sharded = next(m.node.id for m in members if m.node.params.get("shards", 1) > 1)
                u = self._of_key(job, self.oracle.plan.primary.get(sharded, sharded))
                job.shard = 0 if u < hot else int((u - hot) / (1 - hot) * shards)
        pool = self._pool(members, job.shard if shards > 1 else -1, need.policy, unseen)
        if not pool:
            link = self.oracle.links[in_order[0].edge.id]
            self._links[job] = link
            return link, None
        pick = 0
        for tries in range(9):
            pick = self._pick(pool, job, need, draws, tries)
            if job.attempt == 0 or len(pool) == 1 or pool[pick].inst is not job.last:
                break
        self._links[job] = pool[pick].link
        return pool[pick].link, pool[pick].inst

    def _pool(
        self, members: list[Member], shard: int, policy: str, unseen: set[tuple[str, Instance]]
    ) -> list[Candidate]:
        groups = []
        for m in members:
            insts = [i for i in self.oracle.insts[m.node.id] if shard < 0 or i.shard == shard]
            if m.node.kind != "dns":
                insts = [i for i in insts if (m.edge.id, i) not in unseen]
            link = self.oracle.links[m.edge.id]
            if insts and m.weight > 0:
                groups.append((m.priority, [Candidate(link, i, m.weight / len(insts)) for i in insts]))
        best = min((priority for priority, _ in groups), default=0)
        return [c for priority, group in groups for c in group if policy != "failover" or priority == best]

    def _of_key(self, job: "Job", store: str) -> float:
        """Where in a store the key of the request lies: the same from wherever it is asked for."""
        return (mixed(job.user ^ begun(self.oracle.seed, store, "shard")) >> 11) / 2**53

    @staticmethod
    def _of_shares(weights: list[float], u: float) -> int:
        passed, total = 0.0, sum(weights)
        for k, weight in enumerate(weights[:-1]):
            passed += weight / total
            if u < passed:
                return k
        return len(weights) - 1

    def _pick(self, pool: list[Candidate], job: "Job", need: Need, draws: Stream, tries: int) -> int:
        count = len(pool)
        if count == 1:
            return 0
        p = job.node.params
        algorithm = p.get("algorithm") or need.members[0].edge.params.get("balance", "random")
        if p.get("sticky"):
            algorithm = "consistent_hash"
        weights = [c.weight for c in pool]
        is_even = max(weights) - min(weights) < 1e-12 * max(weights)
        refused = job.last if tries else None
        if algorithm == "round_robin":
            return self._in_turn(pool, job, need, is_even)
        if algorithm == "least_connections":
            start = int(draws.unit() * count)
            order = [(start + k) % count for k in range(count)]
            return min((k for k in order if pool[k].inst is not refused), key=lambda k: pool[k].inst.calls)
        if algorithm == "power_of_two":
            first = int(draws.unit() * count)
            second = int(draws.unit() * (count - 1))
            second += second >= first
            return second if pool[second].inst.calls < pool[first].inst.calls else first
        if algorithm == "consistent_hash":
            scores = [mixed(job.user ^ ((self._numbers[c.inst] + 1) * GOLDEN & MASK)) for c in pool]
            return max((k for k in range(count) if pool[k].inst is not refused), key=lambda k: scores[k])
        u = draws.unit()
        return int(u * count) if is_even else self._of_cumulative(weights, u)

    @staticmethod
    def _of_cumulative(weights: list[float], u: float) -> int:
        passed, aim = 0.0, u * sum(weights)
        for k, weight in enumerate(weights[:-1]):
            passed += weight
            if aim < passed:
                return k
        return len(weights) - 1

    def _in_turn(self, pool: list[Candidate], job: "Job", need: Need, is_even: bool) -> int:
        """One after the other; with weights in steps of the golden ratio through the cumulative weights."""
        # Operations that have the same alternatives take turns together; writes stand apart.
        key = (job.node.id, job.op == "write", need.policy, *((m.edge.id, m.priority) for m in need.members))
        turn = self._turns.get(key, 0)
        if is_even:
            turn = 0 if turn >= len(pool) else turn
            self._turns[key] = turn + 1
            return turn
        self._turns[key] = turn + 1
        return self._of_cumulative([c.weight for c in pool], turn * 0.6180339887498949 % 1.0)
