"""Who may do what: every route and method of the API has a row here, and only what is listed is allowed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.people import Person, shop, somebody

ROLES = ("nobody", "stranger", "viewer", "simulator", "editor", "owner")
EVERYONE = 6
NEEDS = {"view": 4, "simulate": 3, "edit": 2, "own": 1, "all": EVERYONE}

# Method and route: who may, counted from the owner up. What others get is 404 or 403, never a hint that it exists.
MATRIX = {
    "GET catalogue": "all",
    "GET templates": "all",
    "GET templates/<slug:template>": "all",
    "GET me": "all",
    "GET designs": "all",
    "POST designs": "all",
    "GET designs/<uuid:design>": "view",
    "PUT designs/<uuid:design>": "edit",
    "PATCH designs/<uuid:design>": "edit",
    "DELETE designs/<uuid:design>": "own",
    "GET designs/<uuid:design>/revisions": "view",
    "GET designs/<uuid:design>/revisions/<int:number>": "view",
    "POST designs/<uuid:design>/revisions/<int:number>/restore": "edit",
    "POST designs/<uuid:design>/restore": "edit",
    "GET designs/<uuid:design>/analysis": "view",
    "GET designs/<uuid:design>/compare": "view",
    "GET designs/<uuid:design>/export": "view",
    "GET designs/<uuid:design>/links": "own",
    "POST designs/<uuid:design>/links": "own",
    "DELETE links/<uuid:link>": "own",
    "GET shared/<uuid:shared>": "link",
    "POST shared/<uuid:shared>/open": "all",
    "POST analyses": "all",
    "POST evaluations": "all",
    "GET evaluations/<uuid:job>": "mine",
    "POST sweeps": "all",
    "GET sweeps/<uuid:job>": "mine",
    "DELETE sweeps/<uuid:job>": "mine",
    "POST searches": "all",
    "GET searches/<uuid:job>": "mine",
    "POST imports": "all",
    "POST layouts": "all",
    "GET runs": "all",
    "POST runs": "all",
    "GET runs/<uuid:run>": "view",
    "DELETE runs/<uuid:run>": "simulate",
    "POST runs/<uuid:run>/actions": "simulate",
    "GET runs/<uuid:run>/frames": "view",
    "GET tokens": "user",
    "POST tokens": "all",
    "DELETE tokens/<uuid:token>": "mine",
    "POST accounts": "all",
    "POST sessions": "all",
    "POST sessions/end": "all",
}
BODIES: dict[str, Any] = {
    "PUT designs/<uuid:design>": shop(),
    "PATCH designs/<uuid:design>": {"description": "x"},
    "POST designs/<uuid:design>/restore": {"revision": 1},
    "POST designs/<uuid:design>/links": {"scope": "view"},
    "POST runs/<uuid:run>/actions": {"action": "pause"},
}


def routes() -> Iterator[str]:
    """Every method of every route under /api/v1/."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            else:
                yield path, pattern

    for path, pattern in walk(get_resolver().url_patterns, ""):
        if path.startswith("api/v1/"):
            callback: Any = pattern.callback  # of the REST framework: carries its class
            view = callback.cls
            for method in ("get", "post", "put", "patch", "delete"):
                if hasattr(view, method):
                    yield f"{method.upper()} {path.removeprefix('api/v1/')}"


def test_every_route_has_a_row() -> None:
    assert set(routes()) == set(MATRIX)


@pytest.fixture
def cast(transactional_db: None) -> dict[str, Any]:
    """A design with a run, and one person of each role."""
    from designer.designs.models import Design
    from simulation.runs.models import Run

    owner = somebody()
    design = owner.draws()
    stored = Design.objects.get(pk=design)
    run = Run.objects.create(
        owner=stored.owner, design_id=stored.pk, topology="{}", topology_digest="", scenario="{}",
        hello='{"nodes": [], "edges": [], "flows": []}', live=True, speed=1, initial_speed=1, frame_s=0.1, state="done",
    )  # fmt: skip
    return {
        "design": design,
        "run": str(run.pk),
        "nobody": Person(),
        "stranger": somebody(),
        "viewer": owner.shares(design),
        "simulator": owner.shares(design, "simulate"),
        "editor": owner.shares(design, "edit"),
        "owner": owner,
    }


