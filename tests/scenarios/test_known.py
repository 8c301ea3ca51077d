"""Every claim of the page docs/trust.md about the twenty stories holds, and no story is left out."""

import pytest

from tests.scenarios.known import Claim, claims


@pytest.mark.parametrize("claim", tuple(claims()), ids=lambda c: f"{c.story} {c.title}")
def test_the_known_answer(claim: Claim) -> None:
    ours = claim.ours()
    assert claim.holds(ours), f"{ours} is not {claim.expected}"


def test_every_story_is_told() -> None:
    assert {claim.story for claim in claims()} == set(range(1, 21))
