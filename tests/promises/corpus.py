"""Malformed input: hand-made cases, and a seeded generator that puts what is wrong into bodies that were right."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from simulation.topology.templates import TEMPLATES
from tests.people import shop

LONG = {"deep": "[" * 3000 + "]" * 3000, "digits": "9" * 5000}

#: Values that are wrong nearly everywhere, or right and at a border.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -0.0, -1, 1, 0.5, 1e-320, 1e12, 1e13, -1e13, 1.7e308, 2**53 - 1, 2**53, 2**63, 2**64, 10**400,
    "", " ", "x", "x" * 501, "x" * 20_001, "a\0b", "\ud800", "\u202e", "\u1100" * 300, "A", "../..", "=1+1", "{}",
    "<script>alert(1)</script>", "javascript:alert(1)", "__proto__",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2030-13-01T00:00:00Z", "2030-01-01T00:00:00", "99999-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000",
    [], [[]], [None], ["x"] * 1000, {}, {"": ""}, {"a": {"b": []}}, {"__proto__": {}}, {"constructor": 1}, {"a\0": 1},
    {"\ud800": 1}, [{}], [1, "1", None],
)  # fmt: skip
#: The same as they are written, where no value of Python says it.
TEXTS = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", LONG["digits"], LONG["deep"],
         "01", "+1", ".5", "0x10", "'x'",
         "undefined", '"\\ud800"', '"\\u0000"', '"\\uD83D"', '"\\x41"', '"\n"', '{"a":1,"a":2}', "[1,]",
         "/*x*/1")  # fmt: skip
WHOLE = (b"", b" ", b"null", b"[]", b"5", b'"x"', b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"a":"\xc3\x28"}', b"{}{}",
         b"<!DOCTYPE x><x/>", b"\0", LONG["deep"].encode(), LONG["digits"].encode(), b'{"a":' * 3000)  # fmt: skip
COMMANDS = ('{"id":"\\ud800","action":"pause"}', '{"id":1,"action":"kill","target":"\\ud800"}',
            '{"id":1,"action":"\\u0000"}', '{"id":1e999,"action":"pause"}')  # fmt: skip
MARK = "\u2063here\u2063"


def bodies(design: str, run: str) -> dict[str, Any]:
    """By method and address, a body that is right, small and quick to answer."""
    small = shop()
    killed = {"at_s": 0.5, "action": "kill", "target": "db"}
    whole = shop(description="d", scenario={"duration_s": 1, "events": [killed]})
    services = "  web:\n    image: nginx\n    depends_on: [db]\n    deploy: {replicas: 2}\n  db:\n    image: postgres"
    cells = '<mxCell id="0"/><mxCell id="1" parent="0"/><mxCell id="2" value="Web" vertex="1" parent="1"/>'
    imports = {
        "mermaid": "flowchart LR\n a[Users] --> b[Web] --> c[(DB)]\n subgraph z[Zone]\n b\n end",
        "compose": f"services:\n{services}",
        "drawio": f"<mxfile><diagram><mxGraphModel><root>{cells}</root></mxGraphModel></diagram></mxfile>",
        "linchpin": json.dumps(small),
    }
    patch = [{"op": "replace", "path": "/name", "value": "x"}, {"op": "test", "path": "/nodes/0/id", "value": "users"}]
    cases: dict[str, Any] = {
        "POST designs": whole,
        f"PUT designs/{design}": whole,
        f"PATCH designs/{design}": {"description": "x", "thresholds": ["spofs == 0"]},
        f"PATCH designs/{design} application/json-patch+json": patch,
        f"POST designs/{design}/links": {"scope": "view", "expires_at": "2099-01-01T00:00:00Z", "label": "x"},
        f"POST designs/{design}/restore": {"revision": 1},
        "POST analyses": {"topology": small, "max_order": 2},
        "POST evaluations": {"topology": small, "thresholds": ["spofs == 0", "availability{flow=browse} >= 0.9"]},
        "POST sweeps": {"topology": small, "thresholds": ["spofs == 0"], "vary": {"/nodes/2/replicas": [1, 2]}},
        "POST searches": {"topology": small, "thresholds": ["spofs == 0"], "seconds": 1},
        "POST layouts": small,
        "POST runs": {"topology": small, "scenario": {"duration_s": 1, "seed": 1}, "live": False, "speed": 1},
        f"POST runs/{run}/actions": {"action": "kill", "target": "db"},
        "POST tokens": {"scope": "view", "label": "x", "expires_at": "2099-01-01T00:00:00Z"},
        "POST accounts": {"username": "somebody", "password": "correct horse battery"},
        "POST sessions": {"username": "somebody", "password": "wrong"},
        f"POST shared/{design}/open": {"secret": "x"},
    }  # fmt: skip
    cases |= {f"POST imports#{name}": {"format": name, "content": content} for name, content in imports.items()}
    return cases


def malformed(cases: dict[str, Any], seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many requests: the address and a body with something wrong in it, at most by a chance harmless."""
    draw = random.Random(seed)
    names = list(cases)
    documents = [json.loads(json.dumps(_plain(template.topology))) for template in TEMPLATES.values()]
    for n in range(count):
        name = names[n % len(names)]
        body = cases[name]
        if name in ("POST designs", "POST layouts") and draw.random() < 0.3:
            body = draw.choice(documents)
        yield name, _spoilt(body, draw)


