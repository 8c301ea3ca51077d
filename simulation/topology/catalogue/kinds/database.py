"""A database: writes go to the primary, reads to any replica that is called."""

from dataclasses import replace

from simulation.topology.catalogue.keys import KEY_COUNT, ZIPF_S
from simulation.topology.catalogue.model import Kind, Param, Role, Station, Text
from simulation.topology.catalogue.replicas import DEPLOY, replica
from simulation.topology.catalogue.serving import QUEUE_LIMIT, SERVICE_TIME, concurrency
from simulation.topology.limits import MAX_SHARDS

_PGBENCH = "pgbench reports (secondary), 4 virtual CPUs"

_WORK: tuple[Param, ...] = (
    Param(
        "engine",
        "choice",
        Text("Engine", "엔진"),
        Text("Relational, or a key-value, document or column store.", "관계형인지 NoSQL인지입니다."),
        default="relational",
        choices=("relational", "nosql"),
        group="data",
    ),
    Param(
        "read_time_ms",
        "number",
        Text("Read time", "읽기 시간"),
        Text("Mean time a read holds a slot.", "읽기 하나가 슬롯을 쓰는 평균 시간입니다."),
        unit="ms",
        default=1,
        low=0.6,
        high=5,
        above=0,
        maximum=SERVICE_TIME.maximum,
        source=f"{_PGBENCH}: 15,000-25,000 reads/s",
    ),
    Param(
        "write_time_ms",
        "number",
        Text("Write time", "쓰기 시간"),
        Text("Mean time a write holds a slot.", "쓰기 하나가 슬롯을 쓰는 평균 시간입니다."),
        unit="ms",
        default=5,
        low=4,
        high=8,
        above=0,
        maximum=SERVICE_TIME.maximum,
        source=f"{_PGBENCH}: 2,500-4,000 writes/s",
    ),
    concurrency(16, "common: a few for each core", 8, 64),
    QUEUE_LIMIT,
)

_FAILOVER: tuple[Param, ...] = (
    Param(
        "failover",
        "choice",
        Text("Failover", "장애 조치"),
        Text(
            "What happens when the primary is lost: a replica takes over by itself, by hand, or never.",
            "주 서버를 잃었을 때의 동작입니다: 복제본이 자동으로 대신하거나, 사람이 바꾸거나, 하지 않습니다.",
        ),
        default="automatic",
        choices=("automatic", "manual", "none"),
        group="reliability",
    ),
    Param(
        "failover_s",
        "number",
        Text("Failover time", "장애 조치 시간"),
        Text(
            "From the loss of the primary until a replica takes writes.",
            "주 서버를 잃은 뒤 복제본이 쓰기를 받기까지의 시간입니다.",
        ),
        unit="s",
        default=60,
        low=35,
        high=120,
        minimum=0,
        maximum=86_400,
        source="Amazon RDS documentation: 60-120 s, a cluster under 35 s",
        group="reliability",
    ),
    Param(
        "failover_coverage",
        "number",
        Text("Failover success", "장애 조치 성공률"),
        Text("Share of failovers that work.", "장애 조치가 성공하는 비율입니다."),
        default=1.0,
        low=0.9,
        high=1,
        minimum=0,
        maximum=1,
        source="assumed: every failover works",
        group="reliability",
    ),
    Param(
        "backup",
        "boolean",
        Text("Backups", "백업"),
        Text("Copies are kept elsewhere and restoring is practised.", "다른 곳에 사본을 두고 복원을 연습합니다."),
        default=False,
        group="reliability",
    ),
)

_DATA: tuple[Param, ...] = (
    Param(
        "shards",
        "integer",
        Text("Shards", "샤드 수"),
        Text(
            "Key ranges, each on its own instances (as many as there are replicas).",
            "키 범위의 수이며, 각 범위는 복제본 수만큼 자신의 인스턴스를 가집니다.",
        ),
        default=1,
        low=1,
        high=64,
        minimum=1,
        maximum=MAX_SHARDS,
        group="data",
    ),
    Param(
        "shard_by",
        "choice",
        Text("Sharding", "샤딩 방식"),
        Text("How a key finds its shard.", "키가 속할 샤드를 정하는 방법입니다."),
        default="consistent_hash",
        choices=("modulo", "consistent_hash", "range"),
        group="data",
    ),
    Param(
        "hot_key_share",
        "number",
        Text("Hot key", "핫 키 비중"),
        Text("Share of the traffic on one key.", "한 키에 몰리는 트래픽의 비율입니다."),
        default=0,
        low=0,
        high=0.3,
        minimum=0,
        maximum=1,
        group="data",
    ),
    Param(
        "partitions",
        "integer",
        Text("Partitions", "파티션 수"),
        Text(
            "Pieces in which keys move between shards. Empty: key by key.",
            "키가 샤드 사이를 옮겨 다니는 단위의 수입니다. 비우면 키 하나씩 옮깁니다.",
        ),
        minimum=1,
        maximum=1_000_000,
        group="data",
    ),
    Param(
        "move_share",
        "number",
        Text("Share for moving", "키 이동 몫"),
        Text(
            "Share of a shard's slots that may move keys while the number of shards changes. "
            "Less takes longer and disturbs less.",
            "샤드 수가 바뀌는 동안 키를 옮기는 데 쓰는 샤드 슬롯의 비율입니다. 작을수록 오래 걸리고 덜 방해합니다.",
        ),
        default=0.25,
        low=0.1,
        high=0.5,
        above=0,
        maximum=0.9,
        source="assumed: a quarter",
        group="data",
    ),
    replace(KEY_COUNT, help=Text("Distinct keys that are read and written.", "읽고 쓰는 서로 다른 키의 수입니다.")),
    ZIPF_S,
)

KIND = Kind(
    id="database",
    role=Role.STORE,
    group="data",
    order=70,
    title=Text("Database", "데이터베이스"),
    summary=Text(
        "Keeps the data; writes go to the primary, reads to any replica.",
        "데이터를 보관하며, 쓰기는 주 서버로, 읽기는 복제본으로 갑니다.",
    ),
    icon="M4 6c0-4 16-4 16 0s-16 4-16 0zM4 6v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0",
    params=(
        *_WORK,
        *_FAILOVER,
        *_DATA,
        DEPLOY,
        *replica(
            1999, 1, "Amazon RDS SLA: 99.95% over zones; the split into 1,999 h and 1 h is assumed", cost_per_month=200
        ),
    ),
    station=Station(
        time={"": "read_time_ms", "write": "write_time_ms"},
        slots="concurrency",
        queue="queue_limit",
    ),
)
