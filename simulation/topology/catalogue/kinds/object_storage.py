"""An object store: files and blobs by name."""

from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="object_storage",
    role=Role.STORE,
    group="data",
    order=75,
    title=Text("Object storage", "오브젝트 저장소"),
    summary=Text("Keeps files and blobs by name.", "파일과 데이터 덩어리를 이름으로 보관합니다."),
    icon="M4 7l8-4 8 4-8 4zM4 7v10l8 4 8-4V7M12 11v10",
    params=(
        service_time(30, "common: 10-100 ms to the first byte", 10, 100),
        concurrency(1000, "common: the provider's limit is far away", 100, 10_000),
        *replica(
            9_999,
            1,
            "Amazon S3 documentation: designed for 99.99%; the split into 9,999 h and 1 h is assumed",
            cost_per_month=25,
        ),
    ),
    station=SERVING,
)
