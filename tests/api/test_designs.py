"""Stored designs: versions, preconditions, patches, history."""

import json

from tests.people import Person, shop


def test_a_design_comes_back_as_it_was_stored(alice: Person, charlie: Person, nobody: Person) -> None:
    response = alice.post("designs", shop())
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/designs/{response.json()['id']}"
    design = response.json()["id"]
    read = alice.get(f"designs/{design}")
    assert read.json()["topology"] == shop()
    assert read["ETag"] == response["ETag"] == '"1"'
    assert alice.get(f"designs/{design}", If_None_Match='"1"').status_code == 304
    bob = alice.shares(design)
    assert bob.get(f"designs/{design}").json()["scope"] == "view"
    hidden, missing = charlie.get(f"designs/{design}"), charlie.get("designs/00000000-0000-4000-8000-000000000000")
    assert hidden.status_code == missing.status_code == nobody.get(f"designs/{design}").status_code == 404
    assert hidden.content == missing.content


def test_a_design_may_be_named_empty_from_a_template_or_yaml(alice: Person) -> None:
    assert alice.post("designs", {"name": "Empty"}).json()["topology"] == {"format": "linchpin/1", "name": "Empty"}
    named = alice.post("designs", {"name": "Mine", "topology": shop()}).json()
    assert named["name"] == named["topology"]["name"] == "Mine"
    template = alice.get("templates").json()["results"][0]
    made = alice.post("designs", {"template": template["id"]}).json()
    assert made["topology"] == template["topology"]
    text = "format: linchpin/1\nname: Y\nnodes:\n  - {id: a, kind: client}\n"
    assert alice.post("designs", text, content_type="application/yaml").json()["name"] == "Y"


def test_a_visitor_becomes_a_guest_and_keeps_the_design(nobody: Person) -> None:
    design = nobody.draws()
    assert nobody.get(f"designs/{design}").status_code == 200
    assert nobody.get("me").json()["guest"] is True
    account = {"username": "dana", "password": "long enough a word"}
    assert nobody.post("accounts", account).status_code == 201
    assert [d["id"] for d in nobody.get("designs").json()["results"]] == [design]
    assert nobody.post("sessions/end").status_code == 204
    assert nobody.get(f"designs/{design}").status_code == 404
    second = nobody.draws(name="As another guest")
    assert nobody.post("sessions", account | {"password": "wrong"}).status_code == 401
    assert nobody.post("sessions", account).status_code == 200
    assert {d["id"] for d in nobody.get("designs").json()["results"]} == {design, second}


def test_whole_document_writes_name_the_version_they_mean(alice: Person, charlie: Person) -> None:
    design = alice.draws()
    assert alice.ask("PUT", f"designs/{design}", shop(name="B")).status_code == 428
    assert charlie.ask("PUT", f"designs/{design}", shop(), If_Match='"1"').status_code == 404
    done = alice.ask("PUT", f"designs/{design}", shop(name="B"), If_Match='"1"')
    assert (done.status_code, done["ETag"]) == (200, '"2"')
    stale = alice.ask("PUT", f"designs/{design}", shop(name="C"), If_Match='"1"')
    assert (stale.status_code, stale["ETag"]) == (412, '"2"')
    assert alice.ask("PUT", f"designs/{design}", shop(), If_Match='W/"2"').status_code == 412
    assert alice.get(f"designs/{design}").json()["name"] == "B"


def test_patches_change_a_part(alice: Person) -> None:
    design = alice.draws()
    merged = alice.ask(
        "PATCH", f"designs/{design}", {"description": "d"}, If_Match='"1"', content_type="application/merge-patch+json"
    )
    assert merged.json()["topology"] == shop(description="d")
    steps = [{"op": "replace", "path": "/nodes/2/replicas", "value": 5}, {"op": "remove", "path": "/description"}]
    patched = alice.ask("PATCH", f"designs/{design}", steps, If_Match='"2"', content_type="application/json-patch+json")
    assert patched.json()["topology"]["nodes"][2]["replicas"] == 5
    dangling = [{"op": "remove", "path": "/nodes/3"}]
    refused = alice.ask(
        "PATCH", f"designs/{design}", dangling, If_Match='"3"', content_type="application/json-patch+json"
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/edges/2/target"
    assert alice.get(f"designs/{design}")["ETag"] == '"3"'


def test_link_holders_do_what_their_scope_says(alice: Person) -> None:
    design = alice.draws()
    viewer, editor = alice.shares(design), alice.shares(design, "edit")
    assert viewer.ask("PUT", f"designs/{design}", shop(), If_Match="*").status_code == 403
    assert editor.ask("PUT", f"designs/{design}", shop(name="E"), If_Match="*").status_code == 200
    assert editor.ask("DELETE", f"designs/{design}").status_code == 403
    assert editor.post(f"designs/{design}/links", {"scope": "edit"}).status_code == 403
    assert alice.ask("DELETE", f"designs/{design}").status_code == 204
    assert editor.get(f"designs/{design}").status_code == 404


def test_history_is_kept_and_restoring_is_an_edit(alice: Person, charlie: Person) -> None:
    design = alice.draws()
    alice.ask("PUT", f"designs/{design}", shop(name="B"), If_Match='"1"')
    listed = alice.get(f"designs/{design}/revisions").json()["results"]
    assert [revision["number"] for revision in listed] == [2, 1]
    assert alice.get(f"designs/{design}/revisions/1").json()["topology"] == shop()
    assert charlie.get(f"designs/{design}/revisions/1").status_code == 404
    restored = alice.post(f"designs/{design}/revisions/1/restore")
    assert (restored.status_code, restored["ETag"], restored.json()["topology"]) == (200, '"3"', shop())
    assert alice.post(f"designs/{design}/restore", {"revision": 2}).json()["name"] == "B"
    assert alice.post(f"designs/{design}/revisions/99/restore").status_code == 404


def test_lists_are_cursor_pages_of_ones_own(alice: Person, charlie: Person) -> None:
    made = [alice.draws(name=str(i)) for i in range(5)]
    seen: list[str] = []
    path = "designs?limit=2"
    while path:
        page = alice.get(path).json()
        seen += [design["id"] for design in page["results"]]
        path = (page["next"] or "").removeprefix("/api/v1/")
    assert seen == made[::-1]
    assert charlie.get("designs").json()["results"] == []
    for bad in ("limit=0", "limit=1e3", "cursor=x", "page=2"):
        assert alice.get(f"designs?{bad}").status_code == 400


def test_the_same_key_does_it_once(alice: Person, charlie: Person) -> None:
    first = alice.post("designs", shop(), Idempotency_Key="k")
    again = alice.post("designs", shop(), Idempotency_Key="k")
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert alice.post("designs", shop(name="other"), Idempotency_Key="k").status_code == 422
    assert charlie.post("designs", shop(), Idempotency_Key="k").json()["id"] != first.json()["id"]
    assert len(alice.get("designs").json()["results"]) == 1


def test_a_name_with_every_kind_of_text_survives(alice: Person) -> None:
    name = "쇼핑몰 🛒 <script>alert(1)</script> ' \" \\ é"
    design = alice.draws(name=name)
    assert json.loads(alice.get(f"designs/{design}").content)["name"] == name
