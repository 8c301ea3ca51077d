"""Evaluations and searches in the background: rows that workers claim, one task a point."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from designer import limits
from designer.designs.models import Job, JobPoint
from designer.sharing.models import User
from simulation.runs.computing import Busy, Overrun, compute
from simulation.runs.services import TooMany
from simulation.topology.document import InvalidInput

log = logging.getLogger("linchpin.jobs")

LEASE = timedelta(seconds=limits.BACKGROUND_SECONDS + 60)
ATTEMPTS = 3
TASK = "designs.evaluate"


def admit(owner: User, kind: Job.Kind, most: int) -> None:
    """Refuse another job of that kind where `most` wait or run already. Raises TooMany."""
    open_ = JobPoint.objects.filter(job__owner=owner, job__kind=kind, state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if open_.count() >= most:
        raise TooMany(f"{most} of yours wait or run already; more are accepted when one of them has ended.")


def start(owner: User, points: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], kind: Job.Kind) -> Job:
    """A job of one computation a point: what varies, and what is evaluated or searched."""
    with transaction.atomic():
        job = Job.objects.create(owner=owner, kind=kind)
        JobPoint.objects.bulk_create(
            JobPoint(job=job, index=i, vary=json.dumps(vary), request=json.dumps(request))
            for i, (vary, request) in enumerate(points)
        )
        rows = list(job.points.values_list("pk", flat=True))
        transaction.on_commit(lambda: _nudge(rows))
    return job


def _nudge(rows: Sequence[int]) -> None:
    for row in rows:
        try:
            current_app.send_task(TASK, (row,))
        except Exception as error:
            log.warning("the broker did not take computation %s: %s", row, error)
            return


def perform(row: int) -> None:
    """Compute a point, unless somebody else does or did."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    claimed = JobPoint.objects.filter(free, pk=row).update(
        state=Job.State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if claimed != 1:
        return
    point = JobPoint.objects.select_related("job").filter(pk=row).first()
    if point is None:
        return  # given up meanwhile
    if point.attempts > ATTEMPTS:
        _settle(point, Job.State.FAILED, problem={"detail": f"its worker ended {ATTEMPTS} times", "errors": []})
        return
    try:
        call = "search" if point.job.kind == Job.Kind.SEARCH else "evaluate"
        answer = compute(call, limits.BACKGROUND_SECONDS, **json.loads(point.request))
    except InvalidInput as error:
        errors = [{"pointer": problem.pointer, "detail": problem.detail} for problem in error.problems]
        _settle(point, Job.State.FAILED, problem={"detail": str(error), "errors": errors})
    except Overrun as error:
        _settle(point, Job.State.FAILED, problem={"detail": f"the computation was {error}", "errors": []})
    except Busy:
        JobPoint.objects.filter(pk=row, state=Job.State.RUNNING).update(state=Job.State.QUEUED, lease_until=None)
    else:
        _settle(point, Job.State.DONE, answer=answer.decode())


def _settle(point: JobPoint, state: str, answer: str = "", problem: Any = None) -> None:
    mine = JobPoint.objects.filter(pk=point.pk, state=Job.State.RUNNING, attempts=point.attempts)
    mine.update(state=state, answer=answer, problem=json.dumps(problem) if problem else "", lease_until=None)


def reap() -> None:
    """Nudge what waits too long or whose worker fell silent; harmless to do twice."""
    now = timezone.now()
    waiting = Q(state=Job.State.QUEUED, job__created_at__lt=now - timedelta(seconds=5))
    lapsed = Q(state=Job.State.RUNNING, lease_until__lt=now)
    _nudge(list(JobPoint.objects.filter(waiting | lapsed).order_by("pk").values_list("pk", flat=True)[:50]))
