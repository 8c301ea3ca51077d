"""Keys that are asked for: how many there are, and how uneven their popularity is."""

from simulation.topology.catalogue.model import Param, Text

KEY_COUNT = Param(
    "key_count",
    "integer",
    Text("Keys", "키 수"),
    Text("Distinct keys that are asked for.", "조회되는 서로 다른 키의 수입니다."),
    default=100_000,
    minimum=1,
    maximum=100_000_000,
    group="data",
)

ZIPF_S = Param(
    "zipf_s",
    "number",
    Text("Skew", "쏠림"),
    Text("Zipf exponent of the keys' popularity; 0 is uniform.", "키 인기도의 지프 지수입니다. 0이면 균등합니다."),
    default=0,
    low=0,
    high=1.2,
    minimum=0,
    maximum=5,
    group="data",
)
