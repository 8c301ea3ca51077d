"""Documents and people that tests of the web side share."""

from copy import deepcopy
from typing import Any

from django.test import Client

SHOP: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "Shop",
    "nodes": [
        {"id": "users", "kind": "client"},
        {"id": "lb", "kind": "load_balancer"},
        {"id": "web", "kind": "web_server", "replicas": 2},
        {"id": "db", "kind": "database"},
    ],
    "edges": [
        {"id": "e1", "source": "users", "target": "lb"},
        {"id": "e2", "source": "lb", "target": "web"},
        {"id": "e3", "source": "web", "target": "db"},
    ],
    "flows": [{"id": "browse", "source": "users", "rate_rps": 50}],
    "thresholds": ["spofs == 0"],
}

#: Few elements and many requests: a long simulation takes a minute of CPU.
BUSY: dict[str, Any] = {
    "format": "linchpin/1",
    "name": "Busy",
    "nodes": [
        {"id": "users", "kind": "client"},
        {"id": "web", "kind": "web_server", "params": {"service_time_ms": 1, "concurrency": 100}},
    ],
    "edges": [{"id": "e", "source": "users", "target": "web"}],
    "flows": [{"id": "f", "source": "users", "rate_rps": 50_000}],
}


def shop(**changes: Any) -> dict[str, Any]:
    """A small document, with changes."""
    return deepcopy(SHOP) | changes


class Person:
    """A script that talks to the API with credentials of its own, or none."""

    def __init__(self, authorization: str = "") -> None:
        self.headers = {"Authorization": authorization} if authorization else {}
        self.web = Client()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response to a request under /api/v1/."""
        content = headers.pop("content_type", "application/json")
        named = {name.replace("_", "-"): value for name, value in headers.items()} | self.headers
        data = body if isinstance(body, str | bytes) else None
        if data is None and body is not None:
            import json

            data = json.dumps(body)
        return self.web.generic(method, f"/api/v1/{path}", data or "", content_type=content, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        """A GET."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """A POST."""
        return self.ask("POST", path, body, **headers)

    def draws(self, **changes: Any) -> str:
        """Store a design; its id."""
        response = self.post("designs", shop(**changes))
        assert response.status_code == 201, response.content
        return str(response.json()["id"])

    def shares(self, design: str, scope: str = "view") -> "Person":
        """Whoever is given a link of the design."""
        response = self.post(f"designs/{design}/links", {"scope": scope})
        assert response.status_code == 201, response.content
        friend = Person(f"Link {response.json()['secret']}")
        friend.link = response.json()["id"]
        return friend

    link = ""


def somebody() -> Person:
    """A new guest with a token."""
    response = Person().post("tokens")
    assert response.status_code == 201, response.content
    return Person(f"Bearer {response.json()['token']}")
