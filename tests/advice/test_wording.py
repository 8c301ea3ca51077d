"""Changes in words: what is added, where it goes, which number becomes which."""

from typing import Any

import pytest

from simulation.analysis.advice.wording import told
from simulation.analysis.findings import rules
from simulation.analysis.findings.examples import example
from simulation.topology.document import Topology
from simulation.topology.parsing import from_object

PARTS: dict[str, Any] = {
    "users": "client",
    "az_a": "zone",
    "az_b": "zone",
    "web": {"kind": "web_server", "parent": "az_a", "params": {"queue_limit": 1000}},
    "db": {"kind": "database", "parent": "az_a"},
}


def drawn(chains: str = "users > web > db", edges: dict[str, Any] | None = None, **changed: Any) -> Topology:
    parts: dict[str, Any] = {
        name: {**part, **changed.pop(name, {})} if isinstance(part, dict) else part for name, part in PARTS.items()
    }
    return from_object(example(chains, edges=edges or {}, **parts, **changed))


@pytest.mark.parametrize(
    ("after", "en", "ko"),
    [
        (drawn(web={"replicas": 2}), "a second web server (web)", "2번째 웹 서버 (web)"),
        (
            drawn(web={"replicas": 2, "parent": None, "spread": ["az_a", "az_b"]}),
            "a second web server in az_b (web)",
            "az_b에 2번째 웹 서버 (web)",
        ),
        (drawn(web={"replicas": 7}), "7 replicas of web instead of 1", "web의 복제본 1 → 7"),
        (drawn(db={"parent": "az_b"}), "db in az_b", "az_b에 db"),
        (
            drawn("users > web > db, web > cache", cache={"kind": "cache", "parent": "az_b"}),
            "a cache in az_b (cache)",
            "az_b에 캐시 추가 (cache)",
        ),
        (
            drawn(web={"params": {"queue_limit": 2000}}),
            "web: queue limit 1,000 → 2,000",
            "web: 대기열 한도 1,000 → 2,000",
        ),
        (drawn(web={"params": {}}), "web: queue limit 1,000 → default", "web: 대기열 한도 1,000 → 기본값"),
        (
            drawn(edges={"web > db": {"params": {"required": False}}}),
            "web > db: required no",
            "web > db: 필수 아니요",
        ),
        (
            drawn(web={"params": {"queue_limit": 1000, "autoscale": {"max": 7}}}),
            "web: autoscaling most 7",
            "web: 자동 확장 최대 7",
        ),
        (
            drawn("users > web > db, db > copy", copy={"kind": "database", "parent": "az_b"}),
            "a replica of db in az_b (copy)",
            "az_b에 db의 복제본 1개 (copy)",
        ),
        (
            drawn(
                "users > web > db, web > copy, db > copy",
                copy={"kind": "database", "spread": ["az_b", "az_a"], "replicas": 2},
            ),
            "2 read replicas of db in az_b and az_a (copy)",
            "az_b, az_a에 db의 읽기 복제본 2개 (copy)",
        ),
        (drawn(db={"params": {"failover": "manual"}}), "db: failover manual", "db: 장애 조치 수동"),
        (drawn("users > web"), "web > db no longer joined", "web > db 연결 해제"),
        (drawn(), "", ""),
    ],
)
def test_a_change_reads_as_a_phrase(after: Topology, en: str, ko: str) -> None:
    found = told(drawn(), after)
    assert (found.en, found.ko) == (en, ko)


def test_of_many_changes_three_are_told() -> None:
    numbers: dict[str, Any] = {
        "web": {"replicas": 2},
        "db": {"replicas": 2, "params": {"concurrency": 4, "read_time_ms": 1}},
    }
    assert told(drawn(), drawn(**numbers)).en.endswith(" and 1 more")


@pytest.mark.parametrize("code", [code for code, rule in rules().items() if rule.silent])
def test_every_way_from_before_to_after_can_be_told(code: str) -> None:
    rule = rules()[code]
    found = told(from_object(rule.firing), from_object(rule.silent))
    assert "None" not in found.en
    assert bool(found.en) == bool(found.ko)
