"""What the fluid engine does not show of a document."""

from simulation.topology.catalogue.model import Text
from simulation.topology.system import System

_STICKY = Text(
    "sticky (fluid: users spread evenly over the targets, no user is followed)",
    "sticky (유체: 사용자가 대상에 고르게 퍼지며 한 사람을 따라가지 않음)",
)
_PREFETCH = Text(
    "prefetch beyond its slots (fluid: such messages count as waiting in the queue)",
    "동시 처리 수를 넘는 prefetch (유체: 그런 메시지는 대기열에서 기다리는 것으로 셈)",
)
_SESSIONS = Text("ttl_s (fluid: sessions do not expire)", "ttl_s (유체: 세션이 만료되지 않음)")
_BREAKER = Text(
    "breaker (fluid: it opens when its error rate is over the limit by expectation)",
    "breaker (유체: 기댓값으로 오류율이 한도를 넘으면 열림)",
)
_RETRIES = Text(
    "order of retries (fluid: their number follows from the moment's failure rate)",
    "재시도의 순서 (유체: 재시도 횟수는 그 순간의 실패율에서 나옴)",
)


def not_modelled(system: System) -> list[Text]:
    """What the document states and a fluid of expected values does not show."""
    found = []
    for c in system.components:
        if c.params.get("sticky"):
            found.append(_of(c.id, _STICKY))
        if c.kind.id == "worker" and int(c.params.get("prefetch") or 0) > (c.slots or 1):
            found.append(_of(c.id, _PREFETCH))
        if c.kind.id == "session_store":
            found.append(_of(c.id, _SESSIONS))
    for link in system.links:
        breaker, timeout = link.params.get("breaker"), link.params.get("timeout_ms")
        if breaker:
            found.append(_of(link.id, _BREAKER))
        if timeout and link.params.get("retries"):
            found.append(_of(link.id, _RETRIES))
    return found


def _of(element: str, what: Text) -> Text:
    return Text(f"{element}: {what.en}", f"{element}: {what.ko}")
