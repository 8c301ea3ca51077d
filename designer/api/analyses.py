"""The analysis of a document, given or stored."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from designer import limits
from designer.api import bodies
from designer.api.endpoint import Endpoint, raw
from designer.api.preconditions import with_etag
from designer.api.schema import operation
from designer.api.subjects import subject
from designer.designs import services
from designer.sharing.access import access_design
from simulation.runs.computing import compute
from simulation.topology import parsing
from simulation.topology.document import InvalidInput, Problem

#: What `max_order` says of itself in the description of the API.
ORDERS = "1 to 3; by default 3, and 2 where a design has more than 120 components"

#: What `pairs` says of itself.
PAIRS = "true: also losses of two at once that end worse than either alone; takes longer"

#: What `falls` says of itself.
FALLS = "true: also which nodes fall with every loss; takes longer"


class Analyses(Endpoint):
    """The analysis of a document that is not stored."""

    parameters = ("max_order", "pairs", "falls")
    rate = "computing"

    @operation(
        "analyze",
        "The analysis of a document",
        body="Topology",
        bodies=("application/json", "application/yaml"),
        answers={200: "Report"},
        query={"max_order": ORDERS, "pairs": PAIRS, "falls": FALLS},
    )
    def post(self, request: Request) -> Response:
        value, _ = bodies.read(request, bodies.JSON_TYPES + bodies.YAML_TYPES)
        order = max_order(request)
        more = {name: asked(request, name) for name in ("pairs", "falls")}
        if isinstance(value, dict) and "format" not in value:
            value = dict(value)
            if "max_order" in value:
                order = bodies.fit(value.pop("max_order"), int, "/max_order")
            more = {name: bodies.fit(value.pop(name, given), bool, f"/{name}") for name, given in more.items()}
            document = subject(self.principal, value, ("topology", "template", "design"))
        else:
            document = parsing.to_object(parsing.from_object(value))
        if order is not None and not 1 <= order <= 3:
            raise InvalidInput([Problem("/max_order", f"{order} is none of 1, 2, 3")])
        return raw(compute("analyze", limits.INTERACTIVE_SECONDS, topology=document, max_order=order, **more))


class Analysis(Endpoint):
    """The report of a stored design."""

    parameters = ("max_order", "pairs", "falls")
    rate = "computing"

    @operation(
        "getAnalysis",
        "The analysis of a design",
        answers={200: "Report"},
        query={"max_order": ORDERS, "pairs": PAIRS, "falls": FALLS},
    )
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        document = services.document_of(found)
        report = compute(
            "analyze",
            limits.INTERACTIVE_SECONDS,
            topology=document,
            max_order=max_order(request),
            pairs=asked(request, "pairs"),
            falls=asked(request, "falls"),
        )
        return with_etag(raw(report), found.version)


def max_order(request: Request) -> int | None:
    """The greatest size of cut sets that is asked for; None for the analysis's own choice. Raises InvalidInput."""
    text = request.query_params.get("max_order")
    if text is None:
        return None
    if text not in ("1", "2", "3"):
        raise InvalidInput([Problem("", f"max_order={text[:20]!r} is none of 1, 2, 3")], 400)
    return int(text)


def asked(request: Request, name: str) -> bool:
    """Whether what comes on request is asked for. Raises InvalidInput."""
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise InvalidInput([Problem("", f"{name}={text[:20]!r} is neither true nor false")], 400)
    return text == "true"
