"""Bad input: what no reader may take, each with a status and a clear sentence; and round trips of good input."""

import json
import tracemalloc

import pytest

from simulation.topology import canonical
from simulation.topology.document import InvalidInput
from simulation.topology.limits import MAX_BYTES
from simulation.topology.parsing import from_object, parse, to_object
from simulation.topology.strict_yaml import loads as yaml_loads
from tests.topology.documents import document

GOOD = json.dumps(document())

UNREADABLE_JSON = {
    "empty": b"",
    "blank": b" \n",
    "cut off": GOOD[:-9].encode(),
    "not utf-8": GOOD.encode("utf-16"),
    "latin-1": '{"name": "é"}'.encode("latin-1"),
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "1e999": b'{"a": 1e999}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "5,000 decimals": b'{"a": 0.' + b"9" * 5000 + b"}",
    "beyond 2^53": b'{"a": 9007199254740993}',
    "nested": b"[" * 65 + b"]" * 65,
    "nested far": b"[" * 200_000,
    "nested objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "duplicate keys": b'{"name": 1, "name": 2}',
    "duplicate after escape": b'{"name": 1, "n\\u0061me": 2}',
    "trailing": GOOD.encode() + b"x",
    "two documents": (GOOD + GOOD).encode(),
    "single quotes": b"{'a': 1}",
    "comment": b'{"a": 1 /* x */}',
    "raw control": b'{"a": "\x01"}',
}

UNREADABLE_YAML = {
    "empty": b"",
    "not utf-8": b"\xff\xfe",
    "tag": b"a: !!python/object/apply:os.system [ls]",
    "own tag": b"a: !thing {}",
    "duplicate keys": b"a: 1\na: 2",
    "alias to nothing": b"a: *b",
    "alias in itself": b"a: &a [*a]",
    "two documents": b"a: 1\n---\nb: 1",
    "inf": b"a: .inf",
    "nan": b"a: .NaN",
    "1e999": b"a: 1e999",
    "5,000 digits": b"a: " + b"9" * 5000,
    "nested": b"[" * 65 + b"]" * 65,
    "nested far": b"[" * 100_000,
    "tab": b"a:\n\t- b",
    "collection as key": b"? [a, b]\n: 1",
    "merge of a number": b"<<: 3",
    "unclosed": b"a: [1, 2",
    "control": b"a: \x01",
}


@pytest.mark.parametrize("name", UNREADABLE_JSON)
def test_json_that_cannot_be_read_is_refused_with_400(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(UNREADABLE_JSON[name], "json")
    assert caught.value.status == 400
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", UNREADABLE_YAML)
def test_yaml_that_cannot_be_read_is_refused_with_400(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(UNREADABLE_YAML[name], "yaml")
    assert caught.value.status == 400
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["[]", "3", '"linchpin/1"', "null", "{}", '{"format": "linchpin/1", "nodes": 3}'])
def test_readable_text_that_is_no_document_is_refused_with_422(text: str) -> None:
    for media in ("json", "yaml"):
        with pytest.raises(InvalidInput) as caught:
            parse(text, media)
        assert caught.value.status == 422


def test_size_is_refused_before_reading() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(b" " * (MAX_BYTES + 1))
    assert caught.value.status == 413
    with pytest.raises(InvalidInput) as caught:
        parse(b" " * MAX_BYTES)
    assert caught.value.status == 400


def test_an_alias_bomb_is_refused_cheaply() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    tracemalloc.start()
    with pytest.raises(InvalidInput, match="aliases") as caught:
        parse("\n".join(lines), "yaml")
    assert caught.value.status == 400
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_depth_is_accepted_at_the_limit() -> None:
    assert yaml_loads("[" * 64 + "]" * 64) is not None
    with pytest.raises(InvalidInput) as caught:
        parse("[" * 64 + "]" * 64)
    assert caught.value.status == 422


def test_yaml_means_what_it_says() -> None:
    text = "a: 80:80\nb: yes\nc: 010\nd: 2026-01-02\ne: 1e3\nf: !!str 12\ng: ~\nh: true\ni: 0x10\nj: 'on'\n8080: k"
    assert yaml_loads(text) == {
        "a": "80:80",
        "b": "yes",
        "c": 10,
        "d": "2026-01-02",
        "e": 1000.0,
        "f": "12",
        "g": None,
        "h": True,
        "i": 16,
        "j": "on",
        "8080": "k",
    }


def test_merge_keys_give_way_to_own_keys() -> None:
    text = "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {<<: [{a: 5}, *x]}"
    assert yaml_loads(text) == {"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}, "z": {"a": 5, "b": 2}}


def test_a_byte_order_mark_is_no_problem() -> None:
    assert parse(b"\xef\xbb\xbf" + GOOD.encode()).name == "Small"


def test_json_and_yaml_give_the_same_document() -> None:
    assert parse(GOOD, "json") == parse(GOOD, "yaml")


def test_the_canonical_form_is_the_same_for_documents_that_mean_the_same() -> None:
    other = document(nodes=[{**n, "replicas": float(n.get("replicas", 1))} for n in document()["nodes"]])
    other["flows"][0]["rate_rps"] = 1000.0
    other["edges"][0]["params"] = {}
    turned = dict(reversed(other.items()))
    assert canonical.dumps(from_object(turned)) == canonical.dumps(parse(GOOD))
    assert canonical.digest(from_object(turned)) == canonical.digest(parse(GOOD))
    assert canonical.digest(from_object(document(name="Other"))) != canonical.digest(parse(GOOD))


def test_texts_are_kept_in_normal_form() -> None:
    assert canonical.digest(from_object(document(name="한글"))) == canonical.digest(from_object(document(name="한글")))


def test_plain_data_reads_back_as_the_same_document() -> None:
    topology = parse(GOOD)
    assert from_object(to_object(topology)) == topology
    assert json.loads(canonical.dumps(topology)) == to_object(topology)
