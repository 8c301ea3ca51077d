"""Every rule of validation: the JSON pointer, the value and what would be accepted."""

import copy
import random
import time
from typing import Any

import jsonschema
import pytest

from simulation.topology import limits
from simulation.topology.document import InvalidInput
from simulation.topology.parsing import from_object, to_object
from simulation.topology.resolving import resolve
from simulation.topology.schema import document_schema
from simulation.topology.validation import check
from tests.topology.documents import document, put

RULES: list[tuple[str, Any, str, str]] = [
    # where a value is put, the value, the pointer of the problem, what its text holds
    ("/format", "linchpin/2", "/format", "newer"),
    ("/format", "visio", "/format", "linchpin/1"),
    ("/format", 1, "/format", "linchpin/1"),
    ("/nam", "x", "/nam", "did you mean 'name'"),
    ("/name", "a\x00b", "/name", "control character (U+0000)"),
    ("/name", "a\ud800b", "/name", "lone surrogate"),
    ("/name", "x" * 501, "/name", "at most 500"),
    ("/name", 3, "/name", "no text"),
    ("/__proto__", {}, "/__proto__", "reserved"),
    ("/nodes", {}, "/nodes", "a list"),
    ("/nodes/-", "web", "/nodes/13", "an object"),
    ("/nodes/0/id", "Seoul", "/nodes/0/id", "a-z"),
    ("/nodes/0/id", "x" * 65, "/nodes/0/id", "1 to 64"),
    ("/nodes/0/id", "", "/nodes/0/id", "1 to 64"),
    ("/nodes/0/id", "__proto__", "/nodes/0/id", "no id"),
    ("/nodes/5/id", "lb", "/nodes/5/id", "already the id of /nodes/4"),
    ("/nodes/-", {"id": "ｗｅｂ", "kind": "cache"}, "/nodes/13/id", "reads like 'web'"),
    ("/nodes/5/kind", "web_sever", "/nodes/5/kind", "did you mean 'web_server'"),
    ("/nodes/5/kind", None, "/nodes/5/kind", "no kind"),
    ("/nodes/5/replica", 2, "/nodes/5/replica", "did you mean 'replicas'"),
    ("/nodes/5/replicas", 0, "/nodes/5/replicas", "from 1"),
    ("/nodes/5/replicas", 1.5, "/nodes/5/replicas", "whole number"),
    ("/nodes/5/replicas", True, "/nodes/5/replicas", "whole number"),
    ("/nodes/5/replicas", 10_001, "/nodes/5/replicas", "to 10,000"),
    ("/nodes/1/replicas", 2, "/nodes/1/replicas", "from 1 to 1"),
    ("/nodes/4/parent", "az-c", "/nodes/4/parent", "did you mean"),
    ("/nodes/4/parent", "web", "/nodes/4/parent", "no container"),
    ("/nodes/4/parent", 3, "/nodes/4/parent", "no node"),
    ("/nodes/0/parent", "az-a", "/nodes/1/parent", "cycle of containment"),
    ("/nodes/0/parent", "seoul", "/nodes/0/parent", "cycle of containment"),
    ("/nodes/5/spread", ["az-a", "db"], "/nodes/5/spread/1", "no container"),
    ("/nodes/5/spread", ["az-a", "az-a"], "/nodes/5/spread", "twice"),
    ("/nodes/5/spread", "az-a", "/nodes/5/spread", "a list"),
    ("/nodes/1/spread", ["az-b"], "/nodes/1/spread", "not dealt"),
    ("/nodes/5/position", {"x": 1}, "/nodes/5/position", "x and y"),
    ("/nodes/5/position", {"x": 1e13, "y": 0}, "/nodes/5/position/x", "1e+12"),
    ("/nodes/1/size", {"width": 0, "height": 3}, "/nodes/1/size/width", "above 0"),
    ("/nodes/5/params", [], "/nodes/5/params", "an object"),
    ("/nodes/5/params/servicetime_ms", 3, "/nodes/5/params/servicetime_ms", "did you mean 'service_time_ms'"),
    ("/nodes/3/params/x", 3, "/nodes/3/params/x", "no param of client"),
    ("/nodes/5/params/service_time_ms", 0, "/nodes/5/params/service_time_ms", "above 0"),
    ("/nodes/5/params/service_time_ms", -1, "/nodes/5/params/service_time_ms", "-1"),
    ("/nodes/5/params/service_time_ms", "20", "/nodes/5/params/service_time_ms", "'20'"),
    ("/nodes/5/params/service_time_ms", float("nan"), "/nodes/5/params/service_time_ms", "nan"),
    ("/nodes/5/params/service_time_ms", float("inf"), "/nodes/5/params/service_time_ms", "inf"),
    ("/nodes/5/params/service_time_ms", None, "/nodes/5/params/service_time_ms", "None"),
    ("/nodes/5/params/concurrency", 0, "/nodes/5/params/concurrency", "from 1"),
    ("/nodes/5/params/concurrency", 2.5, "/nodes/5/params/concurrency", "whole number"),
    ("/nodes/5/params/distribution", "exponentiall", "/nodes/5/params/distribution", "did you mean 'exponential'"),
    ("/nodes/5/params/holds_slot", 1, "/nodes/5/params/holds_slot", "true, false"),
    ("/nodes/5/params/needed", 5, "/nodes/5/params/needed", "1 to 4"),
    ("/nodes/5/params/needed", "all", "/nodes/5/params/needed", "'auto'"),
    ("/nodes/5/params/availability", 1.5, "/nodes/5/params/availability", "to 1"),
    ("/nodes/5/params/availability", 0, "/nodes/5/params/availability", "above 0"),
    ("/nodes/5/params/autoscale", {"mim": 2}, "/nodes/5/params/autoscale/mim", "did you mean 'min'"),
    ("/nodes/5/params/autoscale", {"boot_s": -1}, "/nodes/5/params/autoscale/boot_s", "from 0"),
    ("/nodes/5/params/autoscale", {"min": 9, "max": 3}, "/nodes/5/params/autoscale/max", "below min"),
    ("/nodes/5/params/autoscale", 3, "/nodes/5/params/autoscale", "an object"),
    ("/nodes/6/params/hit_ratio", 1.2, "/nodes/6/params/hit_ratio", "0 to 1"),
    ("/nodes/12/params/covers", ["reboot"], "/nodes/12/params/covers/0", "restart"),
    ("/nodes/0/params/rtt_ms", {"tokyo": -3}, "/nodes/0/params/rtt_ms/tokyo", "from 0"),
    ("/edges/0/id", "e2", "/edges/1/id", "already"),
    ("/edges/0/source", "user", "/edges/0/source", "did you mean 'users'"),
    ("/edges/0/target", "az-a", "/edges/0/target", "a container"),
    ("/edges/0/target", "users", "/edges/0/target", "source too"),
    ("/edges/0/kind", "calls", "/edges/0/kind", "did you mean 'call'"),
    ("/edges/1/kind", "consume", "/edges/1/kind", "message_queue"),
    ("/edges/1/kind", "publish", "/edges/1/kind", "message_queue"),
    ("/edges/1/kind", "observe", "/edges/1/kind", "logging or metrics"),
    ("/edges/1/kind", "manage", "/edges/1/kind", "automation"),
    ("/edges/1/kind", "replicate", "/edges/1/kind", "same kind"),
    ("/edges/5/kind", "call", "/edges/5/kind", "use publish"),
    ("/edges/6/kind", "call", "/edges/6/kind", "use consume"),
    ("/edges/-", {"id": "x", "source": "web", "target": "users"}, "/edges/9/kind", "answers nothing"),
    ("/edges/0/params/timeout", 3, "/edges/0/params/timeout", "did you mean 'timeout_ms'"),
    ("/edges/0/params/lag_ms", 3, "/edges/0/params/lag_ms", "no param of call"),
    ("/edges/3/params/breaker", {"error_rate": 2}, "/edges/3/params/breaker/error_rate", "to 1"),
    ("/edges/2/params/fronts", ["nowhere"], "/edges/2/params/fronts/0", "no node"),
    ("/edges/2/params/ops", "read", "/edges/2/params/ops", "a list"),
    ("/edges/1/params/weight", 0, "/edges/1/params/weight", "sum to 0"),
    ("/edges/1/params/needed", 2, "/edges/1/params/needed", "1 to 1"),
    ("/flows/0/source", "web", "/flows/0/source", "a client is accepted"),
    ("/flows/0/source", "nobody", "/flows/0/source", "no node"),
    ("/flows/0/rate_rps", 0, "/flows/0/rate_rps", "above 0"),
    ("/flows/0/rate_rps", None, "/flows/0/rate_rps", "above 0"),
    ("/flows/0/mix", {"read": 0.5}, "/flows/0/mix", "sum to 0.5"),
    ("/flows/0/mix", {"read": 1.5, "write": -0.5}, "/flows/0/mix/read", "0 to 1"),
    ("/flows/0/mix", {"__proto__": 1}, "/flows/0/mix/__proto__", "cannot be a name"),
    ("/flows/0/regions", {"mars": 1}, "/flows/0/regions/mars", "no region"),
    ("/flows/0/arrivals", "uniform", "/flows/0/arrivals", "poisson"),
    ("/flows/0/shape", {"kind": "wave"}, "/flows/0/shape/kind", "diurnal"),
    ("/flows/0/shape", {"kind": "spike"}, "/flows/0/shape/to_rps", "which rate"),
    ("/flows/0/shape", {"kind": "ramp", "to_rps": -1}, "/flows/0/shape/to_rps", "from 0"),
    ("/flows/0/shape", {"kind": "trace"}, "/flows/0/shape", "points"),
    ("/flows/0/shape", {"kind": "trace", "points": [[0, 1], [-1, 2]]}, "/flows/0/shape/points/1", "not before"),
    ("/flows/0/shape", {"kind": "trace", "times_s": []}, "/flows/0/shape/times_s", "1 to"),
    ("/thresholds", "p99_ms < 3", "/thresholds", "a list"),
    ("/thresholds", [3], "/thresholds/0", "no text"),
    ("/accepted", [{"code": "X", "component": "web", "reason": "r"}], "/accepted/0/code", "TD101"),
    (
        "/accepted",
        [{"code": "TD101", "component": "web", "reason": "r", "expires": "soon"}],
        "/accepted/0/expires",
        "YYYY",
    ),
    (
        "/accepted",
        [{"code": "TD101", "component": "web", "reason": "r", "expires": "2026-02-30"}],
        "/accepted/0/expires",
        "YYYY",
    ),
    ("/scenario", [], "/scenario", "an object"),
]


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        from_object(data)
    assert caught.value.status == 422
    return {problem.pointer: problem.detail for problem in caught.value.problems}