@pytest.mark.parametrize("row", [row for row, need in MATRIX.items() if need in ("view", "simulate", "edit", "own")])
def test_only_who_is_listed_may(cast: dict[str, Any], row: str) -> None:
    method, route = row.split(" ")
    allowed = ROLES[-NEEDS[MATRIX[row]] :]
    for role in ROLES:
        person: Person = cast[role]
        path = (
            route.replace("<uuid:design>", cast["design"])
            .replace("<uuid:run>", cast["run"])
            .replace("<int:number>", "1")
            .replace("<uuid:link>", cast["viewer"].link)
        )
        path += "?from=1" if path.endswith("compare") else ""
        headers = {"If_Match": "*"} if method in ("PUT", "PATCH") else {}
        response = person.ask(method, path, BODIES.get(row), **headers)
        if role in allowed:
            # A run that is over cannot be acted on, and only its owner deletes it.
            assert response.status_code < 400 or (cast["run"] in path and response.status_code in (403, 409)), (
                role,
                response.content,
            )
        else:
            expected = (404,) if role in ("nobody", "stranger") or route.startswith("links/") else (403,)
            assert response.status_code in expected, (role, response.content)


def test_what_is_private_to_a_user(cast: dict[str, Any]) -> None:
    owner, stranger = cast["owner"], cast["stranger"]
    token = owner.get("tokens").json()["results"][0]["id"]
    assert stranger.ask("DELETE", f"tokens/{token}").status_code == 404
    assert Person().get("tokens").status_code == 401
    assert owner.ask("DELETE", f"tokens/{token}").status_code == 204
    assert owner.get("designs").status_code == 401


def test_links_open_nothing_else(cast: dict[str, Any]) -> None:
    owner, viewer = cast["owner"], cast["viewer"]
    assert viewer.get(f"shared/{viewer.link}").json()["design"]["id"] == cast["design"]
    other = owner.draws(name="other")
    assert viewer.get(f"designs/{other}").status_code == 404
    unknown = Person("Link unknown").get(f"shared/{viewer.link}")
    assert owner.ask("DELETE", f"links/{viewer.link}").status_code == 204
    revoked = viewer.get(f"shared/{viewer.link}")
    assert (revoked.status_code, revoked.content) == (404, unknown.content)
    assert viewer.get(f"designs/{cast['design']}").status_code == 404


def test_narrow_tokens_do_no_more_than_they_say(cast: dict[str, Any]) -> None:
    owner = cast["owner"]
    narrow = Person(f"Bearer {owner.post('tokens', {'scope': 'view'}).json()['token']}")
    assert narrow.get(f"designs/{cast['design']}").status_code == 200
    assert narrow.ask("PUT", f"designs/{cast['design']}", shop(), If_Match="*").status_code == 403
    for path, body in (("designs", shop()), ("tokens", None), (f"designs/{cast['design']}/links", {"scope": "view"})):
        assert narrow.post(path, body).status_code == 403
    assert narrow.ask("DELETE", f"links/{cast['viewer'].link}").status_code == 404


def test_headers_of_pages_and_answers(cast: dict[str, Any]) -> None:
    viewer: Person = cast["viewer"]
    page = viewer.web.get(f"/s/{viewer.link}")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "script-src 'self';" in page["Content-Security-Policy"]
    embedded = viewer.web.get(f"/embed/{viewer.link}")
    assert "frame-ancestors *" in embedded["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded
    hidden = viewer.web.get(f"/embed/{cast['editor'].link}")
    assert "frame-ancestors 'none'" in hidden["Content-Security-Policy"]
