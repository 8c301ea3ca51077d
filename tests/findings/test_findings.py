"""Every code fires on its example and is silent on the mended one; the most specific code wins; acceptance."""

import itertools
import re
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.findings import detect_all, rules, td606_retries_multiply
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.examples import example, varied
from simulation.analysis.findings.handbook import pages
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.report import Finding
from simulation.topology.catalogue import EDGE_KINDS, KINDS
from simulation.topology.catalogue.model import Param
from simulation.topology.document import InvalidInput
from simulation.topology.parsing import from_object, to_object
from simulation.topology.patching import apply
from simulation.topology.resolving import resolve

TODAY = date(2026, 6, 1)


def sightings(rule: Rule, document: dict[str, Any]) -> list[Sighting]:
    topology = from_object(document)
    report = analyze(topology) if rule.tier == "A" else None
    return list(rule.detect(Context(resolve(topology), report=report)))


def findings(document: dict[str, Any], today: date = TODAY) -> list[Finding]:
    topology = from_object(document)
    return detect_all(Context(resolve(topology)), analyze(topology), today)


#: How many codes each family has at least: a code stays.
FAMILIES = {0: 4, 1: 9, 2: 4, 3: 7, 4: 10, 5: 5, 6: 7, 7: 3}
CATALOGUE = list(rules())


def test_every_code_of_the_catalogue_is_there() -> None:
    assert {f"TD{family}{n:02}" for family, count in FAMILIES.items() for n in range(1, count + 1)} <= {*CATALOGUE}


@pytest.mark.parametrize("code", CATALOGUE)
def test_fires_and_is_silent(code: str) -> None:
    rule = rules()[code]
    fired = sightings(rule, rule.firing)
    assert fired, "silent on its firing example"
    assert not sightings(rule, rule.silent), "fires on the mended example"
    known = {x["id"] for part in ("nodes", "edges", "flows") for x in rule.firing[part]}
    for sighting in fired:
        assert sighting.components
        assert {c.partition("#")[0] for c in sighting.components} <= known
        assert sighting.message.en
        assert sighting.message.ko


@pytest.mark.parametrize("code", CATALOGUE)
def test_its_patch_mends_it(code: str) -> None:
    rule = rules()[code]
    document = to_object(from_object(rule.firing))
    for sighting in sightings(rule, rule.firing):
        if sighting.patch is None:
            continue
        mended = apply(document, sighting.patch)
        left = [s.components for s in sightings(rule, to_object(from_object(mended)))]
        assert sighting.components not in left


def codes_on(found: list[Finding], component: str) -> set[str]:
    return {f.code for f in found if f.components[0] == component}


STORY = example(
    "users > lb > web > db, web > sessions",
    users="client",
    lb="load_balancer",
    web={"kind": "web_server", "replicas": 3},
    db="database",
    sessions="session_store",
)


def test_the_most_specific_code_wins() -> None:
    found = findings(STORY)
    assert {"TD103"} == codes_on(found, "lb") & {"TD101", "TD103"}
    assert {"TD203"} == codes_on(found, "sessions") & {"TD101", "TD203"}
    assert {"TD405"} == codes_on(found, "db") & {"TD101", "TD405"}


def test_with_backups_a_single_database_is_still_a_single_point_of_failure() -> None:
    found = findings(varied(STORY, db={"params": {"backup": True}}))
    assert {"TD101"} == codes_on(found, "db") & {"TD101", "TD405"}


def test_errors_come_first_and_speak_both_languages() -> None:
    found = findings(STORY)
    order = ["error", "warning", "info"]
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=order.index)
    assert all(f.message and f.message_ko and f.fix and f.fix_ko for f in found)


def test_the_drawing_alone_shows_tier_s() -> None:
    found = detect_all(Context(resolve(from_object(STORY))), None, TODAY)
    assert found
    assert {f.tier for f in found} == {"S"}


ACCEPTED = {
    **STORY,
    "accepted": [{"code": "TD103", "component": "lb", "reason": "a lab", "expires": "2026-06-30"}],
}


def test_an_accepted_finding_is_marked_not_dropped() -> None:
    (finding,) = (f for f in findings(ACCEPTED, date(2026, 6, 30)) if f.code == "TD103")
    assert finding.accepted == {"component": "lb", "reason": "a lab", "expires": "2026-06-30"}


def test_an_expired_acceptance_fires_again() -> None:
    (finding,) = (f for f in findings(ACCEPTED, date(2026, 7, 1)) if f.code == "TD103")
    assert finding.accepted is None


def test_acceptance_is_of_one_code_on_one_element() -> None:
    document = {**STORY, "accepted": [{"code": "TD103", "component": "web", "reason": "other"}]}
    assert all(f.accepted is None for f in findings(document))


@pytest.mark.parametrize("code", ["TD002", "TD701"])
def test_what_holds_of_every_node_is_said_once(code: str) -> None:
    (finding,) = (f for f in findings(STORY) if f.code == code)
    assert finding.severity == "info"
    assert finding.components == ["lb", "web", "db", "sessions"]
    assert all(name in finding.message and name in finding.message_ko for name in finding.components)
    stated = findings(varied(STORY, db={"params": {"monitored": True, **NUMBERS}}))
    assert [f.components for f in stated if f.code == code] == [["lb", "web", "sessions"]]


NUMBERS = {"read_time_ms": 5, "write_time_ms": 8, "concurrency": 16, "availability": 0.999}


