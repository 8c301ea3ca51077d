"""Large answers are compressed for who asks for it; what has a strong ETag keeps its bytes and its tag."""

import gzip

from tests.people import Person, shop


def test_a_report_is_compressed_for_who_takes_it_so(alice: Person) -> None:
    plain = alice.post("analyses", shop())
    small = alice.post("analyses", shop(), Accept_Encoding="gzip")
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content) / 3
    assert gzip.decompress(small.content) == plain.content


def test_a_design_keeps_its_strong_tag(alice: Person) -> None:
    design = alice.draws()
    asked = alice.get(f"designs/{design}", Accept_Encoding="gzip")
    assert "Content-Encoding" not in asked
    assert asked["ETag"].startswith('"')
    kept = alice.ask("PUT", f"designs/{design}", shop(name="Other"), If_Match=asked["ETag"])
    assert kept.status_code == 200