@pytest.mark.parametrize(("place", "value", "pointer", "text"), RULES, ids=[f"{p}={v!r}"[:60] for p, v, _, _ in RULES])
def test_each_rule_names_place_value_and_what_is_accepted(place: str, value: Any, pointer: str, text: str) -> None:
    found = problems(put(document(), place, value))
    assert pointer in found, found
    assert text in found[pointer], found


def test_a_valid_document_has_no_problems_and_can_be_resolved() -> None:
    topology = from_object(document())
    assert check(topology) == []
    assert len(resolve(topology).components) == 10


def test_all_problems_are_told_at_once() -> None:
    broken = document()
    for place, value in [
        ("/nodes/5/kind", "nope"),
        ("/nodes/4/params/algorithm", "best"),
        ("/edges/0/target", "nowhere"),
        ("/flows/0/rate_rps", -1),
    ]:
        put(broken, place, value)
    assert {"/nodes/5/kind", "/nodes/4/params/algorithm", "/edges/0/target", "/flows/0/rate_rps"} <= set(
        problems(broken)
    )


def test_null_stands_for_leaving_out_where_there_is_no_default() -> None:
    topology = from_object(put(document(), "/nodes/6/params/ttl_s", None))
    assert topology.nodes[6].params == {"ttl_s": None}


