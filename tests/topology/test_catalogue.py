"""The catalogue: every kind and param of the contract, and of all kinds sourced defaults that validation accepts."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest

from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.choices import CHOICES
from simulation.topology.catalogue.model import Param
from simulation.topology.catalogue.served import catalogue
from simulation.topology.catalogue.shapes import SHAPES
from simulation.topology.values import Problems, check_param

FAILS = "mtbf_h mttr_h availability needed cost_per_month"
CONTENT = "hit_ratio key_count zipf_s capacity_keys ttl_s eviction"
BALANCER = "algorithm sticky health_check_interval_s failure_threshold service_time_ms concurrency"
SERVER = "service_time_ms distribution cv concurrency queue_limit session holds_slot autoscale"
CONTRACT = {
    "client": "",
    "dns": f"policy ttl_s lookup_ms health_check_interval_s failure_threshold {FAILS}",
    "cdn": f"{CONTENT} edge_time_ms {FAILS}",
    "load_balancer": f"{BALANCER} {FAILS}",
    "api_gateway": f"{BALANCER} rate_limit_rps burst {FAILS}",
    "web_server": f"{SERVER} {FAILS}",
    "service": f"{SERVER} {FAILS}",
    "session_store": f"service_time_ms concurrency ttl_s session_kb {FAILS}",
    "cache": f"{CONTENT} service_time_ms concurrency cold_start coalesce {FAILS}",
    "database": "engine read_time_ms write_time_ms concurrency queue_limit failover failover_s shards shard_by "
    f"hot_key_share partitions {FAILS}",
    "object_storage": f"service_time_ms concurrency {FAILS}",
    "search_index": f"service_time_ms concurrency {FAILS}",
    "external_service": f"service_time_ms concurrency {FAILS}",
    "message_queue": f"capacity_messages durable delivery redelivery_s max_deliveries overflow {FAILS}",
    "worker": f"service_time_ms distribution cv concurrency prefetch failure_rate {FAILS}",
    "logging": f"interval_s alert_after_s overhead {FAILS}",
    "metrics": f"interval_s alert_after_s overhead {FAILS}",
    "automation": f"detects_in_s repairs_in_s covers {FAILS}",
    "region": "availability mtbf_h mttr_h rtt_ms",
    "datacenter": "availability mtbf_h mttr_h",
    "zone": "availability mtbf_h mttr_h",
    "rack": "availability mtbf_h mttr_h",
    "host": "availability mtbf_h mttr_h",
}
EDGES = {
    "call": "ops calls pool policy weight priority required latency_ms jitter_ms loss bandwidth_mbps timeout_ms "
    "retries backoff_ms retry_budget breaker",
    "publish": "ops messages",
    "consume": "ops messages",
    "replicate": "mode lag_ms",
    "observe": "",
    "manage": "",
}


def every_param() -> Iterator[tuple[str, Param]]:
    for owner, params in [
        *((k.id, k.params) for k in KINDS.values()),
        *((e.id, e.params) for e in EDGE_KINDS.values()),
        *((s.id, s.params) for s in SHAPES.values()),
    ]:
        for param in params:
            yield owner, param
            for member in param.fields:
                yield f"{owner}.{param.name}", member


def test_the_catalogue_has_the_contracts_kinds() -> None:
    assert set(CONTRACT) <= set(KINDS)
    assert set(EDGE_KINDS) == set(EDGES)


@pytest.mark.parametrize("kind", CONTRACT)
def test_a_kind_has_every_param_that_the_contract_names(kind: str) -> None:
    assert set(CONTRACT[kind].split()) <= {param.name for param in KINDS[kind].params}


@pytest.mark.parametrize("kind", EDGES)
def test_a_kind_of_edge_has_every_param_that_the_contract_names(kind: str) -> None:
    assert set(EDGES[kind].split()) <= {param.name for param in EDGE_KINDS[kind].params}


def test_every_default_is_accepted_and_lies_in_its_band() -> None:
    for owner, param in every_param():
        problems = Problems()
        assert check_param(param, param.default, "", problems) or param.default is None, (owner, param.name, problems)
        if isinstance(param.default, int | float) and not isinstance(param.default, bool):
            assert param.low is None or param.low <= param.default, (owner, param.name)
            assert param.high is None or param.default <= param.high, (owner, param.name)


def test_every_default_number_says_where_it_comes_from_and_every_number_is_bounded() -> None:
    for owner, param in every_param():
        assert param.source, (owner, param.name)
        if param.type in ("number", "integer"):
            assert param.maximum is not None, (owner, param.name)
            assert param.minimum is not None or param.above is not None, (owner, param.name)


def test_every_text_is_there_in_both_languages_and_korean_is_polite() -> None:
    for owner, param in every_param():
        assert param.title.en, owner
        assert param.title.ko, owner
        assert re.search(r"[가-힣]", param.help.ko), (owner, param.name)
        assert re.search(r"니다[.:]|^[^.]*$", param.help.ko), (owner, param.name, param.help.ko)
    for kind in KINDS.values():
        assert kind.summary.ko.endswith("니다."), kind.id
        assert not re.search(r"을\(를\)|이\(가\)|은\(는\)", kind.summary.ko)


def test_every_choice_has_a_name_and_every_name_a_choice() -> None:
    assert {choice for _, param in every_param() for choice in param.choices} == set(CHOICES)
    assert all(name.en and name.ko for name in CHOICES.values())


def test_every_icon_is_one_stroke_path_within_its_square() -> None:
    for kind in KINDS.values():
        assert re.fullmatch(r"[MmLlHhVvCcSsQqAaZz0-9 .,\-]+", kind.icon), kind.id
        ElementTree.fromstring(f'<path d="{kind.icon}"/>')
    assert len({kind.icon for kind in KINDS.values()}) == len(KINDS)


def test_stations_name_params_of_their_kind() -> None:
    for kind in KINDS.values():
        if kind.station is not None:
            names = {*kind.station.time.values(), kind.station.slots, kind.station.queue} - {None}
            assert all(kind.param(str(name)) for name in names), kind.id


def test_the_served_catalogue_says_unit_default_band_and_source_of_every_param() -> None:
    served = catalogue()
    kinds = {kind["id"]: kind for kind in served["kinds"]}
    web = {param["name"]: param for param in kinds["web_server"]["params"]}
    assert web["service_time_ms"]["unit"] == "ms"
    assert web["service_time_ms"]["default"] == 20
    assert web["service_time_ms"]["band"] == {"low": 20, "high": 50}
    assert web["service_time_ms"]["source"].startswith("common")
    assert [field["name"] for field in web["autoscale"]["fields"]][:2] == ["min", "max"]
    assert {"findings", "actions", "metrics"} <= set(served)


def test_the_served_catalogue_says_which_edges_make_sense() -> None:
    joins = catalogue()["joins"]
    assert joins["web_server"]["message_queue"] == {"default": "publish", "accepted": ["publish"]}
    assert joins["database"]["database"]["default"] == "replicate"
    assert joins["web_server"]["metrics"]["default"] == "observe"
    assert "client" not in joins["web_server"]
