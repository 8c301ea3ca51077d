"""A topology in the making: what an importer has found so far, and what it says about it."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from simulation.topology.catalogue import EDGE_KINDS, KINDS, default_edge_kind
from simulation.topology.catalogue.joins import nonsense
from simulation.topology.catalogue.model import Text
from simulation.topology.document import FORMAT, InvalidInput, Problem, Topology
from simulation.topology.layout import arranged, is_placed
from simulation.topology.limits import MAX_EDGES, MAX_LABEL, MAX_NODES
from simulation.topology.parsing import from_object

Language = Literal["en", "ko"]

DEFAULT_RATE_RPS = 50
DEFAULT_MIX = {"read": 0.9, "write": 0.1}


class Imported(msgspec.Struct, frozen=True):
    """An imported topology, the format it was read as, and in sentences what was understood, filled in, not used."""

    format: str
    topology: Topology
    understood: list[str]
    assumed: list[str]
    left_out: list[str]


def printable(text: str, limit: int = MAX_LABEL) -> str:
    """A label of foreign origin as plain printable text in form C."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    return " ".join(kept.split())[:limit]


@dataclass
class Draft:
    """Nodes, edges and flows by id, and the three lists of an `Imported`."""

    name: str
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: list[dict[str, Any]] = field(default_factory=list)
    understood: list[Text] = field(default_factory=list)
    assumed: list[Text] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    topology: Topology | None = None

    def new_id(self, label: str, taken: dict[str, Any] | None = None, fallback: str = "node") -> str:
        """A free id made from a label: `Web Server` → `web-server`."""
        used = self.nodes if taken is None else taken
        plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-")[:56] or fallback
        if base in ("constructor", "prototype", "__proto__"):
            base = f"{base.strip('_')}-1"
        name, number = base, self._numbers.get(base, 2)
        while name in used:
            name, number = f"{base}-{number}", number + 1
            self._numbers[base] = number
        return name

    def node(self, label: str, kind: str, own: str | None = None, **members: Any) -> str:
        """Add a node; its id: its `own` where the file knows it and it is free, else one made from the label."""
        if len(self.nodes) >= MAX_NODES:
            raise InvalidInput([Problem("/content", f"more than {MAX_NODES:,} nodes; fewer are accepted")])
        node_id = own if own is not None and own not in self.nodes else self.new_id(label, fallback=kind)
        shown = printable(label)
        name = {"name": shown} if shown and shown != node_id else {}
        self.nodes[node_id] = {"id": node_id, "kind": kind, **name, **members}
        return node_id

    def edge(
        self, source: str, target: str, kind: str | None = None, own: str | None = None, **params: Any
    ) -> str | None:
        """Add an edge of a kind that makes sense between its ends; None where none does, or one is there.

        Its id is its `own` where the file knows it and it is free."""
        if source == target or any(e["source"] == source and e["target"] == target for e in self._between(source)):
            return None
        if len(self.edges) >= MAX_EDGES:
            raise InvalidInput([Problem("/content", f"more than {MAX_EDGES:,} edges; fewer are accepted")])
        ends = KINDS[self.nodes[source]["kind"]], KINDS[self.nodes[target]["kind"]]
        if any(end.is_container for end in ends):
            return None
        name = kind if kind in EDGE_KINDS else default_edge_kind(*ends)
        if nonsense(name, *ends) is not None:
            name = default_edge_kind(*ends)
            if nonsense(name, *ends) is not None:
                return None
        is_free = own is not None and own not in self.edges
        edge_id = own if own is not None and is_free else self.new_id(f"{source}-{target}", self.edges, "edge")
        accepted = {key: value for key, value in params.items() if EDGE_KINDS[name].param(key) is not None}
        edge: dict[str, Any] = {"id": edge_id, "source": source, "target": target}
        if name != default_edge_kind(*ends):
            edge["kind"] = name
        if accepted:
            edge["params"] = accepted
        self.edges[edge_id] = edge
        self._outgoing.setdefault(source, []).append(edge)
        return edge_id

    _outgoing: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, repr=False)
    _said: set[tuple[int, Text]] = field(default_factory=set, repr=False)

    def _between(self, source: str) -> list[dict[str, Any]]:
        return self._outgoing.get(source, [])

    def outgoing(self, source: str) -> list[dict[str, Any]]:
        """The edges that leave a node."""
        return list(self._between(source))

    def say(self, where: list[Text], en: str, ko: str) -> None:
        """Add a sentence in both languages; a repeated one stands once."""
        text = Text(en, ko)
        if (id(where), text) not in self._said:
            self._said.add((id(where), text))
            where.append(text)

    def give_flows(self) -> None:
        """A flow for every client that sends none yet, of an assumed rate."""
        sending = {flow["source"] for flow in self.flows}
        taken = {flow["id"]: flow for flow in self.flows}
        for node_id, node in self.nodes.items():
            if node["kind"] != "client" or node_id in sending or not self._between(node_id):
                continue
            flow_id = self.new_id(node_id, taken, "flow")
            flow = {"id": flow_id, "source": node_id, "rate_rps": DEFAULT_RATE_RPS, "mix": dict(DEFAULT_MIX)}
            taken[flow_id] = flow
            self.flows.append(flow)
            self.say(
                self.assumed,
                f"{node_id} sends {DEFAULT_RATE_RPS} requests a second, 9 reads to 1 write; the file says no rate",
                f"{node_id}: 파일에 요청률이 없어 초당 {DEFAULT_RATE_RPS}개, 읽기와 쓰기 9 대 1로 가정했습니다.",
            )

    def note_defaults(self) -> None:
        """Say which numbers the catalogue fills in."""
        kinds = sorted({n["kind"] for n in self.nodes.values()} - {"client"}, key=lambda k: KINDS[k].order)
        for name in kinds:
            kind = KINDS[name]
            station = kind.station
            times = [] if station is None else sorted(set(station.time.values()))
            if station is not None and station.slots:
                times.append(station.slots)
            found = [kind.param(p) for p in (*times, "mtbf_h", "mttr_h")]
            shown = [f"{param.name} = {param.default}" for param in found if param is not None]
            if shown:
                self.say(
                    self.assumed,
                    f"every {name} has the catalogue's defaults where the file is silent: {', '.join(shown)}",
                    f"{kind.title.ko}: 파일에 없는 값은 카탈로그 기본값으로 채웠습니다: {', '.join(shown)}",
                )

    def finished(self, format_: str, language: Language = "en") -> Imported:
        """The validated topology of a file of that format, laid out where the file gave no places."""
        topology = self.topology
        if topology is None:
            document = {
                "format": FORMAT,
                "name": printable(self.name) or "Imported",
                "nodes": list(self.nodes.values()),
                "edges": list(self.edges.values()),
                "flows": self.flows,
            }
            topology = from_object(document)
        if not is_placed(topology):
            topology = arranged(topology)
        return Imported(
            format_,
            topology,
            [getattr(text, language) for text in self.understood],
            [getattr(text, language) for text in self.assumed],
            [getattr(text, language) for text in self.left_out],
        )
