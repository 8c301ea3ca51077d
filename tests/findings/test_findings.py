"""Every code fires on its example and is silent on the mended one; the most specific code wins; acceptance."""

from datetime import date
from typing import Any

import pytest

from simulation.analysis import analyze
from simulation.analysis.advice.patch import apply
from simulation.analysis.findings import detect_all, rules
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.rule import Rule, Sighting
from simulation.analysis.report import Finding
from simulation.topology.parsing import from_object, to_object
from simulation.topology.system import resolve

TODAY = date(2026, 6, 1)


def sightings(rule: Rule, document: dict[str, Any]) -> list[Sighting]:
    topology = from_object(document)
    report = analyze(topology) if rule.tier == "A" else None
    return list(rule.detect(Context(resolve(topology), report=report)))


def findings(document: dict[str, Any], today: date = TODAY) -> list[Finding]:
    topology = from_object(document)
    return detect_all(Context(resolve(topology)), analyze(topology), today)


FAMILIES = {0: 4, 1: 9, 2: 4, 3: 7, 4: 10, 5: 5, 6: 7, 7: 3}
CATALOGUE = [f"TD{family}{n:02}" for family, count in FAMILIES.items() for n in range(1, count + 1)]


def test_every_code_of_the_catalogue_is_there() -> None:
    assert list(rules()) == CATALOGUE


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
