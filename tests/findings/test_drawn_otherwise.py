"""The same matter drawn in another way gets the same code, and what only looks like it gets none."""

from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.findings.examples import example
from simulation.analysis.report import Finding
from simulation.topology.parsing import from_object

LB = {"kind": "load_balancer", "replicas": 2}


def found(code: str, paths: str, **drawn: Any) -> list[Finding]:
    nodes = {"users": "client", **drawn}
    return [f for f in analyze(from_object(example(paths, **nodes))).findings if f.code == code]


def kind(name: str, replicas: int = 1, **params: Any) -> dict[str, Any]:
    return {"kind": name, "replicas": replicas, "params": params}


def test_without_a_flow_one_finding_says_so_and_the_drawing_is_still_read() -> None:
    drawn = example("users > lb > web", users="client", lb="load_balancer", web=kind("web_server", 3)) | {"flows": []}
    findings = analyze(from_object(drawn)).findings
    assert [f.components for f in findings if f.code == "TD001"] == [["users", "lb", "web"]]
    assert [f.components[0] for f in findings if f.code == "TD103"] == ["lb"]


def test_sessions_on_servers_that_are_nodes_of_their_own() -> None:
    web = kind("web_server", session="in_memory")
    assert [f.components for f in found("TD201", "users > lb > w1, lb > w2", lb=LB, w1=web, w2=web)] == [["w1", "w2"]]
    assert found("TD201", "users > lb > w1", lb=LB, w1=web) == []


def test_stickiness_with_a_single_server_ties_nobody() -> None:
    sticky = kind("load_balancer", 2, sticky=True)
    assert found("TD202", "users > lb > web", lb=sticky, web="web_server") == []
    assert found("TD202", "users > lb > web", lb=sticky, web=kind("web_server", 2))


@pytest.mark.parametrize(("ops", "mix", "fires"), [
    (None, {"read": 0.8, "write": 0.2}, True),
    (["read"], {"read": 0.8, "write": 0.2}, True),
    (["read"], {"read": 0.8, "fresh": 0.1, "write": 0.1}, False),
    (["browse"], {"browse": 0.8, "write": 0.2}, False),
    (["read"], {"read": 1}, False),
])  # fmt: skip
def test_all_reads_from_a_copy_that_is_behind(ops: list[str] | None, mix: dict[str, float], fires: bool) -> None:
    edges = {"web > copy": {"params": {"ops": ops} if ops else {}}}
    shop = {"web": "web_server", "db": "database", "copy": "database"}
    assert bool(found("TD402", "users > web > db > copy, web > copy", mix=mix, edges=edges, **shop)) is fires


def test_a_shard_that_is_a_node_of_its_own() -> None:
    shard = {"params": {"pool": "keys", "policy": "shard"}}
    edges = {"web > s1": shard, "web > s2": shard}
    stores = {"s1": "database", "s2": "database"}
    single = found("TD406", "users > web > s1, web > s2", web=kind("web_server", 2), edges=edges, **stores)
    assert [f.components for f in single] == [["s1"], ["s2"]]
    assert found("TD405", "users > web > s1, web > s2", web=kind("web_server", 2), edges=edges, **stores) == []


def test_users_of_two_regions_who_are_tied_to_their_own() -> None:
    parts: dict[str, Any] = {
        f"{name}{i}": {"kind": k, "parent": f"r{i}", "replicas": n}
        for i in (1, 2) for name, k, n in (("u", "client", 1), ("w", "web_server", 2))
    }  # fmt: skip
    drawn = example("u1 > w1, u2 > w2", r1="region", r2="region", **parts)
    drawn["flows"] = [{"id": f"f{i}", "source": f"u{i}", "rate_rps": 10} for i in (1, 2)]
    findings = analyze(from_object(drawn)).findings
    assert [f.components[0] for f in findings if f.code == "TD408"] == ["r1", "r2"]
    assert [f for f in findings if f.code == "TD106"] == []
    for flow in drawn["flows"]:
        flow["source"] = "u1"
    assert [f for f in analyze(from_object(drawn)).findings if f.code == "TD408"] == []


def test_what_autoscaling_does_by_itself_is_no_fault_for_long() -> None:
    web = kind("web_server", 4, service_time_ms=20, concurrency=6, autoscale={"min": 4, "max": 20})
    (late,) = found("TD601", "users > lb > web", rate_rps=2400, lb=LB, web=web)
    assert (late.severity, "autoscaling" in late.message) == ("warning", True)
    assert found("TD602", "users > lb > web", rate_rps=1000, lb=LB, web=web) == []
    web["params"]["autoscale"] = {"min": 4, "max": 6}
    (over,) = found("TD601", "users > lb > web", rate_rps=2400, lb=LB, web=web)
    assert over.severity == "error"


def test_a_purged_cdn_is_not_called_lost() -> None:
    web = kind("web_server", 2, service_time_ms=20, concurrency=8)
    cdn = kind("cdn", hit_ratio=0.9)
    (over,) = found("TD102", "users > cdn > web", rate_rps=1000, mix={"static": 0.8, "read": 0.2}, cdn=cdn, web=web)
    assert over.message.startswith("When cdn holds nothing yet")


@pytest.mark.parametrize("goal", ["availability > 0.99999", "nines >= 5", "downtime_min_per_year < 5"])
def test_a_goal_of_availability_in_other_words(goal: str) -> None:
    web = kind("web_server", 2, availability=0.995)
    assert found("TD603", "users > lb > web", thresholds=[goal], lb=LB, web=web)
    assert found("TD603", "users > lb > web", thresholds=["nines >= 4"], lb=LB, web=web) == []


def test_retries_over_layers_are_told_once_of_the_same_edges() -> None:
    again = {"params": {"retries": 3, "timeout_ms": 500}}
    edges = dict.fromkeys(("lb > a", "a > b", "b > c"), again)
    (told,) = found("TD606", "users > lb > a > b > c", edges=edges, lb=LB, a="service", b="service", c="service")
    assert "64 attempts" in told.message


def test_retries_that_fill_what_is_full() -> None:
    """The fixed point of 1,100 rps on 1,000 with three retries is 2,218 attempts."""
    api = kind("service", 1, service_time_ms=10, concurrency=10)
    for retry, told in (({"retries": 3}, ["2,218 rps"]), ({"retries": 3, "retry_budget": 0.1}, []), ({}, [])):
        storm = found("TD606", "users > lb > a", rate_rps=1100, edges={"lb > a": {"params": retry}}, lb=LB, a=api)
        assert [f.message.split("make ")[1].split(" of")[0] for f in storm] == told


def test_a_slow_flow_is_explained_by_its_own_way() -> None:
    drawn = example(
        "users > a, users > b", users="client", a=kind("service", service_time_ms=5), b=kind("service"),
        edges={"users > a": {"params": {"ops": ["x"]}}, "users > b": {"params": {"ops": ["y"]}}},
        thresholds=["p99_ms{flow=visits} < 1"], mix={"x": 1},
    )  # fmt: skip
    drawn["flows"].append({"id": "other", "source": "users", "rate_rps": 1, "mix": {"y": 1}})
    (slow,) = (f for f in analyze(from_object(drawn)).findings if f.code == "TD604")
    assert slow.components == ["visits", "a"]
