"""Automation: repairs what it covers without people, never on a request's path."""

from simulation.topology.catalogue.model import Kind, Param, Role, Text
from simulation.topology.catalogue.replicas import NEEDED, ONE_MACHINE, cost, failure

KIND = Kind(
    id="automation",
    role=Role.OBSERVER,
    group="operations",
    order=110,
    title=Text("Automation", "자동화"),
    summary=Text(
        "Restarts, replaces, scales and rolls back by itself; failures last shorter.",
        "스스로 재시작, 교체, 확장, 되돌리기를 하여 장애 시간을 줄입니다.",
    ),
    icon="M20 12a8 8 0 0 1-14.5 4.5M4 12a8 8 0 0 1 14.5-4.5M18.5 3.5v4h-4M5.5 20.5v-4h4M10.5 9.5l4 2.5-4 2.5z",
    params=(
        Param(
            "detects_in_s",
            "number",
            Text("Detects in", "감지 시간"),
            Text("From the failure until it is noticed.", "장애가 난 뒤 알아차리기까지의 시간입니다."),
            unit="s",
            default=60,
            low=10,
            high=120,
            minimum=0,
            maximum=604_800,
            group="reliability",
        ),
        Param(
            "repairs_in_s",
            "number",
            Text("Repairs in", "복구 시간"),
            Text("From noticing until it works again.", "알아차린 뒤 다시 동작하기까지의 시간입니다."),
            unit="s",
            default=180,
            low=60,
            high=600,
            minimum=0,
            maximum=604_800,
            group="reliability",
        ),
        Param(
            "covers",
            "list",
            Text("Covers", "담당 작업"),
            Text("Kinds of repair that need no people.", "사람 없이 하는 복구의 종류입니다."),
            default=["restart", "replace", "failover", "scale", "rollback"],
            item="choice",
            choices=("restart", "replace", "failover", "scale", "rollback"),
            group="reliability",
        ),
        *failure(1990, 10, ONE_MACHINE),
        NEEDED,
        cost(50),
    ),
)
