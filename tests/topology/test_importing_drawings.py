"""Import of drawings, Mermaid and diagrams.net, and what nobody should be able to smuggle in."""

import base64
import urllib.parse
import zlib

import pytest

from simulation.topology.document import InvalidInput
from simulation.topology.importing import import_
from tests.topology.imported import assert_readable, kinds, pairs

MERMAID = """
---
title: Shop
---
flowchart LR
  %% a comment
  U((Users)) --> DNS --> LB{Load balancer}
  subgraph a [Zone A]
    W1[Web 1]; Q[[Jobs queue]]
  end
  subgraph "AZ B"
    W2["Web #quot;2#quot;"]
  end
  LB --> W1 & W2
  W1 & W2 -->|reads| C[Redis cache]
  W1 & W2 -- sql --> DB[(Primary)]
  DB -. replicate .-> R[(Replica ×2)]
  W1 ==> Q --> K[Worker]
  M[Metrics] -.-> W1
  style W1 fill:#fff
  click W1 "javascript:alert(1)"
"""


def test_a_flowchart_becomes_typed_nodes_edges_and_containers() -> None:
    found = import_("mermaid", MERMAID)
    assert kinds(found) == {
        "zone-a": "zone",
        "az-b": "zone",
        "users": "client",
        "dns": "dns",
        "load-balancer": "load_balancer",
        "web-1": "web_server",
        "jobs-queue": "message_queue",
        "web-2": "web_server",
        "redis-cache": "cache",
        "primary": "database",
        "replica": "database",
        "worker": "worker",
        "metrics": "metrics",
    }
    nodes = {node.id: node for node in found.topology.nodes}
    assert (nodes["web-1"].parent, nodes["web-2"].parent) == ("zone-a", "az-b")
    assert nodes["web-2"].name == 'Web "2"'
    assert nodes["replica"].replicas == 2
    assert {("users", "dns"), ("load-balancer", "web-2"), ("primary", "replica"), ("jobs-queue", "worker")} <= pairs(
        found
    )
    assert not any("javascript" in line for line in found.understood)
    assert_readable(found)


def test_a_drawing_without_users_gets_them() -> None:
    found = import_("mermaid", "graph TD\nweb --> db[(Data)]")
    assert ("users", "web") in pairs(found)
    assert found.topology.flows
    assert any("users stand in front" in line for line in found.assumed)


@pytest.mark.parametrize("text", ["", "sequenceDiagram\nA->>B: x", "hello", "flowchart"])
def test_what_is_no_flowchart_is_refused_or_empty(text: str) -> None:
    if text == "flowchart":
        assert import_("mermaid", text).topology.nodes == []
        return
    with pytest.raises(InvalidInput):
        import_("mermaid", text)


MODEL = """<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
<mxCell id="z" value="Zone A" style="swimlane" vertex="1" parent="1">
  <mxGeometry x="300" y="0" width="400" height="300"/></mxCell>
<mxCell id="u" value="Users" style="shape=umlActor" vertex="1" parent="1">
  <mxGeometry x="0" y="100" width="30" height="60"/></mxCell>
<mxCell id="w" value="&lt;b&gt;Web&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;" style="rounded=1" vertex="1" parent="z">
  <mxGeometry x="20" y="60" width="120" height="60"/></mxCell>
<mxCell id="d" value="Orders" style="shape=cylinder3" vertex="1" parent="z">
  <mxGeometry x="200" y="60" width="60" height="80"/></mxCell>
<mxCell id="e1" edge="1" source="u" target="w" parent="1"><mxGeometry relative="1"/></mxCell>
<mxCell id="e2" edge="1" source="w" target="d" parent="1"><mxGeometry relative="1"/></mxCell>
<mxCell id="e3" edge="1" source="w" parent="1" value="loose"><mxGeometry relative="1"/></mxCell>
</root></mxGraphModel>"""


def packed(text: str) -> str:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = squeezer.compress(urllib.parse.quote(text).encode()) + squeezer.flush()
    return f"<mxfile><diagram>{base64.b64encode(raw).decode()}</diagram></mxfile>"


@pytest.mark.parametrize("text", [MODEL, f"<mxfile><diagram>{MODEL}</diagram></mxfile>", packed(MODEL)])
def test_a_diagram_is_read_plain_and_compressed_where_it_stands(text: str) -> None:
    found = import_("drawio", text)
    assert kinds(found) == {"zone-a": "zone", "users": "client", "webx": "service", "orders": "database"} or kinds(
        found
    ) == {"zone-a": "zone", "users": "client", "webx": "web_server", "orders": "database"}
    nodes = {node.id: node for node in found.topology.nodes}
    assert nodes["orders"].parent == "zone-a"
    assert nodes["orders"].position is not None
    assert (nodes["orders"].position.x, nodes["orders"].position.y) == (200, 60)
    assert pairs(found) == {("users", "webx"), ("webx", "orders")}
    assert any("loose" in line for line in found.left_out)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<svg/>",
        "<mxfile/>",
        "<mxfile><diagram>%%%</diagram></mxfile>",
        "<mxfile><diagram>AAAA</diagram></mxfile>",
        '<!DOCTYPE x [<!ENTITY a "b">]><mxGraphModel/>',
        '<!doctype x SYSTEM "file:///etc/passwd"><mxGraphModel/>',
        packed("A" * 20_000_000),
    ],
)
def test_what_is_no_diagram_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        import_("drawio", text)
    assert caught.value.status in (400, 413, 422)
