"""What is the same for everyone: the catalogue that a page is built from."""

from simulation.topology import exporting, importing
from tests.people import Person


def test_the_catalogue_names_every_format_in_both_languages() -> None:
    catalogue = Person().get("catalogue").json()
    for member, formats in (("imports", importing.FORMATS), ("exports", exporting.FORMATS)):
        assert {row["id"] for row in catalogue[member]} == set(formats)
        assert all(row["title"]["en"] and row["title"]["ko"] for row in catalogue[member])


def test_what_an_import_understood_is_told_in_the_readers_language() -> None:
    drawn = {"content": "flowchart LR\n a --> b", "name": "sketch.mmd"}
    told = {language: Person().post("imports", {**drawn, "language": language}).json() for language in ("en", "ko")}
    assert told["en"]["format"] == told["ko"]["format"] == "mermaid"
    assert told["en"]["topology"] == told["ko"]["topology"]
    assert not any("가" <= letter <= "힣" for line in told["en"]["assumed"] for letter in line)
    assert all(any("가" <= letter <= "힣" for letter in line) for line in told["ko"]["assumed"])