def test_a_zero_is_refused_not_found() -> None:
    with pytest.raises(InvalidInput) as caught:
        from_object(varied(STORY, db={"params": {"read_time_ms": 0}}))
    assert caught.value.problems[0].pointer == "/nodes/3/params/read_time_ms"


def test_help_pages_are_current() -> None:
    folder = Path(__file__).parents[2] / "docs" / "findings"
    written = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.md")}
    assert written == pages(), "run: python -m simulation.analysis.findings.handbook docs/findings"


def test_rules_on_many_nodes_take_their_time_once() -> None:
    document = example("users > web", users="client", web="web_server", metrics="metrics")
    for i in range(2000):
        document["nodes"].append({"id": f"s{i}", "kind": "service"})
        document["edges"].append({"id": f"c{i}", "source": "web", "target": f"s{i}"})
    model = Context(resolve(from_object(document)))
    begun = time.perf_counter()
    found = detect_all(model, None, TODAY)
    spoken_of = [{c for f in found if f.code == code for c in f.components} for code in ("TD002", "TD701")]
    assert min(map(len, spoken_of)) > 2000
    assert time.perf_counter() - begun < 5


def test_an_operation_that_ends_at_a_server_with_a_database_looks_served() -> None:
    drawn = example(
        "users > web > db",
        mix={"read": 0.8, "checkout": 0.2},
        edges={"web > db": {"params": {"ops": ["read", "write"]}}},
        users="client",
        web="web_server",
        db="database",
    )
    assert "TD001" in codes_on(findings(drawn), "web")
    for mix in ({"read": 1.0}, {"read": 0.2, "static": 0.8}):
        assert "TD001" not in codes_on(findings(varied(drawn, flow={"mix": mix})), "web")
    named = varied(drawn, "web > pay", pay="external_service", edges={"web > pay": {"params": {"ops": ["checkout"]}}})
    assert "TD001" not in codes_on(findings(named), "web")


def test_a_name_server_that_leads_nowhere_is_no_look_up() -> None:
    alone = example("users > dns", users="client", dns="dns")
    assert "TD001" in codes_on(findings(alone), "dns")
    assert "TD001" not in codes_on(findings(varied(alone, "users > web", web="web_server")), "dns")


def test_two_edges_to_one_server_are_no_pool() -> None:
    twice = example("users > web, users > web", users="client", web="web_server")
    assert "TD104" not in codes_on(findings(twice), "users")


def test_writes_that_only_a_cache_takes_are_found_without_naming_them() -> None:
    drawn = example(
        "users > web > cache", mix={"read": 0.9, "write": 0.1}, users="client", web="web_server", cache="cache"
    )
    assert "TD304" in codes_on(findings(drawn), "cache")
    assert "TD304" not in codes_on(findings(varied(drawn, flow={"mix": {"read": 1}})), "cache")
    assert "TD304" not in codes_on(findings(varied(drawn, "cache > db", db="database")), "cache")


def test_a_third_copy_stands_where_neither_of_the_pair_does() -> None:
    zones: dict[str, Any] = {name: {"kind": "zone", "params": {"availability": 0.99}} for name in ("a", "b")}
    web = {"kind": "web_server", "replicas": 2, "spread": ["a", "b"]}
    drawn = example("users > web", users="client", web=web, **zones)
    for found in findings(drawn):
        if found.code == "TD107" and found.patch:
            mended = apply(to_object(from_object(drawn)), found.patch)
            assert found.components not in [f.components for f in findings(mended) if f.code == "TD107"]
    assert any(f.code == "TD107" and "a" in f.components for f in findings(drawn))


def test_retries_are_multiplied_along_chains_of_any_length() -> None:
    names = ["users", *(f"s{i}" for i in range(1200))]
    retried = {f"{a} > {b}": {"params": {"retries": 1}} for a, b in itertools.pairwise(names)}
    kinds: dict[str, Any] = {**dict.fromkeys(names, "service"), "users": "client"}
    context = Context(resolve(from_object(example(" > ".join(names), edges=retried, **kinds))))
    (sighting,) = td606_retries_multiply.over_layers(context)
    assert len(sighting.components) == len(names) + len(retried)


def _names(params: Iterable[Param]) -> Iterator[str]:
    for param in params:
        yield param.name
        yield from _names(param.fields)


@pytest.mark.parametrize("rule", rules().values(), ids=rules())
def test_params_are_told_by_their_labels(rule: Rule) -> None:
    """The document's own name stands in brackets only, for whoever writes one."""
    texts = [rule.title, rule.why, rule.found_by, rule.fix]
    for sighting in sightings(rule, rule.firing):
        texts += [sighting.message, *([sighting.fix] if sighting.fix else [])]
    params = [p for kinds in (KINDS, EDGE_KINDS) for kind in kinds.values() for p in kind.params]
    names = {name for name in _names(params) if "_" in name or name == "ops"}
    said = " ".join(part for text in texts for part in (text.en, text.ko))
    assert "{" not in said
    found = set(re.findall(r"[a-z]+(?:_[a-z]+)*", re.sub(r"\([a-z_]+\)", "", said)))
    assert not names & found


def test_defaults_are_told_by_their_labels_in_both_languages() -> None:
    (leaning,) = (f for f in findings(example("users > web", users="client", web="web_server")) if f.code == "TD002")
    assert "web (service time, slots, time between failures, time to repair)" in leaning.message
    assert "web (처리 시간, 동시 처리 수, 고장 간격, 복구 시간)" in leaning.message_ko
