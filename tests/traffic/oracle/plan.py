"""What a document says, in this engine's own reading: who calls whom, in which order, for which operation."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulation.topology.document import Edge, Node, Topology

ROUTERS = {"client", "dns", "cdn", "load_balancer", "api_gateway"}
CHECKING = {"dns", "load_balancer", "api_gateway"}
STORES = {"database", "object_storage", "search_index"}


@dataclass
class Member:
    """One alternative of a dependency."""

    edge: Edge
    node: Node
    weight: float
    priority: int


@dataclass
class Need:
    """One dependency: a pool of alternatives, or (`parts`) several that are all called at once."""

    stream: str
    members: list[Member]
    policy: str
    required: bool
    calls: float
    publish: bool = False
    lookup: str = ""  # beside: the caller fetches on a miss; through: the cache does
    spared_by: set[int] = field(default_factory=set)  # positions of look-ups whose hit spares it
    parts: list["Need"] = field(default_factory=list)
    enough: int = 1  # parts that must succeed


class Plan:
    """A document with its edges sorted by source, and the needs of every node and operation."""

    def __init__(self, topology: Topology) -> None:
        self.nodes = {n.id: n for n in topology.nodes}
        self.edges = topology.edges
        self.flows = topology.flows
        self.kinds = {e.id: self._kind(e) for e in topology.edges}
        self.primary = {e.target: e.source for e in topology.edges if self.kinds[e.id] == "replicate"}
        self._needs: dict[tuple[str, str], list[Need]] = {}

    def _kind(self, edge: Edge) -> str:
        source, target = self.nodes[edge.source].kind, self.nodes[edge.target].kind
        default = "publish" if target == "message_queue" else "consume" if source == "message_queue" else "call"
        return edge.kind or ("replicate" if source == target == "database" else default)

    def outgoing(self, node: str, op: str, *kinds: str) -> list[Edge]:
        return [e for e in self.edges if e.source == node and self.kinds[e.id] in kinds and self._carries(e, op)]

    def _carries(self, edge: Edge, op: str) -> bool:
        if edge.params.get("ops"):
            return op in edge.params["ops"]
        if op != "write" or self.nodes[edge.target].kind != "cache":
            return True
        behind, beside = self._written(edge.target), self._written(edge.source)
        if behind:
            return not behind & beside
        return all(self.nodes[n].kind == "cache" for n in beside)

    def _written(self, node: str) -> set[str]:
        asks = ("call", "publish")
        return {
            e.target
            for e in self.edges
            if e.source == node and self.kinds[e.id] in asks and "write" in (e.params.get("ops") or ["write"])
        }

    def needs(self, node: str, op: str) -> list[Need]:
        if (node, op) not in self._needs:
            self._needs[node, op] = self._read(node, op)
        return self._needs[node, op]

    def _read(self, node: str, op: str) -> list[Need]:
        kind = self.nodes[node].kind
        groups = list(self._groups(node, op))
        found = [self._need(self.nodes[node], group, op) for group in groups]
        if kind not in ROUTERS | {"cache"}:
            found = self._lookups_first(node, found, op)
        for position, need in enumerate(found):
            need.stream = f"gate {op} {position}"
            for k, part in enumerate(need.parts):
                part.stream = f"gate {op} {1000 * (position + 1) + k}"
        return found

    def _groups(self, node: str, op: str) -> Iterator[list[Edge]]:
        """Edges that are alternatives of each other, in the order of their first."""
        pools: dict[Any, list[Edge]] = {}
        is_router = self.nodes[node].kind in ROUTERS
        edges = self.outgoing(node, op, "call", "publish")
        for e in sorted(edges, key=lambda e: is_router and self.kinds[e.id] == "publish"):
            if self.kinds[e.id] == "publish":
                pools[e.id] = [e]
            elif e.params.get("pool") or is_router:
                pools.setdefault(("pool", e.params.get("pool")), []).append(e)
            else:
                pools.setdefault(("group", self.primary.get(e.target, e.target)), []).append(e)
        yield from pools.values()

    def _need(self, source: Node, edges: list[Edge], op: str) -> Need:
        def first(name: str, default: Any) -> Any:
            return next((e.params[name] for e in edges if e.params.get(name) is not None), default)

        members = [
            Member(e, self.nodes[e.target], e.params.get("weight", 1), e.params.get("priority", 0)) for e in edges
        ]
        if self.kinds[edges[0].id] == "publish":
            return Need("", members, "balance", True, first("messages", 1), publish=True)
        required = any(e.params.get("required", self.nodes[e.target].kind != "cache") for e in edges)
        policy = first("policy", "failover" if len({m.priority for m in members}) > 1 else "balance")
        if source.kind == "dns" and source.params["policy"] == "failover":
            policy = "failover"
        if policy == "failover" and not any("priority" in e.params for e in edges):
            for place, member in enumerate(members):
                member.priority = place  # in the document's order
        calls = max(e.params.get("calls", 1) for e in edges)
        replicas = {m.node.id for m in members} & self.primary.keys()
        if policy not in ("all", "shard") and replicas:
            if op == "write":
                members = [m for m in members if m.node.id not in replicas]
            elif len(replicas) < len(members):
                members = [Member(m.edge, m.node, m.weight, int(m.node.id not in replicas)) for m in members]
                policy = "failover"
        need = Need("", members, policy, required, calls)
        if policy == "all":
            need.parts = [Need("", [m], "balance", True, calls) for m in members]
            need.enough = first("needed", len(members))
        return need

    def _lookups_first(self, node: str, needs: list[Need], op: str) -> list[Need]:
        """A hit in a cache spares what it fronts; that is asked after all look-ups."""
        spared: dict[int, set[int]] = {}
        for need in needs:
            cache = need.members[0].node
            if len(need.members) > 1 or cache.kind != "cache":
                continue
            if op == "write":
                if "required" not in need.members[0].edge.params:
                    need.required = bool(self.outgoing(cache.id, op, "call"))
                continue
            behind = {e.target for e in self.outgoing(cache.id, op, "call")}
            need.lookup = "through" if behind else "beside"
            if behind and "required" not in need.members[0].edge.params:
                need.required = not behind & {e.target for e in self.outgoing(node, op, "call")}
        for i, need in enumerate(needs):
            if not need.lookup:
                continue
            behind = {e.target for e in self.outgoing(need.members[0].node.id, op, "call")}
            for k, other in enumerate(needs):
                targets = {m.node.id for m in other.members}
                fits = targets <= behind if behind else all(m.node.kind in STORES for m in other.members)
                if not other.lookup and not other.publish and fits:
                    spared.setdefault(k, set()).add(i)
        order = sorted(range(len(needs)), key=lambda i: (i in spared, i))
        for k, by in spared.items():
            needs[k].spared_by = {order.index(i) for i in by}
        return [needs[i] for i in order]
