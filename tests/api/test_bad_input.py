"""Bad input: never 5xx, always a problem with a stable type and a place, and the next good request works."""

import asyncio
import json
from typing import Any

import pytest

from designer import asgi
from designer.limits import BODY_BYTES
from tests.people import Person, shop

Headers = list[tuple[bytes, bytes]]
DEEP = "[" * 5000 + "]" * 5000
NESTED = json.dumps(shop())[:-1] + ',"scenario":' + '{"a":' * 200 + "1" + "}" * 200 + "}"

UNREADABLE = {
    "empty": "",
    "blank": "   ",
    "cut off": '{"format": "linch',
    "not utf-8": b'{"name": "\xff\xfe"}',
    "nan": '{"format":"linchpin/1","name":"x","flows":[{"id":"f","source":"a","rate_rps":NaN}]}',
    "infinite": '{"format":"linchpin/1","name":"x","flows":[{"id":"f","source":"a","rate_rps":1e999}]}',
    "digits": '{"format":"linchpin/1","name":' + "9" * 5000 + "}",
    "deep": DEEP,
    "nested": NESTED,
    "twice": '{"format":"linchpin/1","format":"linchpin/1","name":"x"}',
    "trailing": '{"format":"linchpin/1","name":"x"} extra',
}
REFUSED = {
    "a list": [],
    "a number": 5,
    "null": None,
    "newer format": shop(format="linchpin/2"),
    "unknown member": shop(colour="red"),
    "nul": shop(name="a\0b"),
    "half a pair": shop(name="\ud800"),
    "reserved": shop(scenario={"__proto__": 1}),
    "long name": shop(name="x" * 501),
    "unknown kind": shop(nodes=[{"id": "a", "kind": "teleporter"}]),
    "same id": shop(nodes=[{"id": "a", "kind": "client"}, {"id": "a", "kind": "client"}]),
    "dangling": shop(edges=[{"id": "e", "source": "users", "target": "nowhere"}]),
    "cycle": shop(nodes=[{"id": "a", "kind": "zone", "parent": "b"}, {"id": "b", "kind": "zone", "parent": "a"}]),
    "mix": shop(flows=[{"id": "f", "source": "users", "rate_rps": 1, "mix": {"read": 0.5}}]),
    "negative": shop(flows=[{"id": "f", "source": "users", "rate_rps": -1}]),
    "threshold": shop(thresholds=[5]),
}
ADDRESSES = ("designs", "analyses", "evaluations", "runs", "sweeps", "searches", "imports", "layouts", "tokens")


