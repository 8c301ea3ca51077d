"""Three people for every test of access: who owns, who holds a link, who has nothing."""

import pytest

from tests.people import Person, somebody


@pytest.fixture(autouse=True)
def _database(transactional_db: None) -> None:
    """Every test has an empty database, which computing and threads may use too."""


@pytest.fixture
def alice() -> Person:
    """The owner."""
    return somebody()


@pytest.fixture
def charlie() -> Person:
    """Somebody with credentials, and no business here."""
    return somebody()


@pytest.fixture
def nobody() -> Person:
    """A visitor without credentials."""
    return Person()
