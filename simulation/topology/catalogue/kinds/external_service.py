"""An external service: somebody else's system, called over the Internet."""

from simulation.topology.catalogue.model import Kind, Role, Text
from simulation.topology.catalogue.replicas import replica
from simulation.topology.catalogue.serving import SERVING, concurrency, service_time

KIND = Kind(
    id="external_service",
    role=Role.STORE,
    group="data",
    order=85,
    title=Text("External service", "외부 서비스"),
    summary=Text(
        "Somebody else's system that is called: payment, mail, maps.",
        "결제, 메일, 지도처럼 호출해서 쓰는 다른 조직의 시스템입니다.",
    ),
    icon="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
    params=(
        service_time(100, "common: 50-300 ms over the Internet", 50, 300),
        concurrency(1000, "common: the provider's limit is far away", 100, 10_000),
        *replica(
            999,
            1,
            "common: 99.9% is what providers promise; the split into 999 h and 1 h is assumed",
            cost_per_month=0,
        ),
    ),
    station=SERVING,
)