def is_problem(response: Any) -> bool:
    """Whether the answer is a problem as promised."""
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == response.status_code
    assert body["type"].startswith("/problems/")
    return 400 <= response.status_code < 500 and bool(body["title"] and body["detail"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_cannot_be_read_is_400(alice: Person, address: str) -> None:
    for name, body in UNREADABLE.items():
        if address == "tokens" and name == "empty":
            continue  # a token needs no body
        response = alice.post(address, body)
        assert is_problem(response), name
        assert response.status_code == 400, name
    assert alice.post("designs", shop()).status_code == 201


@pytest.mark.parametrize("name", REFUSED)
def test_what_means_nothing_is_422_and_says_where(alice: Person, name: str) -> None:
    for address, body in (("designs", REFUSED[name]), ("analyses", REFUSED[name])):
        response = alice.post(address, json.dumps(body))
        assert is_problem(response), response.content
        assert response.status_code == 422, response.content
        assert response.json()["errors"], response.content
        assert all("pointer" in error and error["detail"] for error in response.json()["errors"])
    wrapped = alice.post("runs", json.dumps({"topology": REFUSED[name]}))
    assert wrapped.status_code in (400, 422), wrapped.content
    assert is_problem(wrapped)


def test_other_types_of_content_are_415(alice: Person) -> None:
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ):
        response = alice.post("designs", json.dumps(shop()), content_type=kind)
        assert (response.status_code, is_problem(response)) == (415, True)


def test_too_large_is_413(alice: Person) -> None:
    body = json.dumps(shop(description="x" * (5 * 1024 * 1024)))
    response = alice.post("designs", body)
    assert (response.status_code, is_problem(response)) == (413, True)


def exchanged(monkeypatch: pytest.MonkeyPatch, chunks: list[bytes], headers: Headers) -> tuple[bytes, list[Any], int]:
    """What the application read of a body, what was answered, and how many chunks were left unread."""
    read: list[bytes] = []
    sent: list[Any] = []
    left = [{"type": "http.request", "body": c, "more_body": i + 1 < len(chunks)} for i, c in enumerate(chunks)]

    async def reader(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            read.append(message["body"])
            more = message["more_body"]
        assert (await receive())["type"] == "http.disconnect"

    async def receive() -> Any:
        return left.pop(0) if left else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    monkeypatch.setattr(asgi, "http", reader)
    asyncio.run(asgi.application({"type": "http", "headers": headers}, receive, send))
    return b"".join(read), sent, len(left)


def test_a_stream_that_is_too_large_is_seen_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a length the body arrives one byte over the limit, whatever the chunks; it is never cut to fit."""
    for size in (65536, 1000, BODY_BYTES, 3 * BODY_BYTES):
        chunks = [b" " * size] * (BODY_BYTES // size + 3)
        read, _, left = exchanged(monkeypatch, chunks, [])
        assert (len(read), left) == (BODY_BYTES + 1, 0)
    assert len(exchanged(monkeypatch, [b" " * BODY_BYTES, b""], [])[0]) == BODY_BYTES


def test_the_refusal_of_a_large_body_survives_its_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent is read and dropped: to close on it would reset the connection before the answer is read."""
    length = [(b"content-length", str(BODY_BYTES + 1).encode())]
    read, sent, left = exchanged(monkeypatch, [b" " * BODY_BYTES, b" "], length)
    assert (read, left, sent[0]["status"]) == (b"", 0, 413)
    assert json.loads(b"".join(m["body"] for m in sent[1:]))["type"] == "/problems/too-large"


def test_addresses_and_methods_that_are_not_there(alice: Person) -> None:
    for path in ("nothing", "designs/no-uuid", "designs/../me", "runs/1", "templates/none"):
        response = alice.get(path)
        assert (response.status_code, is_problem(response)) == (404, True), path
    response = alice.ask("PUT", "designs", shop())
    assert (response.status_code, is_problem(response)) == (405, True)
    assert "POST" in response["Allow"]


def test_every_problem_of_a_document_is_named_at_once(alice: Person) -> None:
    broken = shop(
        nodes=[{"id": "a", "kind": "nope"}, {"id": "B!", "kind": "client"}],
        edges=[{"id": "e", "source": "a", "target": "zz"}],
        flows=[],
    )
    pointers = {error["pointer"] for error in alice.post("analyses", broken).json()["errors"]}
    assert {"/nodes/0/kind", "/nodes/1/id"} <= pointers


def test_bodies_of_our_own_name_the_place(alice: Person) -> None:
    cases = [
        ("runs", {"topology": shop(), "live": "yes"}, "/live"),
        ("runs", {"topology": shop(), "speed": 0}, "/speed"),
        ("runs", {"topology": shop(), "scenario": {"duration_s": -1}}, "/scenario/duration_s"),
        ("runs", {"topology": shop(), "scenario": {"seed": -1}}, "/scenario/seed"),
        ("runs", {"topology": shop(flows=[{"id": "f", "source": "no", "rate_rps": 1}])}, "/topology/flows/0/source"),
        ("runs", {}, "/topology"),
        ("evaluations", {"topology": shop(), "thresholds": ["nonsense <"]}, "/thresholds/0"),
        ("evaluations", {"topology": shop(), "thresholds": []}, "/thresholds"),
        ("sweeps", {"topology": shop(), "vary": {}}, "/vary"),
        ("searches", {}, "/topology"),
        ("searches", {"topology": shop(thresholds=[])}, "/thresholds"),
        ("searches", {"topology": shop(), "thresholds": ["p98_ms < 3"]}, "/thresholds/0"),
        ("searches", {"topology": shop(), "thresholds": ["error_rate < 0.1"]}, "/thresholds/0"),
        ("searches", {"topology": shop(), "seconds": 0}, "/seconds"),
        ("searches", {"topology": shop(), "seconds": 1e9}, "/seconds"),
        ("imports", {"format": "nope", "content": "x"}, "/format"),
        ("imports", {"format": "mermaid"}, "/content"),
        ("imports", {"format": "compose", "content": ""}, "/content"),
        ("imports", {"format": "drawio", "content": "<x"}, "/content"),
        ("imports", {"format": "linchpin", "content": json.dumps(shop(nodes=[{"id": "A", "kind": "x"}]))}, "/content"),
        ("imports", {"content": "what is this"}, "/format"),
        ("runs", {"topology": shop(), "a/b": 1}, "/a~1b"),
        ("tokens", {"scope": "root"}, "/scope"),
        ("tokens", {"expires_at": "2001-01-01T00:00:00Z"}, "/expires_at"),
        ("tokens", {"expires_at": "9999-12-31T23:59:59-14:00"}, "/expires_at"),
    ]
    for address, body, pointer in cases:
        response = alice.post(address, body)
        assert is_problem(response), (address, body)
        assert response.json()["errors"][0]["pointer"] == pointer, response.content


def test_what_a_run_would_find_wrong_is_named_by_its_place_in_the_body(alice: Person) -> None:
    loop = [{"id": "a", "source": "web", "target": "api"}, {"id": "b", "source": "api", "target": "web"}]
    kinds = {"users": "client", "web": "service", "api": "service"}
    endless = shop(
        nodes=[{"id": name, "kind": kind} for name, kind in kinds.items()],
        edges=[{"id": "e", "source": "users", "target": "web"}, *({**e, "params": {"calls": 2}} for e in loop)],
        flows=[{"id": "f", "source": "users", "rate_rps": 1}],
    )
    killed = {"duration_s": 2, "events": [{"at_s": 1, "action": "kill", "target": "nobody"}]}
    for topology, scenario, place in ((endless, {}, "/topology/edges"), (shop(), killed, "/scenario/events/0/target")):
        for address, more in (("runs", {}), ("evaluations", {"thresholds": ["p99_ms < 200"]})):
            response = alice.post(address, {"topology": topology, "scenario": scenario, **more})
            assert is_problem(response)
            assert response.json()["errors"][0]["pointer"] == place


def test_a_page_of_another_origin_may_not_act() -> None:
    visitor = Person()
    for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        response = visitor.post("designs", shop(), **headers)
        assert (response.status_code, is_problem(response)) == (403, True)
    assert visitor.post("designs", shop(), Origin="http://testserver", Sec_Fetch_Site="same-origin").status_code == 201


def test_a_token_and_a_session_together_are_refused(alice: Person) -> None:
    visitor = Person()
    visitor.draws()
    visitor.headers = alice.headers
    assert visitor.get("designs").status_code == 401
    assert Person("Basic abc").get("designs").status_code == 401
    assert Person("Bearer unknown").get("designs").status_code == 401
