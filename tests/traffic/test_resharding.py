"""Key ranges that move from shard to shard while they are served."""

from typing import Any

import pytest

from simulation.topology.document import Flow, InvalidInput, Node, Topology
from simulation.traffic import Session
from tests.traffic.models import chain, flow, run, station, system

BOTH = pytest.mark.parametrize("engine", ["exact", "fluid"])


def _sharded(rate: float = 1000, **params: Any) -> Topology:
    db = Node("db", "database", params={"read_time_ms": 1, "write_time_ms": 1, "concurrency": 10, **params})
    return system([Node("users", "client"), db], chain("users", "db"), [Flow("f", "users", rate)])


def _arrivals(session: Session) -> list[int]:
    world = session.world
    return [sum(int(world.tables.insts[i]["arrivals"]) for i in shard) for shard in world.members[1]]


@BOTH
def test_partitions_make_shards_uneven(engine: str) -> None:
    session = Session(_sharded(shards=3, partitions=4), {"duration_s": 60, "engine": engine})
    session.run_to(60)
    assert [n / 60_000 for n in _arrivals(session)] == pytest.approx([0.5, 0.25, 0.25], abs=0.01)


@BOTH
@pytest.mark.parametrize(
    ("by", "before", "after", "moved"),
    [
        ("modulo", 4, 5, 0.8),
        ("consistent_hash", 4, 5, 0.2),
        ("range", 4, 5, 0.5),
        ("consistent_hash", 5, 4, 0.2),
        ("modulo", 2, 4, 0.5),
        ("consistent_hash", 1, 2, 0.5),
        ("consistent_hash", 3, 1, 2 / 3),
    ],
)
def test_keys_move_while_they_are_served(by: str, before: int, after: int, moved: float, engine: str) -> None:
    """100,000 keys: the busiest shard spends a fifth of its ten slots until it has read and written its own."""
    topology = _sharded(shards=before, shard_by=by, key_count=100_000, move_share=0.2, replicas=1)
    session = Session(topology, {"duration_s": 200, "engine": engine})
    session.run_to(50)
    session.apply({"action": "reshard", "target": "db", "shards": after})
    begin = session.world.log[-1]
    assert begin["moved_share"] == pytest.approx(moved, abs=0.001)
    session.run_to(50 + begin["for_s"] / 2)
    world = session.world
    assert max(float(world.tables.insts[i]["slow"]) for i in world.instances(1)) == pytest.approx(1 / 0.8, rel=0.01)
    session.run_to(51 + begin["for_s"])
    assert session.world.log[-1]["event"] == "resharded"
    assert all(world.tables.insts[i]["slow"] == 1.0 for i in world.instances(1))
    start = _arrivals(session)
    session.run_to(200)
    grown = [b - a for a, b in zip(start, _arrivals(session), strict=True)]
    assert len(grown) == after
    assert [n / sum(grown) for n in grown] == pytest.approx([1 / after] * after, abs=0.01)
    assert flow(session.result()).failed == 0
    if (by, before, after) == ("modulo", 4, 5):  # of every twenty keys an old shard sends four and gets three
        assert begin["for_s"] == pytest.approx(100_000 * 7 / 20 * 0.001 / (0.2 * 10), rel=0.001)


@BOTH
def test_a_new_shard_serves_what_has_arrived(engine: str) -> None:
    session = Session(_sharded(shards=1, key_count=100_000, move_share=0.1), {"duration_s": 100, "engine": engine})
    session.apply({"action": "reshard", "target": "db", "shards": 2})
    assert session.world.log[-1]["for_s"] == pytest.approx(50, rel=0.001)
    session.run_to(50.5)
    assert _arrivals(session)[1] / 50_500 == pytest.approx(0.25, abs=0.02)


def test_moves_of_partitions() -> None:
    session = Session(_sharded(shards=4, partitions=10, shard_by="consistent_hash"), {"duration_s": 60})
    session.apply({"action": "reshard", "target": "db", "shards": 5})
    assert session.world.log[-1]["moved_share"] == pytest.approx(0.2)
    session.run_to(60)
    session.apply({"action": "reshard", "target": "db", "shards": 5})
    assert session.world.log[-1]["moved_share"] == 0


def test_what_has_no_keys_is_refused() -> None:
    with pytest.raises(InvalidInput, match="a database was expected"):
        run(station(1, 1, 1), 1, events=[{"at_s": 0, "action": "reshard", "target": "web", "shards": 2}])
