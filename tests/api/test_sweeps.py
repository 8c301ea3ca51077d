"""Sweeps go on in the background: a point is an evaluation of its own, and what was given up is computed no further."""

from typing import Any

from designer.designs import jobs
from designer.designs.models import JobPoint
from tests.people import Person, shop

SERVER = shop(
    nodes=[
        {"id": "users", "kind": "client"},
        {"id": "web", "kind": "web_server", "params": {"cost_per_month": 50, "service_time_ms": 20, "concurrency": 4}},
    ],
    edges=[{"id": "e1", "source": "users", "target": "web"}],
)
SCENARIO = {"duration_s": 5, "warmup_s": 1}


def swept(person: Person, **changes: Any) -> str:
    """The address of a sweep over replicas that was accepted."""
    body = {"topology": SERVER, "scenario": SCENARIO, "thresholds": ["error_rate < 0.5"]}
    response = person.post("sweeps", body | {"vary": {"/nodes/1/replicas": [1, 2, 3]}} | changes)
    assert response.status_code == 202, response.content
    return str(response["Location"]).removeprefix("/api/v1/")


def work(most: int = 100) -> None:
    """What a worker does, here."""
    for row in JobPoint.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True)[:most]:
        jobs.perform(row)


def test_every_point_is_judged_and_costed(alice: Person) -> None:
    address = swept(alice)
    work()
    answer = alice.get(address).json()
    assert (answer["state"], answer["finished"], answer["total"]) == ("done", 3, 3)
    assert [point["vary"]["/nodes/1/replicas"] for point in answer["points"]] == [1, 2, 3]
    assert [point["evaluation"]["cost_per_month"] for point in answer["points"]] == [50, 100, 150]
    assert all(point["evaluation"]["result"]["timeline"] for point in answer["points"])


def test_in_brief_it_answers_the_same_figures_without_the_long_parts(alice: Person) -> None:
    address = swept(alice)
    work()
    whole, brief = alice.get(address).json(), alice.get(f"{address}?brief=true").json()
    for point, short in zip(whole["points"], brief["points"], strict=True):
        assert short["evaluation"]["result"]["timeline"] == []
        point["evaluation"]["result"]["timeline"] = []
        assert short == point
    assert alice.get(f"{address}?brief=maybe").status_code == 400


def test_what_is_given_up_is_gone_and_computed_no_further(alice: Person, charlie: Person) -> None:
    address = swept(alice)
    waiting = list(JobPoint.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
    work(most=1)
    assert charlie.ask("DELETE", address).status_code == 404
    assert alice.get(address).json()["finished"] == 1
    assert alice.ask("DELETE", address).status_code == 204
    for row in waiting:
        jobs.perform(row)  # its task still comes, and finds nothing to do
    assert alice.get(address).status_code == 404
    assert not JobPoint.objects.filter(pk__in=waiting).exists()
