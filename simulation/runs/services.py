"""What is done to runs. Every change of state is one compare-and-set UPDATE."""

import json
import logging
import math
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from simulation.runs.computing import compute
from simulation.runs.models import Run, RunCommand
from simulation.runs.publishing import publish
from simulation.topology import canonical, parsing
from simulation.topology.document import InvalidInput, Problem, Topology

log = logging.getLogger("linchpin.runs")

WALL_FRAME_S = 1 / 16  # a power of two: sums of frames are exact
LEASE = timedelta(seconds=3)
ATTEMPTS = 3
KEPT_BYTES = 64 * 2**20  # of a recording, before compression
CONTROLS = ("pause", "resume", "stop", "speed")
SPEEDS = (0.01, 1000.0)
TASK = "runs.execute"


class TooMany(Exception):
    """The user has as many runs waiting as one may have."""


def group_of(run_id: UUID) -> str:
    """The channel group of a run's frames."""
    return f"run.{run_id.hex}"


def create(
    owner: Any, topology: Topology, scenario: Mapping[str, Any], design_id: UUID | None, live: bool, speed: float
) -> Run:
    """A run that waits to be executed. Raises InvalidInput, TooMany, Overrun or Busy."""
    limits = settings.RUN_LIMITS
    waiting = Run.objects.filter(owner=owner, state=Run.State.QUEUED).count()
    if waiting >= limits["queued"]:
        raise TooMany(f"{waiting} runs of yours are waiting already; at most {limits['queued']} may.")
    document = parsing.to_object(topology)
    pace = speed if live else None
    greeting = json.loads(compute("greet", 30.0, topology=document, scenario=dict(scenario), live_speed=pace))
    duration = float(greeting["scenario"]["duration_s"])
    frame_s = WALL_FRAME_S if live else greeting["scenario"].get("frame_s") or max(WALL_FRAME_S, duration / 500)
    run = Run.objects.create(
        owner=owner,
        design_id=design_id,
        topology=json.dumps(document),
        topology_digest=canonical.digest(topology),
        scenario=json.dumps(dict(scenario)),
        hello=json.dumps(greeting["hello"]),
        live=live,
        speed=speed,
        initial_speed=speed,
        frame_s=frame_s,
        keep_every=_keep_every(greeting["hello"], duration / frame_s),
    )
    nudge(run.pk)
    return run


def _keep_every(hello: Mapping[str, Any], frames: float) -> int:
    size = 16 + 14 * len(hello["nodes"]) + 4 * len(hello["edges"]) + 88 * len(hello["flows"])
    return max(1, math.ceil(size * frames / KEPT_BYTES))


def nudge(run_id: UUID) -> None:
    """Tell the workers that a run waits. When the broker cannot be reached the reaper tells them later."""

    def send() -> None:
        try:
            current_app.send_task(TASK, (str(run_id),))
        except Exception as error:
            log.warning("the broker did not take run %s: %s", run_id, error)

    transaction.on_commit(send)


def claim(run_id: UUID) -> Run | None:
    """Take a run that waits, or whose worker fell silent. None when somebody else has it, or it has to wait."""
    now, token = timezone.now(), uuid.uuid4()
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.over:
            return None
        if run.state == Run.State.QUEUED:
            if Run.objects.filter(owner=run.owner_id, state__in=Run.ACTIVE).count() >= settings.RUN_LIMITS["active"]:
                return None
        elif run.lease_until is not None and run.lease_until > now:
            return None
        if run.attempts >= ATTEMPTS:
            _fail_lapsed(run)
            return None
        run.state = Run.State.PAUSED if run.state == Run.State.PAUSED else Run.State.RUNNING
        run.lease_token, run.lease_until, run.attempts = token, now + LEASE, run.attempts + 1
        run.started_at = run.started_at or now
        run.save(update_fields=["state", "lease_token", "lease_until", "attempts", "started_at"])
    return run


def hold(run: Run, **changes: Any) -> bool:
    """Write to a run and extend the lease; False when the lease is somebody else's now or the run was ended."""
    held = Run.objects.filter(pk=run.pk, lease_token=run.lease_token, state__in=Run.OPEN)
    return held.update(lease_until=timezone.now() + LEASE, **changes) == 1


def progress(run: Run) -> None:
    """A run that gets on has earned all its attempts again."""
    Run.objects.filter(pk=run.pk, lease_token=run.lease_token).update(attempts=1)


def hand_over(run: Run) -> None:
    """Let go of a run, for another worker or the next start to go on with at once."""
    mine = Run.objects.filter(pk=run.pk, lease_token=run.lease_token, state__in=Run.OPEN)
    mine.update(lease_until=timezone.now(), attempts=F("attempts") - 1)


