"""Computing with a hard limit of time: in processes that are kept warm and killed when they overrun."""

import os
import struct
import subprocess
import sys
import threading
import time
from typing import Any

import msgspec

from simulation.topology.document import InvalidInput, Problem

BENCHES = max(2, min(4, os.cpu_count() or 2))
WAIT_SECONDS = 30.0
GRACE_SECONDS = 2.0  # after its budget a computation that has not ended by itself is killed


class Overrun(Exception):
    """The computation took longer than it may, and was stopped."""


class Busy(Exception):
    """All benches were taken for too long; try again later."""


class Bench:
    """One process that computes; it starts on first use and again after it had to be killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.subject = ""  # of what it computed last: there it still knows something

    def call(self, request: bytes, seconds: float) -> bytes:
        """The answer, or Overrun after `seconds` of wall time."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        overrun = threading.Timer(seconds, process.kill)
        overrun.start()
        began = time.monotonic()
        try:
            process.stdin.write(struct.pack(">I", len(request)) + request)
            process.stdin.flush()
            head = process.stdout.read(4)
            answer = process.stdout.read(*struct.unpack(">I", head)) if len(head) == 4 else b""
        except BrokenPipeError:
            answer = b""
        finally:
            overrun.cancel()
        if not answer:
            self.close()
            if time.monotonic() - began >= seconds:
                raise Overrun(f"stopped after {seconds:g} s")
            raise Overrun("the computation ended without an answer; it may have run out of memory")
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "simulation.runs.bench"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                start_new_session=True,
            )
            # Whoever ends it, and whenever, it is not left behind as a zombie until somebody asks again.
            threading.Thread(target=self._process.wait, name="bench", daemon=True).start()
        return self._process

    def end(self) -> None:
        """End the process; whoever waits for its answer is told so."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End the process, and forget it."""
        if self._process is not None:
            self.end()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


class Benches:
    """As many benches as this machine can use; the one that had the same subject, or was used last, is next."""

    def __init__(self, count: int = BENCHES) -> None:
        self._free = [Bench() for _ in range(count)]
        self._all = list(self._free)
        self._changed = threading.Condition()

    def call(self, request: bytes, seconds: float, subject: str = "") -> bytes:
        """The answer of a free bench. Raises Busy or Overrun."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._free, WAIT_SECONDS):
                raise Busy
            bench = next((b for b in self._free if subject and b.subject == subject), self._free[-1])
            self._free.remove(bench)
            bench.subject = subject or bench.subject
        try:
            return bench.call(request, seconds)
        finally:
            with self._changed:
                self._free.append(bench)
                self._changed.notify()

    def close(self) -> None:
        """End all processes."""
        for bench in self._all:
            bench.end()


_benches: Benches | None = None
_owner = 0
_starting = threading.Lock()


def benches() -> Benches:
    """This process's benches; a forked child has its own."""
    global _benches, _owner
    with _starting:
        if _benches is None or _owner != os.getpid():
            _benches, _owner = Benches(), os.getpid()
        return _benches


def compute(call: str, seconds: float, **request: Any) -> bytes:
    """What the call answers, as JSON. Raises InvalidInput, Overrun or Busy.

    The computation knows of 80 % of the time, so that it can end by itself with what it has.
    """
    body = msgspec.json.encode({"call": call, "seconds": 0.8 * seconds, **request})
    topology = request.get("topology")
    subject = str(topology.get("name", "")) if call == "analyze" and isinstance(topology, dict) else ""
    answer = benches().call(body, seconds + GRACE_SECONDS, subject)
    if answer[:1] == b"=":
        return answer[1:]
    refusal = msgspec.json.decode(answer[1:])
    raise InvalidInput([Problem(p["pointer"], p["detail"]) for p in refusal["problems"]], refusal["status"])