def test_a_shape_may_be_just_its_name() -> None:
    topology = from_object(put(document(), "/flows/0/shape", "steady"))
    assert topology.flows[0].shape == {"kind": "steady"}


def test_stating_keys_replaces_the_default_hit_ratio_of_a_cdn() -> None:
    def hit_ratio(params: dict[str, Any]) -> Any:
        cdn = {"id": "cdn", "kind": "cdn", "params": params}
        return resolve(from_object(put(document(), "/nodes/-", cdn))).component_by_id["cdn"].params["hit_ratio"]

    assert hit_ratio({}) == 0.95
    assert hit_ratio({"capacity_keys": 10}) is None
    assert hit_ratio({"capacity_keys": 10, "hit_ratio": 0.5}) == 0.5


@pytest.mark.parametrize(
    ("name", "limit", "record"),
    [
        ("nodes", limits.MAX_NODES, {"kind": "service"}),
        ("edges", limits.MAX_EDGES, {"source": "users", "target": "lb"}),
    ],
)
def test_counts_are_accepted_at_the_limit_and_refused_one_past_it(
    name: str, limit: int, record: dict[str, Any]
) -> None:
    full = document()
    full[name] += [{"id": f"x{i}", **record} for i in range(limit - len(full[name]))]
    assert len(from_object(full).nodes) > 0
    full[name].append({"id": "one-more", **record})
    assert f"at most {limit:,}" in problems(full)[f"/{name}"]


