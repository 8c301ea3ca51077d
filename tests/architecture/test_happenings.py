"""What a run notes in its log is told in words on the page, in both languages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRAFFIC = ROOT / "simulation" / "traffic"
TEXTS = ROOT / "frontend" / "src" / "i18n"
TWO_SIDED = {"noticed": ("noticed_down", "noticed_up")}


def test_every_happening_has_words() -> None:
    noted = {name for path in TRAFFIC.rglob("*.py") for name in re.findall(r'\.note\("(\w+)"', path.read_text())}
    assert noted >= {"broke", "promoted"}
    wanted = {key for name in noted for key in TWO_SIDED.get(name, (name,))}
    for language in ("en", "ko"):
        told = set(re.findall(r"'runs\.happened\.(\w+)':", (TEXTS / f"features.{language}.ts").read_text()))
        assert wanted <= told, wanted - told
