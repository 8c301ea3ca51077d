"""Every template is a valid, laid-out document with its story told in both languages."""

from itertools import pairwise

import pytest

from simulation.topology.document import Topology
from simulation.topology.layout import is_placed
from simulation.topology.resolving import resolve
from simulation.topology.templates import TEMPLATES, Template
from simulation.topology.templates.zero_to_millions import STAGES
from simulation.topology.validation import check
from simulation.topology.wiring import Wiring

ALL = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


@ALL
def test_a_template_is_valid_placed_and_told_in_both_languages(template: Template) -> None:
    assert check(template.topology) == []
    assert is_placed(template.topology)
    for text in (template.title, template.summary):
        assert text.en
        assert any("가" <= c <= "힣" for c in text.ko)
    assert template.topology.flows
    assert template.topology.thresholds


@pytest.mark.parametrize("topology", [t.topology for t in TEMPLATES.values()] + [s.topology for s in STAGES[:-1]])
def test_no_operation_of_a_template_ends_early(topology: Topology) -> None:
    system = resolve(topology)
    wiring = Wiring(system)
    for source in system.sources:
        for op in source.mix:
            seen, waiting = set(), [source.client]
            while waiting:
                at = waiting.pop()
                if at in seen:
                    continue
                seen.add(at)
                assert not wiring.is_dead_end(at, op), (system.components[at].id, op)
                waiting += [m.target for gate in wiring.gates(at, op) for m in gate.members]
            assert len(seen) > 1


@ALL
def test_a_scripted_event_works_on_something_that_is_there(template: Template) -> None:
    drawn = template.topology
    known = {*(n.id for n in drawn.nodes), *(e.id for e in drawn.edges), *(f.id for f in drawn.flows)}
    scenario = drawn.scenario or {}
    for event in scenario.get("events", []):
        assert event["target"].partition("#")[0] in known
        assert event["at_s"] < scenario["duration_s"]


def test_the_chapter_grows_step_by_step() -> None:
    assert len({stage.title.en for stage in STAGES}) == len({stage.title.ko for stage in STAGES}) == 12
    assert STAGES[-1].topology == TEMPLATES["zero-to-millions"].topology
    for before, after in pairwise(STAGES):
        assert check(after.topology) == []
        assert after.topology != before.topology
