"""What is the same for everyone: the catalogue that a page is built from."""

from simulation.topology import exporting, importing
from tests.people import Person


def test_the_catalogue_names_every_format_in_both_languages() -> None:
    catalogue = Person().get("catalogue").json()
    for member, formats in (("imports", importing.FORMATS), ("exports", exporting.FORMATS)):
        assert {row["id"] for row in catalogue[member]} == set(formats)
        assert all(row["title"]["en"] and row["title"]["ko"] for row in catalogue[member])
