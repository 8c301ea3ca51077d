"""Searches for the cheapest document that meets thresholds: always in the background."""

import json
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import bodies, questions
from designer.api.endpoint import Endpoint
from designer.api.evaluations import accepted, own_job, reason
from designer.api.schema import operation
from designer.api.subjects import judged
from designer.designs import jobs
from designer.designs.models import Job
from simulation.evaluation.searching import judgeable
from simulation.topology import parsing


class Searches(Endpoint):
    """The cheapest document that meets thresholds."""

    rate = "computing"

    @operation("search", "The cheapest document that meets thresholds", body="NewSearch", answers={202: "SearchAnswer"})
    def post(self, request: Request) -> Response:
        given = bodies.read_as(request, questions.NewSearch)
        self.editing_scope()
        asked = judged(self.principal, given)
        judgeable(parsing.from_object(asked["topology"]), asked["thresholds"])
        user = self.user(request)
        jobs.admit(user, Job.Kind.SEARCH, limits.OPEN_SEARCHES)
        job = jobs.start(user, [({}, asked | {"search_seconds": given.seconds})], Job.Kind.SEARCH)
        return accepted(_search(job), f"searches/{job.pk}")


class SearchView(Endpoint):
    """A search and what it found."""

    @operation("getSearch", "A search and what it found", answers={200: "SearchAnswer"})
    def get(self, request: Request, job: UUID) -> Response:
        return Response(_search(own_job(self.principal, job, Job.Kind.SEARCH)))


def _search(job: Job) -> dict[str, Any]:
    row = job.points.get()
    found = json.loads(row.answer) if row.answer else None
    problem = json.loads(row.problem) if row.problem else None
    return {
        "id": job.pk,
        "state": row.state,
        "created_at": job.created_at,
        "verdict": found and found["verdict"],
        "search": found,
        "problem": problem,
        "reason": reason(problem),
    }
