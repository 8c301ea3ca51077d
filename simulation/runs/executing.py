"""Executing a run: advance a frame, read commands, publish, record, and keep to the pace.

A frame's simulated length depends on nothing but the run and its `speed` commands, so a run that is taken over
repeats the same frames with the same commands at the same numbers, and ends with the same digest.
"""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from simulation.runs import recording, services, wire
from simulation.runs.computing import compute
from simulation.runs.models import Run, RunCommand
from simulation.runs.publishing import publish
from simulation.topology import parsing
from simulation.topology.document import InvalidInput
from simulation.traffic import scenario as scenarios
from simulation.traffic.session import Session

log = logging.getLogger("linchpin.runs")

#: Set when this process is about to stop: runs are handed over at their next frame.
stopping = threading.Event()

POLL_S = 0.05  # how often commands are looked for while no frame is due
BLOCK_S = 0.25  # wall time between blocks of the recording


class Lost(Exception):
    """The run is not this worker's any more: it was ended, or another worker took it over."""


class Execution:
    """One worker's execution of a run that it has claimed."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.group = services.group_of(run.pk)
        self.frame = 0
        self.speed = run.initial_speed
        self.paused = False
        self.kept: list[bytes] = []
        self.events: list[dict[str, Any]] = []
        self.first = 1
        self.written_at = time.monotonic()
        self.looked_at = 0.0
        self._actors: dict[tuple[str, str], str] = {}
        self._gone = threading.Event()

    def perform(self) -> None:
        """Execute until the end, a stop, a hand-over, or the loss of the lease."""
        keeper = threading.Event()
        threading.Thread(target=self._keep_lease, args=(keeper,), name="lease", daemon=True).start()
        try:
            self._perform()
        except Lost:
            log.info("run %s ended elsewhere", self.run.pk)
        except InvalidInput as error:
            services.finish(self.run, Run.State.FAILED, str(error))
        except DatabaseError:
            log.exception("run %s: the database failed; its lease lapses and it is taken up again", self.run.pk)
        except Exception as error:
            log.exception("run %s failed", self.run.pk)
            with contextlib.suppress(DatabaseError):
                services.finish(self.run, Run.State.FAILED, f"{type(error).__name__}: {error}")
        finally:
            keeper.set()
            close_old_connections()

    def _perform(self) -> None:
        topology = parsing.parse(self.run.topology)
        scenario = scenarios.parse(json.loads(self.run.scenario))
        pace = self.run.initial_speed * self.run.frame_s / services.WALL_FRAME_S if self.run.live else None
        self.session = Session(topology, scenario, live_speed=pace)
        self.session.stop_when(self._why_stop)
        self.spent_s = -time.thread_time()
        try:
            self._advance_to_the_end()
        except InterruptedError as reason:
            if self._gone.is_set():
                raise Lost from None
            if stopping.is_set():
                services.hand_over(self.run)
                return
            self._write()
            answer = {"result": self._partial(), "frame": self.frame, "t_s": self.session.now_s}
            services.finish(self.run, Run.State.FAILED, f"stopped at {self.session.now_s:.3g} s: {reason}", **answer)

    def _why_stop(self) -> str:
        """Asked by the engine in the midst of a frame."""
        if self._gone.is_set() or stopping.is_set():
            return "it goes on elsewhere, or not at all"
        most = float(settings.RUN_LIMITS["seconds"])
        return f"its budget of {most:g} s of CPU is used up" if self.spent_s + time.thread_time() > most else ""

    def _partial(self) -> str:
        return msgspec.json.encode(self.session.result()).decode()

    def _advance_to_the_end(self) -> None:
        self._repeat()
        self._publish_state()
        due = time.monotonic()
        while not self.session.done:
            if stopping.is_set():
                self._write()
                services.hand_over(self.run)
                return
            self._take_commands()
            now = time.monotonic()
            if now - self.written_at >= BLOCK_S:
                self._write()
            if self.paused:
                time.sleep(POLL_S)
                due = time.monotonic()
                continue
            if self.run.live and now < due:
                time.sleep(due - now)
                continue
            due = max(due + services.WALL_FRAME_S, now - services.WALL_FRAME_S)
            self._advance()
        self._write()
        result = self._result()
        services.finish(self.run, Run.State.DONE, result=result, frame=self.frame, t_s=self.session.now_s)

    @property
    def _length_s(self) -> float:
        return self.run.frame_s * (self.speed if self.run.live else 1.0)

    def _advance(self) -> None:
        frame = self.session.advance(self._length_s)
        self.frame += 1
        for event in frame.events:
            self._event(event)
        encoded = wire.encode(self.frame, frame.t_s, frame)
        if self.frame % self.run.keep_every == 0:
            self.kept.append(encoded)
        publish(self.group, {"type": "frame", "n": self.frame, "data": encoded})

    def _repeat(self) -> None:
        """Bring a run that another worker left to where it was recorded, by the same frames and commands."""
        commands = list(RunCommand.objects.filter(run=self.run.pk, frame__isnull=False).order_by("frame", "pk"))
        commands = [command for command in commands if json.loads(command.body)["action"] != "stop"]
        until = self.run.frame
        self.first = until + 1
        while True:
            while commands and (commands[0].frame or 0) <= self.frame + 1:
                with contextlib.suppress(InvalidInput):
                    self._effect(json.loads(commands.pop(0).body))
            if self.frame >= until and not commands:
                break
            if self.session.done:
                break
            if self.frame >= until:
                self._advance()
            else:
                self.session.advance(self._length_s)
                self.frame += 1

    def _take_commands(self) -> None:
        if not self.run.live and time.monotonic() - self.looked_at < POLL_S:
            return
        self.looked_at = time.monotonic()
        for command in services.waiting_commands(self.run):
            body = json.loads(command.body)
            if body["action"] == "stop":
                self._answer(command, frame=self.frame, t_s=self.session.now_s)
                self._write()
                services.cancel(self.run)
                raise Lost
            try:
                self._effect(body)
            except InvalidInput as error:
                self._answer(command, error=msgspec.json.encode(error.problems).decode())
                continue
            self._actors[body["action"], str(body.get("target"))] = command.by
            self._answer(command, frame=self.frame + 1, t_s=self.session.now_s)

    def _effect(self, body: dict[str, Any]) -> None:
        action = body["action"]
        if action in ("pause", "resume"):
            self.paused = action == "pause"
        elif action == "speed":
            self.speed = float(body["value"])
        else:
            self.session.apply(body)

    def _answer(self, command: RunCommand, **outcome: Any) -> None:
        """Write what became of a command, before anyone sees its effect, and tell who waits for it."""
        with transaction.atomic():
            state = Run.State.PAUSED if self.paused else Run.State.RUNNING
            if not services.hold(self.run, state=state, speed=self.speed):
                raise Lost
            RunCommand.objects.filter(pk=command.pk).update(**outcome)
        publish(self.group, {"type": "answer", "command": command.pk, **outcome})
        if json.loads(command.body)["action"] in services.CONTROLS:
            self._publish_state()

    def _event(self, event: Mapping[str, Any]) -> None:
        """Tell what happened in the frame, and who did it if it was somebody."""
        what = {name: value for name, value in event.items() if name not in ("event", "t_s")}
        action, target = str(event["event"]), str(event["target"])
        by = self._actors.pop((action, target), None)
        message = {"type": "event", "n": self.frame, "t_s": event["t_s"], "action": action, **what}
        if by is not None:
            message["by"] = by
        self.events.append(message)
        publish(self.group, {"type": "text", "text": msgspec.json.encode(message).decode()})

    def _publish_state(self) -> None:
        state = "paused" if self.paused else "running"
        message = {"type": "state", "state": state, "speed": self.speed}
        publish(self.group, {"type": "text", "text": msgspec.json.encode(message).decode()})

    def _write(self) -> None:
        """Append a block and hold the lease in one transaction; raises Lost when it is not one's own."""
        self.written_at = time.monotonic()
        with transaction.atomic():
            if not services.hold(self.run, frame=self.frame, t_s=self.session.now_s):
                raise Lost
            if self.frame >= self.first:
                recording.append(self.run, self.first, self.frame, self.kept, self.events)
        if self.frame >= self.first:
            self.kept, self.events, self.first = [], [], self.frame + 1
            services.progress(self.run)

    def _result(self) -> str:
        """The result as JSON; replications are simulated now, unless somebody interfered with the first."""
        scenario = scenarios.parse(json.loads(self.run.scenario))
        if scenario.replications > 1 and not RunCommand.objects.filter(run=self.run.pk, frame__isnull=False).exists():
            request = {"topology": json.loads(self.run.topology), "scenario": json.loads(self.run.scenario)}
            return compute("simulate", 600.0, **request).decode()
        return self._partial()

    def _keep_lease(self, over: threading.Event) -> None:
        """Hold the lease while the engine or a long compilation is at work; the loop itself notices a loss."""
        while not over.wait(services.LEASE.total_seconds() / 3):
            try:
                if not services.hold(self.run):
                    self._gone.set()
            except DatabaseError as error:
                log.warning("run %s: cannot hold the lease at %s: %s", self.run.pk, timezone.now(), error)
            finally:
                close_old_connections()
