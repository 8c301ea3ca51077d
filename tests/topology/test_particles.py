"""Korean sentences that a name is put into."""

import json
from pathlib import Path

import pytest

from simulation.topology.catalogue.model import Text

WORDS = json.loads((Path(__file__).parents[1] / "fixtures/particles/words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("written", "read"), WORDS)
def test_a_particle_fits_the_sound_of_the_word_before_it(written: str, read: str) -> None:
    assert Text("", written).ko == read