def test_labels_are_measured_after_normalisation() -> None:
    assert from_object(document(name="e\u0301" * 500)).name == "é" * 500


def test_ten_thousand_nodes_are_validated_in_well_under_half_a_second() -> None:
    random.seed(4)
    kinds = ["web_server", "service", "cache", "database", "load_balancer"]
    big = document(
        nodes=[
            {"id": "users", "kind": "client"},
            *({"id": f"n{i}", "kind": kinds[i % 5], "replicas": 2, "params": {"mtbf_h": 9}} for i in range(10_000)),
        ],
        edges=[
            {"id": f"e{i}", "source": f"n{random.randrange(i)}", "target": f"n{i}", "kind": "call"}
            for i in range(1, 10_000)
        ],
        flows=[{"id": "f", "source": "users", "rate_rps": 1}],
    )

    def took() -> float:
        started = time.process_time()
        from_object(big)
        return time.process_time() - started

    assert min(took() for _ in range(3)) < 0.4


def test_the_schema_accepts_what_validation_accepts_and_refuses_single_wrong_values() -> None:
    schema = document_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(document())
    assert validator.is_valid(to_object(from_object(document())))
    trace = {"kind": "trace", "csv": "t,rate\n" + "".join(f"{t},100\n" for t in range(1000))}
    assert validator.is_valid(to_object(from_object(put(document(), "/flows/0/shape", trace))))
    for place, value in [
        ("/nodes/5/kind", "nope"),
        ("/nodes/5/params/service_time_ms", 0),
        ("/nodes/5/params/needed", "all"),
        ("/nodes/5/replicas", 0),
        ("/flows/0/rate_rps", 0),
        (
            "/edges/3",
            {"id": "e", "source": "a", "target": "b", "kind": "call", "params": {"breaker": {"error_rate": 2}}},
        ),
        ("/more", 1),
    ]:
        assert not validator.is_valid(put(copy.deepcopy(document()), place, value)), place
