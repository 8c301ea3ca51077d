"""Searches go on in the background: accepted at once, answered where the Location says, private to who asked."""

from typing import Any

import pytest

from designer import limits
from designer.designs import jobs
from designer.designs.models import JobPoint
from simulation.topology.patching import apply
from tests.people import Person, shop

GOALS = ["spofs == 0", "p99_ms < 500"]

#: So small that a search ends by itself, long before its time is up.
SERVER = shop(
    nodes=[{"id": "users", "kind": "client"}, {"id": "web", "kind": "web_server"}],
    edges=[{"id": "e1", "source": "users", "target": "web"}],
)


def accepted(person: Person, **changes: Any) -> str:
    """The address of a search of the shop that was accepted."""
    response = person.post("searches", {"topology": SERVER, "thresholds": GOALS, "seconds": 60} | changes)
    assert response.status_code == 202, response.content
    assert response.json()["state"] == "queued"
    assert response["Retry-After"]
    return str(response["Location"]).removeprefix("/api/v1/")


def work() -> None:
    """What a worker does, here."""
    for row in JobPoint.objects.filter(state="queued").values_list("pk", flat=True):
        jobs.perform(row)


def test_a_search_answers_a_document_that_an_evaluation_passes(alice: Person) -> None:
    address = accepted(alice)
    work()
    answer = alice.get(address).json()
    assert (answer["state"], answer["verdict"], answer["problem"]) == ("done", "pass", None)
    found = answer["search"]
    assert found["start"]["meets"] is False
    better = apply(SERVER, found["best"]["patch"])
    verdict = alice.post("evaluations", {"topology": better, "thresholds": GOALS}).json()
    assert verdict["verdict"] == "pass"
    assert verdict["report"]["cost_per_month"] == found["best"]["cost_per_month"]


def test_a_stored_design_is_searched_for_its_own_thresholds(alice: Person) -> None:
    address = accepted(alice, topology=None, design=alice.draws(**SERVER), thresholds=None)
    work()
    assert [o["threshold"] for o in alice.get(address).json()["search"]["thresholds"]] == ["spofs == 0"]


def test_only_who_asked_sees_it(alice: Person, charlie: Person, nobody: Person) -> None:
    address = accepted(alice)
    assert (charlie.get(address).status_code, nobody.get(address).status_code) == (404, 404)
    assert alice.get(address.replace("searches", "evaluations")).status_code == 404
    design = alice.draws()
    assert charlie.post("searches", {"design": design}).status_code == 404
    narrow = Person(f"Bearer {alice.post('tokens', {'scope': 'view'}).json()['token']}")
    assert narrow.post("searches", {"topology": shop()}).status_code == 403


def test_what_cannot_be_computed_says_why(alice: Person) -> None:
    """The figure does not exist: the flow offers nothing."""
    silent = SERVER | {"flows": []}
    address = accepted(alice, topology=silent, thresholds=["p99_ms < 5"])
    work()
    answer = alice.get(address).json()
    assert (answer["state"], answer["search"]) == ("failed", None)
    assert answer["problem"]["errors"][0]["pointer"] == "/thresholds/0"
    assert "no flow" in answer["reason"]


def test_nobody_fills_the_workers(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPEN_SEARCHES", 1)
    accepted(alice)
    refused = alice.post("searches", {"topology": shop()})
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    work()
    accepted(alice)