def _plain(topology: Any) -> Any:
    from simulation.topology import parsing

    return parsing.to_object(topology)


def _spoilt(body: Any, draw: random.Random) -> bytes:
    kind = draw.random()
    if kind < 0.06:
        return draw.choice(WHOLE)
    value = deepcopy(body)
    box, key = draw.choice(list(_places(value)))
    if kind < 0.16:
        box[key] = MARK
        return json.dumps(value).replace(json.dumps(MARK), draw.choice(TEXTS)).encode("utf-8", "surrogatepass")
    if kind < 0.26:
        text = json.dumps(value).encode()
        return text[: draw.randrange(len(text))]
    if kind < 0.36 and isinstance(box[key], str) and len(box[key]) > 3:
        box[key] = _scratched(box[key], draw)
    elif kind < 0.44:
        del box[key]
    elif kind < 0.52 and isinstance(box, dict):
        box[draw.choice(("unknown", "", "a/b~c", "__proto__", "id", "x" * 600))] = draw.choice(VALUES)
    elif kind < 0.58 and isinstance(box, list):
        box.extend([box[key]] * draw.choice((1, 2, 100)))
    else:
        box[key] = draw.choice(VALUES)
    if draw.random() < 0.1:
        return _spoilt(value, draw) if isinstance(value, dict | list) and list(_places(value)) else b"{}"
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _scratched(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    scratch = draw.choice(
        ("", "\0", "\ud800", "]", "{", ":", "<", "&x;", "\n", "\t", "<!DOCTYPE x [<!ENTITY a 'a'>]>", "0" * 400)
    )
    return text[:at] + scratch + text[at + draw.randrange(4) :]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def messages(seed: int, count: int) -> Iterator[tuple[str, str | bytes]]:
    """So many malformed messages to the sockets of `designs` and `runs`."""
    from pycrdt import Doc, Map, create_sync_message, create_update_message

    draw = random.Random(seed)
    doc: Doc[Any] = Doc()
    doc.get("nodes", type=Map)["evil"] = Map({"kind": "cache", "params": Map({"hit_ratio": 0.5})})
    right = [create_sync_message(doc), create_update_message(doc.get_update()), b'\x01\x0a\x01\x2a\x01\x07{"a":1}']
    commands = [
        {"id": 1, "action": "kill", "target": "db"},
        {"action": "speed", "value": 2},
        {"id": "x", "action": "pause"},
    ]
    yield from (("runs", text) for text in COMMANDS)
    for n in range(count - len(COMMANDS)):
        if n % 2:
            yield "runs", _spoilt(draw.choice(commands), draw).decode("utf-8", "replace")
            continue
        message = bytearray(draw.choice(right))
        for _ in range(draw.randrange(1, 5)):
            at = draw.randrange(len(message))
            message[at : at + draw.randrange(2)] = bytes([draw.randrange(256)])
        yield "designs", draw.choice((bytes(message), bytes(message[: draw.randrange(len(message))]), "text"))
