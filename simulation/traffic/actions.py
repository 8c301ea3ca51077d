"""What can be done to a running system, live or at a scripted time: names, params, targets, texts.

The catalogue serves this list; `control` carries the actions out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulation.topology.catalogue.model import Param, Text
from simulation.topology.document import InvalidInput, Problem

TargetType = Literal["node", "replica", "edge", "container", "flow"]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: on what it works, and its params. Of `one_of` params exactly one must be given.

    `kinds` are the kinds of node that it makes sense for; empty: every kind that can fail. A page offers
    it there; what is refused is decided by the run.
    """

    id: str
    title: Text
    help: Text
    targets: tuple[TargetType, ...]
    params: tuple[Param, ...] = ()
    one_of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def _number(
    name: str, title: Text, default: float | None, minimum: float, maximum: float, whole: bool = False
) -> Param:
    return Param(
        name, "integer" if whole else "number", title, title, default=default, minimum=minimum, maximum=maximum
    )


_FACTOR = Text("Factor", "배수")

ACTIONS: dict[str, Action] = {
    action.id: action
    for action in (
        Action(
            "kill",
            Text("Kill", "중단"),
            Text(
                "It stops at once: work in it fails, new calls are refused.",
                "즉시 멈춥니다. 진행 중이던 작업은 실패하고 새 호출은 거절됩니다.",
            ),
            ("node", "replica", "edge", "container"),
        ),
        Action(
            "revive",
            Text("Revive", "복구"),
            Text("It works again, empty.", "빈 상태로 다시 동작합니다."),
            ("node", "replica", "edge", "container"),
        ),
        Action(
            "slow",
            Text("Slow down", "느려짐"),
            Text(
                "Service times (of an edge: latency) are multiplied; 1 is normal.",
                "처리 시간(연결은 지연)을 곱합니다. 1이 정상입니다.",
            ),
            ("node", "replica", "edge", "container"),
            (_number("factor", _FACTOR, 2.0, 0.001, 1e6),),
        ),
        Action(
            "fail",
            Text("Fail some", "일부 실패"),
            Text(
                "A share of the work fails after it was done; 0 is normal.",
                "처리한 작업의 일부가 실패합니다. 0이 정상입니다.",
            ),
            ("node", "replica", "edge", "container"),
            (_number("rate", Text("Share", "비율"), 0.1, 0.0, 1.0),),
        ),
        Action(
            "partition",
            Text("Partition", "네트워크 단절"),
            Text(
                "Nothing gets through to it or from it; it goes on inside.",
                "안팎으로 아무것도 통하지 않으며 내부는 계속 동작합니다.",
            ),
            ("node", "replica", "edge", "container"),
        ),
        Action(
            "heal",
            Text("Heal", "단절 해소"),
            Text("Ends a partition.", "네트워크 단절을 끝냅니다."),
            ("node", "replica", "edge", "container"),
        ),
        Action(
            "traffic",
            Text("Change traffic", "트래픽 변경"),
            Text("Multiplies the flow's rate or sets it.", "흐름의 요청률을 곱하거나 정합니다."),
            ("flow", "node"),
            (
                _number("factor", _FACTOR, None, 0.0, 1e6),
                _number("rate_rps", Text("Rate", "요청률"), None, 0.0, 1e9),
            ),
            ("factor", "rate_rps"),
            kinds=("client",),
        ),
        Action(
            "flush",
            Text("Flush", "비우기"),
            Text("Empties a cache.", "캐시를 비웁니다."),
            ("node",),
            kinds=("cache",),
        ),
        Action(
            "purge",
            Text("Purge", "제거"),
            Text("Empties a CDN, a cache or a queue.", "CDN, 캐시 또는 큐를 비웁니다."),
            ("node",),
            kinds=("cdn", "cache", "message_queue"),
        ),
        Action(
            "pause_consumers",
            Text("Pause consumers", "소비 중지"),
            Text("The queue hands out no messages.", "큐가 메시지를 내보내지 않습니다."),
            ("node",),
            kinds=("message_queue",),
        ),
        Action(
            "resume_consumers",
            Text("Resume consumers", "소비 재개"),
            Text("The queue hands out messages again.", "큐가 메시지를 다시 내보냅니다."),
            ("node",),
            kinds=("message_queue",),
        ),
        Action(
            "scale",
            Text("Scale", "복제본 수 변경"),
            Text(
                "Sets the number of replicas; those that go finish their work while they drain.",
                "복제본 수를 정합니다. 빠지는 복제본은 연결 종료 대기 동안 하던 일을 마칩니다.",
            ),
            ("node",),
            (_number("replicas", Text("Replicas", "복제본"), None, 1, 10_000, whole=True),),
        ),
        Action(
            "promote",
            Text("Promote", "승격"),
            Text("The replica becomes the primary at once.", "복제본이 즉시 주 서버가 됩니다."),
            ("node",),
            kinds=("database",),
        ),
        Action(
            "deploy",
            Text("Deploy", "배포"),
            Text(
                "Restarts the replicas batch by batch; each drains first and boots again.",
                "복제본을 묶음별로 비우고 다시 시작합니다.",
            ),
            ("node",),
            (_number("batch_share", Text("Batch", "묶음 비율"), 0.25, 0.001, 1.0),),
        ),
        Action(
            "reshard",
            Text("Reshard", "샤드 수 변경"),
            Text(
                "Moves keys until there are so many shards, and tells what share of the keys moves.",
                "샤드 수가 이만큼 되도록 키를 옮기고, 옮겨지는 키의 비율을 알려 줍니다.",
            ),
            ("node",),
            (_number("shards", Text("Shards", "샤드"), None, 1, 4096, whole=True),),
            kinds=("database",),
        ),
    )
}


def checked(name: str, target_type: TargetType, given: Mapping[str, Any], pointer: str = "") -> dict[str, Any]:
    """The action's params, defaults filled in.

    Raises InvalidInput when the action is unknown, does not work on such a target, or a param is
    unknown, missing or out of range.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise InvalidInput([Problem(f"{pointer}/action", f"{name!r} is none of {', '.join(ACTIONS)}")])
    bad: list[Problem] = []
    if target_type not in action.targets:
        accepted = ", ".join(action.targets)
        bad.append(Problem(f"{pointer}/target", f"{name} works on a {accepted}, not on a {target_type}"))
    known = {p.name: p for p in action.params}
    bad += [
        Problem(f"{pointer}/{key}", f"{name} has no such member; accepted: {', '.join(known) or 'none'}")
        for key in given
        if key not in known
    ]
    values: dict[str, Any] = {}
    for param in action.params:
        value = given.get(param.name, param.default)
        if value is None:
            if not action.one_of:
                bad.append(Problem(f"{pointer}/{param.name}", "missing"))
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if is_number and param.type == "integer":
            is_number = float(value).is_integer()
        if not is_number or not (param.minimum or 0.0) <= value <= (param.maximum or math.inf):
            kind = "whole number" if param.type == "integer" else "number"
            detail = f"{value!r} is not a {kind} from {param.minimum:g} to {param.maximum:g}"
            bad.append(Problem(f"{pointer}/{param.name}", detail))
            continue
        values[param.name] = int(value) if param.type == "integer" else float(value)
    if action.one_of and len(values) != 1 and not bad:
        bad.append(Problem(pointer, f"{name} takes exactly one of {', '.join(action.one_of)}"))
    if bad:
        raise InvalidInput(bad)
    return values
