"""Addresses at which there is nothing: people are told so on the page, programs by a problem."""

from django.conf import settings
from django.test import Client

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_a_wrong_address_is_told_to_people_on_the_page() -> None:
    built = (settings.FRONTEND / ".vite" / "manifest.json").is_file()
    answer = Client().get("/nowhere", HTTP_ACCEPT=BROWSER)
    assert answer.status_code == (404 if built else 503)
    assert answer["Content-Type"].startswith("text/html")


def test_a_wrong_address_is_told_to_programs_as_a_problem() -> None:
    for address, accept in (("/nowhere", "*/*"), ("/api/v1/nowhere", BROWSER)):
        answer = Client().get(address, HTTP_ACCEPT=accept)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
