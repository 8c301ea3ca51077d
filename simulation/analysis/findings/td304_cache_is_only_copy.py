"""TD304: data is written to a cache and nowhere else."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import Edge, Node
from simulation.topology.system import Link
from simulation.topology.wiring import WRITE


def detect(context: Context) -> Iterator[Sighting]:
    for cache in context.of_kind("cache"):
        if cache.params["persistent"] or context.callees(cache):
            continue
        for link in context.system.incoming[cache.index]:
            writer = context.source(link)
            if link.kind.id != "call" or not _takes_writes(context, link):
                continue
            durable = any(
                context.target(out).kind.role in (Role.STORE, Role.QUEUE) and out.carries(WRITE)
                for out in context.system.outgoing[writer.index]
            )
            if durable:
                continue
            store = context.changes.fresh_id("db")
            parent = context.changes.node(writer.id).parent
            yield Sighting(
                [cache.id, writer.id],
                Text(
                    f"{writer.id} writes to {cache.id} and to no store: a restart loses the data.",
                    f"{writer.id}이(가) 저장소 없이 {cache.id}에만 씁니다. 재시작하면 데이터가 사라집니다.",
                ),
                patch=context.changes.added(
                    [Node(store, "database", parent=parent, params={"backup": True})],
                    [Edge(context.changes.fresh_id(f"{writer.id}-{store}"), writer.id, store)],
                ),
            )


def _takes_writes(context: Context, link: Link) -> bool:
    """Whether the edge says that it carries writes, or is the way that some flow's writes take."""
    if link.params.get("ops"):
        return link.carries(WRITE)
    gates = context.wiring.gates(link.source, WRITE) if WRITE in context.arriving[link.source] else ()
    return any(member.link == link.index for gate in gates for member in gate.members)


RULE = Rule(
    code="TD304",
    severity="error",
    tier="S",
    title=Text("Cache is the only copy of the data", "캐시가 유일한 데이터 사본"),
    why=Text("Its memory is volatile: a restart loses the data.", "메모리는 휘발성이라 재시작하면 데이터를 잃습니다."),
    found_by=Text(
        "Writes end in a cache that is not persistent, and the writer reaches no store with them.",
        "쓰기가 지속 저장이 아닌 캐시에서 끝나고, 쓰는 쪽이 저장소에 닿지 않습니다.",
    ),
    fix=Text("Write through to a durable store.", "내구성 있는 저장소까지 함께 쓰세요."),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > cache",
            mix={"read": 0.9, "write": 0.1},
            edges={"web > cache": {"params": {"ops": ["read", "write"]}}},
            users="client",
            web="web_server",
            cache="cache",
        )
    ),
    silent=varied(_FIRING, "web > db", db="database"),
)
