"""JSON Patch as RFC 6902 has it: the examples of its appendix A, and what must be refused."""

from typing import Any

import pytest

from simulation.topology.document import InvalidInput
from simulation.topology.patching import Patch, apply

APPENDIX: list[tuple[str, Any, Patch, Any]] = [
    ("A.1", {"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    ("A.2", {"foo": [1, 3]}, [{"op": "add", "path": "/foo/1", "value": 2}], {"foo": [1, 2, 3]}),
    ("A.3", {"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}),
    ("A.4", {"foo": [1, 2, 3]}, [{"op": "remove", "path": "/foo/1"}], {"foo": [1, 3]}),
    ("A.5", {"baz": 1}, [{"op": "replace", "path": "/baz", "value": 2}], {"baz": 2}),
    (
        "A.6",
        {"foo": {"bar": 1, "waldo": 2}, "qux": {}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": 1}, "qux": {"thud": 2}},
    ),
    ("A.7", {"foo": [1, 2, 3]}, [{"op": "move", "from": "/foo/0", "path": "/foo/2"}], {"foo": [2, 3, 1]}),
    ("A.8", {"a": 1}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1}),
    ("A.10", {"a": 1}, [{"op": "add", "path": "/b", "value": {"c": {}}}], {"a": 1, "b": {"c": {}}}),
    ("A.11", {"a": 1}, [{"op": "add", "path": "/b", "value": 2, "xyz": 3}], {"a": 1, "b": 2}),
    ("A.14", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ("A.16", {"foo": [1]}, [{"op": "add", "path": "/foo/-", "value": [2]}], {"foo": [1, [2]]}),
    ("whole", {"a": 1}, [{"op": "replace", "path": "", "value": [1]}], [1]),
    ("copy", {"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
]


@pytest.mark.parametrize(("document", "patch", "expected"), [c[1:] for c in APPENDIX], ids=[c[0] for c in APPENDIX])
def test_applies(document: Any, patch: Patch, expected: Any) -> None:
    assert apply(document, patch) == expected


REFUSED: list[Patch] = [
    [{"op": "test", "path": "/a", "value": "1"}],
    [{"op": "test", "path": "/a", "value": True}],
    [{"op": "test", "path": "/list", "value": [True]}],
    [{"op": "add", "path": "/x/y", "value": 1}],
    [{"op": "remove", "path": "/x"}],
    [{"op": "replace", "path": "/x", "value": 1}],
    [{"op": "add", "path": "/list/9", "value": 1}],
    [{"op": "add", "path": "/list/01", "value": 1}],
    [{"op": "move", "from": "/list", "path": "/list/0"}],
    [{"op": "spin", "path": "/a"}],
    [{"op": "add", "path": "a", "value": 1}],
    [{"op": "add", "path": "/b"}],
]


@pytest.mark.parametrize("patch", REFUSED, ids=str)
def test_refuses_and_leaves_the_document(patch: Patch) -> None:
    document = {"a": 1, "list": [1]}
    with pytest.raises(InvalidInput):
        apply(document, [{"op": "add", "path": "/c", "value": 1}, *patch])
    assert document == {"a": 1, "list": [1]}
