"""TD402: who writes may read its own old value from a replica."""

from collections.abc import Iterator

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.findings.wording import named
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.replication import is_replica
from simulation.topology.system import Link
from simulation.topology.wiring import WRITE

_OPS = named("call", "ops")


def detect(context: Context) -> Iterator[Sighting]:
    for caller in context.of_role(Role.CALLER) if context.copying else ():
        ops = context.arriving[caller.index]
        reads = ops - {WRITE, "static"}
        if WRITE not in ops or not reads:
            continue
        for link in context.links(caller, "call"):
            replica = context.target(link)
            named = link.params.get("ops")
            if not is_replica(context.system, replica) or (named and not (reads <= {*named} and "read" in reads)):
                continue  # some reads go to the primary, or have a name of their own
            behind = _copies_late(context, link)
            if behind is None:
                continue
            yield Sighting(
                [replica.id, caller.id, link.id],
                Text(
                    f"{caller.id} writes, and reads everything from {replica.id}, which is {behind:g} ms behind: "
                    "users may not see their own change.",
                    f"{caller.id}이(가) 쓰기도 하면서 {behind:g}ms 뒤처진 {replica.id}에서 모두 읽어, "
                    "사용자가 자신이 바꾼 것을 보지 못할 수 있습니다.",
                ),
                Text(
                    f"Name in the {_OPS.en} of {link.id} the reads that may be old; send the others to the primary.",
                    f"낡아도 되는 읽기를 {link.id}의 {_OPS.ko}에 적고, 나머지는 주 서버로 보내세요.",
                ),
            )


def _copies_late(context: Context, call: Link) -> float | None:
    """The lag of an asynchronous copy, in milliseconds."""
    lags = [
        float(link.params["lag_ms"])
        for link in context.system.incoming[call.target]
        if link.kind.id == "replicate" and link.params["mode"] != "sync" and link.params["lag_ms"] > 0
    ]
    return max(lags, default=None)


RULE = Rule(
    code="TD402",
    severity="warning",
    tier="S",
    title=Text("Reads from a replica without lag tolerance", "지연을 고려하지 않은 복제본 읽기"),
    why=Text("A user may not see what they have just written.", "사용자가 방금 쓴 것을 보지 못할 수 있습니다."),
    found_by=Text(
        "A caller that also writes calls an asynchronous replica on an edge that does not say "
        "which operations may be old, or that carries all that it reads.",
        "쓰기도 하는 호출자가, 낡아도 되는 연산을 밝히지 않았거나 모든 읽기를 보내는 간선으로 비동기 복제본을 "
        "호출합니다.",
    ),
    fix=Text(
        f"Read from the primary after a write, or name the reads that may be old in the edge's {_OPS.en}.",
        f"쓴 뒤에는 주 서버에서 읽거나, 낡아도 되는 읽기를 간선의 {_OPS.ko}에 적으세요.",
    ),
    detect=detect,
    firing=(
        _FIRING := example(
            "users > web > db > copy, web > copy",
            mix={"read": 0.8, "browse": 0.1, "write": 0.1},
            users="client",
            web="web_server",
            db="database",
            copy="database",
        )
    ),
    silent=varied(_FIRING, edges={"web > copy": {"params": {"ops": ["browse"]}}}),
)