def finish(run: Run, state: str, reason: str = "", **changes: Any) -> bool:
    """End a run that one holds; False when it is not one's own any more."""
    held = Run.objects.filter(pk=run.pk, lease_token=run.lease_token, state__in=Run.OPEN)
    done = held.update(state=state, reason=reason, ended_at=timezone.now(), lease_until=None, **changes) == 1
    if done:
        _ended(run.pk, run.owner_id, state, reason)
    return done


def cancel(run: Run) -> None:
    """End a run from outside; its worker notices within a second."""
    mine = Run.objects.filter(pk=run.pk, state__in=Run.OPEN)
    reason = "stopped by a user"
    if mine.update(state=Run.State.CANCELLED, reason=reason, ended_at=timezone.now(), lease_until=None) == 1:
        _ended(run.pk, run.owner_id, Run.State.CANCELLED, reason)


def _ended(run_id: UUID, owner_id: int, state: str, reason: str) -> None:
    message = {"type": "end", "state": str(state), "reason": reason}
    RunCommand.objects.filter(run=run_id, frame=None, error="").update(error="the run is over")
    publish(group_of(run_id), {"type": "text", "text": msgspec.json.encode(message).decode()})
    following = Run.objects.filter(owner=owner_id, state=Run.State.QUEUED).order_by("created_at").first()
    if following is not None:
        nudge(following.pk)


def _fail_lapsed(run: Run) -> None:
    reason = f"its worker ended {ATTEMPTS} times while executing it, at frame {run.frame}"
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.FAILED, reason=reason, ended_at=timezone.now(), lease_until=None
    )
    _ended(run.pk, run.owner_id, Run.State.FAILED, reason)


def reap(now: datetime | None = None) -> int:
    """Nudge every run that waits or whose lease has lapsed; harmless to do twice. Answers how many."""
    now = now or timezone.now()
    lapsed = Q(state__in=Run.ACTIVE) & Q(lease_until__lt=now)
    forgotten = Q(state=Run.State.QUEUED, created_at__lt=now - timedelta(seconds=2))
    runs = list(Run.objects.filter(lapsed | forgotten).order_by("created_at").values_list("pk", flat=True)[:100])
    for run_id in runs:
        nudge(run_id)
    return len(runs)


def order(run: Run, body: Any, by: str) -> RunCommand:
    """Insert a command; the run reads it at its next frame. Raises InvalidInput."""
    if not isinstance(body, Mapping):
        raise InvalidInput([Problem("", "a command is an object with an action")])
    action = body.get("action")
    if not isinstance(action, str):
        raise InvalidInput([Problem("/action", f"{action!r} is not the name of an action")])
    if run.over:
        raise InvalidInput([Problem("", f"the run is {run.state}; nothing can be done to it any more")], 409)
    command = {name: value for name, value in body.items() if name != "id"}
    if action in CONTROLS:
        _check_control(action, command)
    else:
        _check_action(action, command)
    return RunCommand.objects.create(run=run, body=json.dumps(command), by=by[:200])


def _check_action(action: str, command: Mapping[str, Any]) -> None:
    from simulation.traffic.actions import ACTIONS

    if action not in ACTIONS:
        accepted = ", ".join((*ACTIONS, *CONTROLS))
        raise InvalidInput([Problem("/action", f"{action!r} is no action; accepted are {accepted}")])
    if not isinstance(command.get("target"), str):
        raise InvalidInput([Problem("/target", f"{command.get('target')!r} is not the id of what to {action}")])


def _check_control(action: Literal["pause", "resume", "stop", "speed"] | str, command: Mapping[str, Any]) -> None:
    unknown = [name for name in command if name not in ("action", "value")]
    if unknown:
        raise InvalidInput([Problem(f"/{name}", f"unknown member; {action} takes none") for name in unknown])
    if action == "speed":
        value = command.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or not SPEEDS[0] <= value <= SPEEDS[1]:
            raise InvalidInput([Problem("/value", f"{value!r} is not a number from {SPEEDS[0]} to {SPEEDS[1]:g}")])


def waiting_commands(run: Run) -> list[RunCommand]:
    """Commands that nobody has read yet, oldest first."""
    return list(RunCommand.objects.filter(run=run.pk, frame=None, error="").order_by("pk"))


def newest_live(design_id: UUID) -> Run | None:
    """The design's newest run that is still going on."""
    return Run.objects.filter(design_id=design_id, live=True, state__in=Run.OPEN).order_by("-created_at").first()
