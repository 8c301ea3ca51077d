"""Runs over REST: start, look, act, frames."""

import json
import time
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer.api import answers, bodies, questions
from designer.api.endpoint import Endpoint, raw
from designer.api.paging import PAGE_PARAMETERS, PAGE_QUERY, page
from designer.api.schema import operation, page_of
from designer.designs import services as designs
from designer.designs.models import Design
from designer.sharing.access import access_design, access_run
from simulation.runs import recording, services
from simulation.runs.models import Run, RunCommand
from simulation.topology.document import InvalidInput, Problem, Topology

FRAMES_A_PAGE = 200
ANSWER_WITHIN_S = 2.0


def run_summary(run: Run) -> answers.RunSummary:
    """A run as a list shows it."""
    return answers.RunSummary(
        id=run.pk,
        design=run.design_id,
        state=run.state,  # type: ignore[arg-type]
        reason=run.reason or None,
        live=run.live,
        speed=run.speed,
        frame=run.frame,
        t_s=run.t_s,
        topology_digest=run.topology_digest,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def run_answer(run: Run) -> answers.RunAnswer:
    """A run in full."""
    return answers.RunAnswer(
        **msgspec.structs.asdict(run_summary(run)),
        scenario=json.loads(run.scenario),
        hello=json.loads(run.hello),
        result=json.loads(run.result) if run.result else None,
    )


class Runs(Endpoint):
    """The runs of the user who asks."""

    parameters = (*PAGE_PARAMETERS, "design")
    rate = "computing"

    @operation(
        "listRuns",
        "One's own runs, or those of a design",
        answers={200: page_of("RunSummary")},
        query=PAGE_QUERY | {"design": "Only runs of this design."},
    )
    def get(self, request: Request) -> Response:
        wanted = request.query_params.get("design")
        if wanted is not None:
            design = access_design(self.principal, bodies.fit(wanted, UUID))
            rows = Run.objects.filter(design_id=design.pk)
        else:
            user = self.principal.user
            rows = Run.objects.filter(owner=user) if user else Run.objects.none()
        return Response(page(request, rows.defer("topology", "result", "hello"), "created_at", run_summary))

    @operation(
        "startRun",
        "Start a run of a document or a stored design",
        body="NewRun",
        answers={201: "RunAnswer"},
        headers=("Idempotency-Key",),
    )
    def post(self, request: Request) -> HttpResponse:
        given = bodies.read_as(request, questions.NewRun)
        owner, topology, design = self._subject(request, given)
        scenario = given.scenario if given.scenario is not None else topology.scenario or {}
        with bodies.of_topology():
            run = services.create(owner, topology, scenario, design, given.live, given.speed)
        response = Response(run_answer(run), status=201)
        response["Location"] = f"/api/v1/runs/{run.pk}"
        return response

    def _subject(self, request: Request, given: questions.NewRun) -> tuple[Any, Topology, UUID | None]:
        """Whose run it is, of what, and of which design. Who runs by a link runs on the owner's behalf."""
        if (given.topology is None) is (given.design is None):
            raise InvalidInput([Problem("/topology", "give either a topology or the id of a design")])
        if given.design is not None:
            found: Design = access_design(self.principal, given.design, "simulate")
            owner = found.owner if self.principal.user is None else self.principal.user
            return owner, designs.topology_of(found), found.pk
        if self.principal.token is not None and self.principal.scope == "view":
            self.editing_scope()
        return self.user(request), bodies.nested(given.topology, "/topology"), None


class RunView(Endpoint):
    """One run."""

    @operation("getRun", "A run, with its result when it is over", answers={200: "RunAnswer"})
    def get(self, request: Request, run: UUID) -> Response:
        return Response(run_answer(access_run(self.principal, run)))

    @operation("endRun", "End a run that goes on, or delete one that is over", answers={204: None})
    def delete(self, request: Request, run: UUID) -> HttpResponse:
        found = access_run(self.principal, run, "simulate")
        if not found.over:
            services.cancel(found)
        else:
            access_run(self.principal, run, "own").delete()
        return HttpResponse(status=204)


class RunActions(Endpoint):
    """Acting on a run that goes on."""

    rate = "computing"

    @operation(
        "actOnRun",
        "Act on a run; answers the frame at which it took effect",
        body="RunAction",
        answers={200: "ActionAnswer", 202: "ActionAnswer"},
        headers=("Idempotency-Key",),
    )
    def post(self, request: Request, run: UUID) -> Response:
        found = access_run(self.principal, run, "simulate")
        body, _ = bodies.read(request)
        command = services.order(found, body, self.principal.name)
        until = time.monotonic() + ANSWER_WITHIN_S
        while command.frame is None and not command.error and time.monotonic() < until:
            time.sleep(0.02)
            command.refresh_from_db()
        return self._answer(command)

    def _answer(self, command: RunCommand) -> Response:
        if command.error:
            found = json.loads(command.error) if command.error.startswith("[") else None
            problems = [Problem(p["pointer"], p["detail"]) for p in found] if found else [Problem("", command.error)]
            raise InvalidInput(problems, 422 if found else 409)
        status = 202 if command.frame is None else 200
        return Response(answers.ActionAnswer(command.pk, command.frame, command.t_s), status=status)


class RunFrames(Endpoint):
    """The recording of a run."""

    parameters = ("after", "limit")

    @operation(
        "getFrames",
        "Kept frames after a number, in order",
        answers={200: "FramesAnswer"},
        query={"after": "The number of the last frame one has.", "limit": f"1 to {FRAMES_A_PAGE}."},
    )
    def get(self, request: Request, run: UUID) -> HttpResponse:
        found = access_run(self.principal, run)
        after = self._number(request, "after", 0, 0, 2**53)
        limit = self._number(request, "limit", FRAMES_A_PAGE, 1, FRAMES_A_PAGE)
        frames = recording.frames_after(found, after, limit + 1)
        listed = [recording.as_json(found, frame) for frame in frames[:limit]]
        following = recording.number_of(frames[limit - 1]) if len(frames) > limit else None
        answer = {"frames": [msgspec.Raw(frame) for frame in listed], "next_after": following, "state": found.state}
        return raw(msgspec.json.encode(answer))

    def _number(self, request: Request, name: str, default: int, low: int, high: int) -> int:
        text = request.query_params.get(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 17 and low <= int(text) <= high:
            return int(text)
        raise InvalidInput([Problem("", f"{name}={text[:40]!r} is not a number from {low} to {high}")], 400)
