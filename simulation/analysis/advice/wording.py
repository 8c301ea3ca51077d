"""A change told in words: "a second session store in az-b" rather than a patch."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from simulation.topology.catalogue import EDGE_KINDS, KINDS, default_edge_kind
from simulation.topology.catalogue.choices import CHOICES
from simulation.topology.catalogue.model import Param, Text
from simulation.topology.document import Edge, Node, Topology

_ORDINAL = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def told(before: Topology, after: Topology) -> Text:
    """What the change does, the most telling first; parts beyond three are counted."""
    parts = list(_parts(before, after))
    shown = parts[:3]
    more = len(parts) - len(shown)
    en = ", ".join(p.en for p in shown) + (f" and {more} more" if more else "")
    ko = ", ".join(p.ko for p in shown) + (f" 외 {more}건" if more else "")
    return Text(en, ko)


def _parts(before: Topology, after: Topology) -> Iterator[Text]:
    old = {n.id: n for n in before.nodes}
    new = {n.id: n for n in after.nodes}
    copying = {e.id: e for e in after.edges if _kind(e, new) == "replicate"}
    copies = {e.target: e.source for e in copying.values()}
    read = {e.target for e in after.edges if e.id not in copying}
    yield from (_added(n, copies, read) for n in after.nodes if n.id not in old and not KINDS[n.kind].is_container)
    for node in after.nodes:
        if node.id in old:
            yield from _changed(old[node.id], node)
    yield from (_plain(n.id, "removed", "제거") for n in before.nodes if n.id not in new)
    yield from _of_edges(before, after, old, new)


def _kind(edge: Edge, nodes: Mapping[str, Node]) -> str:
    return edge.kind or default_edge_kind(KINDS[nodes[edge.source].kind], KINDS[nodes[edge.target].kind])


def _added(node: Node, copies: Mapping[str, str], read: Collection[str]) -> Text:
    kind, homes = KINDS[node.kind].title, _homes(node)
    place = f" in {' and '.join(homes)}" if homes else ""
    there = f"{', '.join(homes)}에 " if homes else ""
    if node.id in copies:
        of, what = copies[node.id], ("read replica", "읽기 복제본") if node.id in read else ("replica", "복제본")
        many = f"a {what[0]}" if node.replicas == 1 else f"{node.replicas} {what[0]}s"
        return Text(f"{many} of {of}{place} ({node.id})", f"{there}{of}의 {what[1]} {node.replicas}개 ({node.id})")
    times = f" × {node.replicas}" if node.replicas > 1 else ""
    article = "an" if kind.en[0] in "AEIOU" else "a"
    return Text(f"{article} {small(kind.en)}{place} ({node.id}{times})", f"{there}{kind.ko} 추가 ({node.id}{times})")


def _changed(old: Node, new: Node) -> Iterator[Text]:
    kind = KINDS[new.kind].title
    gained = [box for box in dict.fromkeys(_homes(new)) if box not in _homes(old)]
    place = f" in {' and '.join(gained)}" if gained else ""
    there = f"{', '.join(gained)}에 " if gained else ""
    if new.replicas == old.replicas + 1 and new.replicas in _ORDINAL:
        ordinal = _ORDINAL[new.replicas]
        yield Text(f"a {ordinal} {small(kind.en)}{place} ({new.id})", f"{there}{new.replicas}번째 {kind.ko} ({new.id})")
    elif new.replicas != old.replicas:
        yield Text(
            f"{new.replicas} replicas of {new.id} instead of {old.replicas}{place and ', also' + place}",
            f"{there}{new.id}의 복제본 {old.replicas} → {new.replicas}",
        )
    elif gained:
        ko = f"{', '.join(gained)}에도 {new.id}의 복제본" if new.spread else f"{there}{new.id}"
        yield Text(f"replicas of {new.id} also{place}" if new.spread else f"{new.id}{place}", ko)
    yield from _of_params(new.id, old.params, new.params, {p.name: p for p in KINDS[new.kind].params})


def _homes(node: Node) -> list[str]:
    return list(node.spread) or ([node.parent] if node.parent else [])


def _of_edges(
    before: Topology, after: Topology, old_nodes: Mapping[str, Node], new_nodes: Mapping[str, Node]
) -> Iterator[Text]:
    old, new = ({e.id: e for e in t.edges} for t in (before, after))
    for edge in after.edges:
        if edge.id not in old and edge.source in old_nodes and edge.target in old_nodes:
            yield _plain(_ends(edge), "joined", "연결")
        elif edge.id in old:
            if edge.kind is not None and edge.kind != old[edge.id].kind:
                title = EDGE_KINDS[edge.kind].title
                yield Text(f"{_ends(edge)}: {small(title.en)}", f"{_ends(edge)}: {title.ko}")
            yield from _of_params(_ends(edge), old[edge.id].params, edge.params, _of_edge_kinds())
    for edge in before.edges:
        if edge.id not in new and edge.source in new_nodes and edge.target in new_nodes:
            yield _plain(_ends(edge), "no longer joined", "연결 해제")


def _of_params(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any], params: Mapping[str, Param]
) -> Iterator[Text]:
    for param in dict.fromkeys((*new, *old)):
        if old.get(param) == new.get(param):
            continue
        known = params.get(param)
        title = known.title if known else Text(param, param)
        was, now = said(old.get(param), known), said(new.get(param), known)
        arrow = f"{was.en} → " if was.en else ""
        yield Text(
            f"{name}: {small(title.en)} {arrow}{now.en or 'default'}",
            f"{name}: {title.ko} {arrow and was.ko + ' → '}{now.ko or '기본값'}",
        )


@cache
def _of_edge_kinds() -> dict[str, Param]:
    return {p.name: p for kind in EDGE_KINDS.values() for p in kind.params}


def _ends(edge: Edge) -> str:
    return f"{edge.source} > {edge.target}"


def _plain(name: str, en: str, ko: str) -> Text:
    return Text(f"{name} {en}", f"{name} {ko}")


def small(title: str) -> str:
    """A title inside a sentence; abbreviations stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def said(value: Any, param: Param | None = None) -> Text:
    """A value in short; empty where there is none. Choices and the members of a record are told by their titles."""
    if param is not None and value in param.choices:
        en, ko = (title.partition(":")[0] for title in (CHOICES[value].en, CHOICES[value].ko))  # without what it means
        return Text(small(en), ko)
    if isinstance(value, bool):
        return Text("yes", "예") if value else Text("no", "아니요")
    if isinstance(value, dict):
        members = {field.name: field for field in param.fields} if param else {}
        parts = [(members.get(key), key, said(each, members.get(key))) for key, each in value.items()]
        return Text(
            ", ".join(f"{small(member.title.en) if member else key} {each.en}" for member, key, each in parts),
            ", ".join(f"{member.title.ko if member else key} {each.ko}" for member, key, each in parts),
        )
    if isinstance(value, list):
        each = [said(v, param) for v in value]
        return Text(" ".join(v.en for v in each), " ".join(v.ko for v in each))
    if isinstance(value, float) and not value.is_integer():
        plain = f"{value:.6g}"
    else:
        plain = "" if value is None else f"{value:,.0f}" if isinstance(value, int | float) else str(value)
    return Text(plain, plain)
