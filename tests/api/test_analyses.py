"""The analysis of a document by one request."""

import pytest

from simulation.topology.parsing import to_object
from tests.analysis.documents import USERS, document, edge, node, paths
from tests.people import Person


def who_is_a_spof() -> dict[str, object]:
    """Three servers behind one balancer, with one database and one session store."""
    nodes = [USERS, node("dns", "dns"), node("lb", "load_balancer"), node("db", "database")]
    nodes += [node(f"w{i}", "web_server") for i in (1, 2, 3)]
    nodes += [node("session", "session_store"), node("metrics", "metrics")]
    edges = paths("users>dns>lb", *(f"lb>w{i}>db" for i in (1, 2, 3)), *(f"w{i}>session" for i in (1, 2, 3)))
    return to_object(document(nodes, [*edges, edge("w1>metrics", "observe")]))


def test_three_servers_are_a_cut_set_without_asking_for_an_order(alice: Person) -> None:
    drawn = who_is_a_spof()
    report = alice.post("analyses", drawn).json()
    assert {s["component"] for s in report["spofs"]} == {"dns", "lb", "db", "session"}
    assert ["w1", "w2", "w3"] in [c["components"] for c in report["cut_sets"]]
    assert report["max_order"] == 3
    assert alice.post("analyses", {"topology": drawn}).json()["max_order"] == 3
    design = alice.post("designs", drawn).json()["id"]
    assert alice.get(f"designs/{design}/analysis").json()["max_order"] == 3


@pytest.mark.parametrize("order", [1, 2])
def test_a_smaller_order_is_kept(alice: Person, order: int) -> None:
    for report in (
        alice.post(f"analyses?max_order={order}", who_is_a_spof()).json(),
        alice.post("analyses", {"topology": who_is_a_spof(), "max_order": order}).json(),
    ):
        assert report["max_order"] == order
        assert max(len(c["components"]) for c in report["cut_sets"]) <= order


def test_pairs_are_on_request(alice: Person) -> None:
    drawn = who_is_a_spof()
    assert alice.post("analyses", drawn).json()["pairs"] == []
    for answer in (
        alice.post("analyses?pairs=true", drawn),
        alice.post("analyses", {"topology": drawn, "pairs": True}),
    ):
        assert answer.status_code == 200
        assert answer.json()["pairs"] == []  # of three servers any one carries this load
    assert alice.post("analyses?pairs=some", drawn).status_code == 400


def test_another_order_is_refused(alice: Person) -> None:
    assert alice.post("analyses?max_order=4", who_is_a_spof()).status_code == 400
    refused = alice.post("analyses", {"topology": who_is_a_spof(), "max_order": 4})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/max_order"


def test_a_document_is_given_places_as_an_import_is(nobody: Person) -> None:
    answer = nobody.post("layouts", {"template": "geo-routing"})
    assert answer.status_code == 200
    places = answer.json()["places"]
    assert places["users"]["x"] < places["dns"]["x"] < places["seoul"]["x"]
    assert places["web-seoul"]["x"] + places["web-seoul"]["width"] < places["seoul"]["width"]
