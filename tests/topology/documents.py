"""Small documents for the tests of this folder."""

from typing import Any


def document(**changes: Any) -> dict[str, Any]:
    """A small valid document; named members are replaced."""
    return {
        "format": "linchpin/1",
        "name": "Small",
        "nodes": [
            {"id": "seoul", "kind": "region", "params": {"rtt_ms": {"virginia": 180}}},
            {"id": "az-a", "kind": "zone", "parent": "seoul"},
            {"id": "az-b", "kind": "zone", "parent": "seoul"},
            {"id": "users", "kind": "client"},
            {"id": "lb", "kind": "load_balancer", "parent": "az-a", "replicas": 2},
            {"id": "web", "kind": "web_server", "spread": ["az-a", "az-b"], "replicas": 4},
            {"id": "cache", "kind": "cache", "params": {"ttl_s": 300}},
            {"id": "db", "kind": "database", "params": {"failover_s": 60}},
            {"id": "db-r", "kind": "database"},
            {"id": "queue", "kind": "message_queue"},
            {"id": "jobs", "kind": "worker"},
            {"id": "metrics", "kind": "metrics"},
            {"id": "robot", "kind": "automation"},
        ],
        "edges": [
            {"id": "e1", "source": "users", "target": "lb"},
            {"id": "e2", "source": "lb", "target": "web"},
            {"id": "e3", "source": "web", "target": "cache", "params": {"ops": ["read"], "fronts": ["db"]}},
            {"id": "e4", "source": "web", "target": "db", "params": {"breaker": {"error_rate": 0.5}}},
            {"id": "e5", "source": "db", "target": "db-r", "params": {"mode": "async", "lag_ms": 50}},
            {"id": "e6", "source": "web", "target": "queue"},
            {"id": "e7", "source": "queue", "target": "jobs"},
            {"id": "e8", "source": "web", "target": "metrics"},
            {"id": "e9", "source": "robot", "target": "web"},
        ],
        "flows": [
            {
                "id": "browse",
                "source": "users",
                "rate_rps": 1000,
                "mix": {"read": 0.9, "write": 0.1},
                "regions": {"seoul": 0.6, "virginia": 0.4},
                "shape": {"kind": "ramp", "to_rps": 2000},
            }
        ],
        "thresholds": ["p99_ms < 200"],
        **changes,
    }


def put(base: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """The document with a value at a JSON pointer (`-` appends to a list)."""
    *steps, last = pointer.strip("/").split("/")
    at: Any = base
    for step in steps:
        at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
    if isinstance(at, list) and last == "-":
        at.append(value)
    elif isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value
    return base
