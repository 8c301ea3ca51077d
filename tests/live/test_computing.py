"""Computing in processes of their own: whoever waits is told when they end."""

import threading
import time

import msgspec

from simulation.runs.computing import Benches, Overrun
from tests.people import BUSY


def test_a_server_that_stops_tells_those_who_wait() -> None:
    benches = Benches(1)
    told: list[Exception] = []

    def ask() -> None:
        scenario = {"duration_s": 2_000, "engine": "exact"}
        request = {"call": "simulate", "seconds": 50, "topology": BUSY, "scenario": scenario}
        try:
            benches.call(msgspec.json.encode(request), 60)
        except Exception as error:
            told.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    time.sleep(1.0)
    benches.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert [type(error) for error in told] == [Overrun]


def test_the_first_analysis_of_a_process_has_advice_too() -> None:
    benches = Benches(1)
    request = {"call": "analyze", "seconds": 50, "topology": BUSY, "max_order": None, "advice_seconds": 1}
    try:
        report = msgspec.json.decode(benches.call(msgspec.json.encode(request), 60)[1:])
    finally:
        benches.close()
    assert report["advice"]
    assert all(gap["pointer"] != "/advice" for gap in report["gaps"])
