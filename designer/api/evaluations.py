"""Documents held against thresholds: at once or in the background, one or a grid of them."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import bodies, questions
from designer.api.analyses import asked
from designer.api.endpoint import Endpoint, raw
from designer.api.schema import operation
from designer.api.subjects import judged
from designer.designs import jobs
from designer.designs.models import Job
from designer.sharing.access import Hidden
from designer.sharing.principals import Principal
from simulation.evaluation.sweeps import grid, variant
from simulation.runs.computing import compute
from simulation.topology import parsing
from simulation.topology.document import InvalidInput, Problem

BRIEF = "true: without the timelines and the reports of the points."


def _evaluation(principal: Principal, given: questions.NewEvaluation) -> dict[str, Any]:
    """What the computation of an evaluation needs, as plain data."""
    asked = judged(principal, given)
    scenario = given.scenario if given.scenario is not None else asked["topology"].get("scenario")
    return asked | {"scenario": scenario}


def _point(point: Any) -> dict[str, Any]:
    return {
        "state": point.state,
        "verdict": json.loads(point.answer)["verdict"] if point.answer else None,
        "evaluation": json.loads(point.answer) if point.answer else None,
        "problem": json.loads(point.problem) if point.problem else None,
    }


def accepted(answer: dict[str, Any], address: str) -> Response:
    """The answer for work that goes on in the background, with where to ask for it."""
    return Response(answer, status=202, headers={"Location": f"/api/v1/{address}", "Retry-After": "1"})


class Evaluations(Endpoint):
    """A document held against thresholds."""

    rate = "computing"

    @operation(
        "evaluate",
        "Thresholds judged; `Prefer: respond-async` answers at once and goes on in the background",
        body="NewEvaluation",
        answers={200: "Evaluation", 202: "JobAnswer"},
        headers=("Prefer", "Idempotency-Key"),
    )
    def post(self, request: Request) -> Response:
        request_ = _evaluation(self.principal, bodies.read_as(request, questions.NewEvaluation))
        if "respond-async" not in request.headers.get("Prefer", ""):
            with bodies.of_topology():
                return raw(compute("evaluate", limits.INTERACTIVE_SECONDS, **request_))
        self.editing_scope()
        job = jobs.start(self.user(request), [({}, request_)], Job.Kind.EVALUATION)
        response = accepted(_job(job), f"evaluations/{job.pk}")
        response["Preference-Applied"] = "respond-async"
        return response


def _job(job: Job) -> dict[str, Any]:
    point = _point(job.points.get())
    evaluation = point["evaluation"] or {}
    return {"id": job.pk, "created_at": job.created_at, **evaluation, **point, "reason": reason(point["problem"])}


def reason(problem: dict[str, Any] | None) -> str | None:
    """Why there is no answer, in a sentence."""
    return None if problem is None else str(problem["detail"])


def own_job(principal: Principal, job_id: UUID, kind: Job.Kind) -> Job:
    """The asker's own job of that kind. Raises Hidden."""
    job = Job.objects.filter(pk=job_id, owner=principal.user, kind=kind).first() if principal.user else None
    if job is None:
        raise Hidden("job")
    return job


class EvaluationView(Endpoint):
    """An evaluation in the background."""

    @operation("getEvaluation", "An evaluation in the background", answers={200: "JobAnswer"})
    def get(self, request: Request, job: UUID) -> Response:
        return Response(_job(own_job(self.principal, job, Job.Kind.EVALUATION)))


class Sweeps(Endpoint):
    """Evaluations over a grid."""

    rate = "computing"

    @operation("sweep", "Evaluations over a grid", body="NewSweep", answers={202: "SweepAnswer"})
    def post(self, request: Request) -> Response:
        given = bodies.read_as(request, questions.NewSweep)
        self.editing_scope()
        base = _evaluation(self.principal, given)
        points = list(grid(given.vary))
        if len(points) > limits.SWEEP_POINTS:
            text = f"the grid has {len(points):,} points; at most {limits.SWEEP_POINTS:,} are accepted"
            raise InvalidInput([Problem("/vary", text)])
        requests = []
        for point in points:
            topology, scenario = variant(base["topology"], base["scenario"], point)
            document = parsing.to_object(bodies.nested(topology, "/topology"))
            requests.append((point, base | {"topology": document, "scenario": scenario}))
        job = jobs.start(self.user(request), requests, Job.Kind.SWEEP)
        return accepted(_sweep(job), f"sweeps/{job.pk}")


def _sweep(job: Job, *, brief: bool = False) -> dict[str, Any]:
    rows = list(job.points.order_by("index"))
    points = [{"vary": json.loads(row.vary), **_point(row)} for row in rows]
    for evaluation in (point["evaluation"] for point in points if brief and point["evaluation"]):
        evaluation["report"] = None
        if evaluation["result"]:
            evaluation["result"]["timeline"] = []
    finished = sum(row.state in ("done", "failed") for row in rows)
    state = "done" if finished == len(rows) else "running" if finished or any(r.attempts for r in rows) else "queued"
    return {
        "id": job.pk, "state": state, "created_at": job.created_at,
        "total": len(rows), "finished": finished, "points": points,
    }  # fmt: skip


class SweepView(Endpoint):
    """A sweep and how far it is."""

    parameters = ("brief",)

    @operation("getSweep", "A sweep and its points", answers={200: "SweepAnswer"}, query={"brief": BRIEF})
    def get(self, request: Request, job: UUID) -> Response:
        return Response(_sweep(own_job(self.principal, job, Job.Kind.SWEEP), brief=asked(request, "brief")))

    @operation("endSweep", "Give a sweep up: what still waits is not computed", answers={204: None})
    def delete(self, request: Request, job: UUID) -> HttpResponse:
        own_job(self.principal, job, Job.Kind.SWEEP).delete()
        return HttpResponse(status=204)
