"""What cache and CDN hold: a given hit ratio, or keys, capacity and eviction from which it follows."""

from dataclasses import replace

from simulation.topology.catalogue.keys import KEY_COUNT, ZIPF_S
from simulation.topology.catalogue.model import Param, Text

CACHE_CONTENT: tuple[Param, ...] = (
    Param(
        "hit_ratio",
        "number",
        Text("Hit ratio", "적중률"),
        Text(
            "Share of look-ups answered here. Given, it replaces keys and capacity.",
            "여기서 답하는 조회의 비율입니다. 입력하면 키와 용량을 대신합니다.",
        ),
        minimum=0,
        maximum=1,
        nullable=True,
        group="data",
    ),
    KEY_COUNT,
    replace(ZIPF_S, default=1.0, low=0.6),
    Param(
        "capacity_keys",
        "integer",
        Text("Capacity", "용량"),
        Text("Keys that fit, over all replicas.", "모든 복제본에 담을 수 있는 키 수입니다."),
        unit="keys",
        default=10_000,
        minimum=1,
        maximum=100_000_000,
        group="data",
    ),
    Param(
        "ttl_s",
        "number",
        Text("Expiry", "만료"),
        Text("How long an entry lives. Empty: no expiry.", "항목이 유지되는 시간입니다. 비우면 만료가 없습니다."),
        unit="s",
        low=60,
        high=86_400,
        above=0,
        maximum=1e9,
        nullable=True,
        group="data",
    ),
    Param(
        "eviction",
        "choice",
        Text("Eviction", "제거 정책"),
        Text("Which entry makes room.", "자리를 낼 항목을 고르는 방법입니다."),
        default="lru",
        choices=("lru", "lfu", "fifo", "random"),
        group="data",
    ),
)

#: Params from which a hit ratio follows; stating one of them replaces a default hit ratio.
CONTENT_PARAMS = frozenset({"key_count", "zipf_s", "capacity_keys"})

CACHE_START: tuple[Param, ...] = (
    Param(
        "cold_start",
        "boolean",
        Text("Cold start", "빈 상태로 시작"),
        Text("Starts empty rather than warm.", "채워진 상태가 아니라 빈 상태로 시작합니다."),
        default=False,
        group="data",
    ),
    Param(
        "coalesce",
        "boolean",
        Text("Coalesce misses", "미스 합치기"),
        Text(
            "Only one of several misses on the same key asks what stands behind.",
            "같은 키의 여러 미스 중 하나만 뒤쪽에 묻습니다.",
        ),
        default=False,
        group="data",
    ),
)

PERSISTENT = Param(
    "persistent",
    "boolean",
    Text("Persistent", "영속 저장"),
    Text("What it holds survives a restart.", "담고 있는 내용이 재시작 후에도 남습니다."),
    default=False,
    group="data",
)
