"""A design's living document: a Yjs document of the maps `meta`, `nodes`, `edges` and `flows`.

Elements are nested maps with `params` a map of its own, so that two people who change two params of one node
both keep their change. All other members are plain values and change as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pycrdt import Doc, Map, merge_updates

from designer.designs.projection import project
from simulation.topology.canonical import plain
from simulation.topology.document import FORMAT

ROOTS = ("meta", "nodes", "edges", "flows")
ELEMENTS = ("nodes", "edges", "flows")
NOTHING = b"\0\0"  #: an update without operations
META = ("name", "description", "thresholds", "accepted", "scenario")


class Unreadable(ValueError):
    """Bytes that are no Yjs update, or no state vector."""


def load(updates: Iterable[bytes]) -> "Doc[Any]":
    """The document that a log amounts to. Raises Unreadable."""
    doc: Doc[Any] = Doc()
    for root in ROOTS:
        doc.get(root, type=Map)
    for update in updates:
        apply(doc, update)
    return doc


def apply(doc: "Doc[Any]", update: bytes) -> None:
    """Apply an update; what is already in changes nothing. Raises Unreadable."""
    with _reading():
        doc.apply_update(update)


def check(update: bytes) -> None:
    """Refuse bytes that are no update. Raises Unreadable."""
    with _reading():
        merge_updates(update)


def missing(doc: "Doc[Any]", state: bytes) -> bytes:
    """What somebody with this state vector does not have. Raises Unreadable."""
    with _reading():
        return bytes(doc.get_update(state))


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise Unreadable(str(error)) from error
    except BaseException as error:  # a panic in the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("it cannot be read") from error


def merged(updates: Sequence[bytes]) -> bytes:
    """One update that does what all do."""
    return updates[0] if len(updates) == 1 else merge_updates(*updates)


def read(doc: "Doc[Any]") -> dict[str, Any]:
    """The `linchpin/1` document as plain data, repaired."""
    return project({root: doc.get(root, type=Map).to_py() or {} for root in ROOTS})


def history_of(doc: "Doc[Any]") -> str | None:
    """The identity of the document's history."""
    history = doc.get("meta", type=Map).get("history")
    return history if isinstance(history, str) else None


def write(doc: "Doc[Any]", document: Mapping[str, Any], history: str) -> bytes:
    """Turn the living document into the given one by the smallest change; answers the update, b"" for none."""
    before = doc.get_state()
    changed = False
    with doc.transaction():
        meta = {"format": FORMAT, "history": history} | {name: document.get(name) for name in META}
        changed |= _assign(doc.get("meta", type=Map), {k: v for k, v in meta.items() if v is not None})
        for root in ELEMENTS:
            changed |= _write_elements(doc.get(root, type=Map), document.get(root) or [])
    return doc.get_update(before) if changed else b""


def _write_elements(root: Map[Any], elements: list[Mapping[str, Any]]) -> bool:
    changed = False
    wanted = {element["id"]: element for element in elements}
    for id_ in sorted(set(root.keys()) - set(wanted)):
        del root[id_]
        changed = True
    orders = _orders(root, list(wanted))
    for id_, element in wanted.items():
        members = {k: v for k, v in element.items() if k not in ("id", "params") and v is not None}
        members["order"] = orders[id_]
        params = {k: v for k, v in (element.get("params") or {}).items() if v is not None}
        held = root.get(id_)
        if not isinstance(held, Map):
            root[id_] = Map({**members, "params": Map(params)})
            changed = True
            continue
        held_params = held.get("params")
        if isinstance(held_params, Map):
            changed |= _assign(held_params, params)
        elif params:
            held["params"] = Map(params)
            changed = True
        changed |= _assign(held, members, but="params")
    return changed


def _orders(root: Map[Any], ids: list[str]) -> dict[str, float]:
    """An order for each element, keeping those held as long as they sort the elements as wanted."""
    held: dict[str, float] = {}
    for id_ in ids:
        element = root.get(id_)
        order = element.get("order") if isinstance(element, Map) else None
        if isinstance(order, int | float) and not isinstance(order, bool):
            held[id_] = order
    kept = [(held[id_], id_) for id_ in ids if id_ in held]
    if kept == sorted(kept) and all(id_ in held for id_ in ids[: len(kept)]):
        after = max(held.values(), default=-1.0)
        fresh = [id_ for id_ in ids if id_ not in held]
        return held | {id_: after + 1 + i for i, id_ in enumerate(fresh)}
    return {id_: i for i, id_ in enumerate(ids)}


def _assign(target: Map[Any], members: Mapping[str, Any], but: str = "") -> bool:
    """Make the map hold exactly the members (and `but`); answers whether anything changed."""
    changed = False
    for name in sorted(set(target.keys()) - set(members) - {but}):
        del target[name]
        changed = True
    for name, value in members.items():
        held = target.get(name)
        if isinstance(held, Map):
            held = held.to_py()
        if name not in target or plain(held) != plain(value):
            target[name] = value
            changed = True
    return changed
