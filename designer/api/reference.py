"""What is the same for everyone: the catalogue, templates, and who asks."""

import hashlib
from functools import cache

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import answers
from designer.api.endpoint import Endpoint
from designer.api.schema import operation, page_of
from designer.sharing.access import Hidden
from simulation.topology import parsing


@cache
def served_catalogue() -> tuple[bytes, str]:
    """The catalogue as JSON and its ETag; it changes only with the program."""
    from simulation.analysis import findings
    from simulation.evaluation import metrics
    from simulation.topology import exporting, importing
    from simulation.topology.catalogue.served import catalogue, param_object, text
    from simulation.traffic.actions import ACTIONS

    actions = [
        {
            "id": action.id,
            "title": text(action.title),
            "help": text(action.help),
            "targets": action.targets,
            "kinds": action.kinds,
            "params": [param_object(param) for param in action.params],
            "one_of": action.one_of,
        }
        for action in ACTIONS.values()
    ]
    own = {
        "findings": findings.served(),
        "actions": actions,
        "metrics": metrics.described(),
        "imports": [
            {"id": name, "title": text(module.TITLE), "extensions": module.EXTENSIONS}
            for name, module in importing.FORMATS.items()
        ],
        "exports": [{"id": name, "title": text(module.TITLE)} for name, module in exporting.FORMATS.items()],
    }
    body = msgspec.json.encode(catalogue() | own)
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


class Catalogue(Endpoint):
    """Everything that can be drawn, found, done, measured, and brought in and out."""

    @operation(
        "getCatalogue", "Kinds, params, findings, actions, metrics and formats", answers={200: {"type": "object"}}
    )
    def get(self, request: Request) -> HttpResponse:
        body, etag = served_catalogue()
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if etag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type="application/json", headers=headers)


class Templates(Endpoint):
    """Ready topologies."""

    @operation("listTemplates", "Ready topologies", answers={200: page_of("TemplateSummary")})
    def get(self, request: Request) -> Response:
        from simulation.topology.templates import TEMPLATES

        return Response({"results": [_template(name) for name in TEMPLATES], "next": None})


class Template(Endpoint):
    """One ready topology."""

    @operation("getTemplate", "A ready topology", answers={200: "TemplateSummary"})
    def get(self, request: Request, template: str) -> Response:
        from simulation.topology.templates import TEMPLATES

        if template not in TEMPLATES:
            raise Hidden("template")
        return Response(_template(template))


@cache
def _template(name: str) -> answers.TemplateSummary:
    from simulation.topology.templates import TEMPLATES
    from simulation.topology.templates.model import GROUPS

    found = TEMPLATES[name]
    title, summary = msgspec.to_builtins(found.title), msgspec.to_builtins(found.summary)
    group = msgspec.to_builtins(GROUPS[found.group])
    return answers.TemplateSummary(found.id, group, title, summary, parsing.to_object(found.topology))


class WhoAmI(Endpoint):
    """Who asks."""

    @operation("getMe", "Who asks, and the limits that apply", answers={200: "Me"})
    def get(self, request: Request) -> Response:
        user = self.principal.user
        known = answers.UserAnswer(user.pk, "" if user.guest else user.get_username(), user.guest) if user else None
        return Response(answers.Me(known, user is None or user.guest, LIMITS))


LIMITS = {
    "body_bytes": limits.BODY_BYTES,
    "message_bytes": limits.MESSAGE_BYTES,
    "active_runs": limits.ACTIVE_RUNS,
    "queued_runs": limits.QUEUED_RUNS,
    "watchers_per_run": limits.WATCHERS_PER_RUN,
    "sockets_per_user": limits.SOCKETS_PER_USER,
    "messages_per_second": limits.MESSAGES_PER_SECOND,
    "sweep_points": limits.SWEEP_POINTS,
    "search_s": limits.SEARCH_SECONDS,
    "open_searches": limits.OPEN_SEARCHES,
    "interactive_s": limits.INTERACTIVE_SECONDS,
    "background_s": limits.BACKGROUND_SECONDS,
}
