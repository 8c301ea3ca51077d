"""Documents in other forms: out of and into the formats of other tools, and with a place for every node."""

import base64
import json
from uuid import UUID

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from designer import limits
from designer.api import bodies, questions
from designer.api.endpoint import Endpoint, raw
from designer.api.schema import operation
from designer.designs import services
from designer.sharing.access import access_design
from simulation.runs.computing import compute
from simulation.topology import parsing


class Imports(Endpoint):
    """Texts of other tools as documents; nothing is stored."""

    rate = "computing"

    @operation(
        "importTopology", "A file of another tool as a document", body="NewImport", answers={200: "ImportAnswer"}
    )
    def post(self, request: Request) -> HttpResponse:
        given = bodies.read_as(request, questions.NewImport)
        with bodies.of_text("/content", "/format"):
            return raw(compute("import", 30.0, **msgspec.structs.asdict(given)))


class Layouts(Endpoint):
    """Places for the nodes of a document; nothing is stored."""

    rate = "computing"

    @operation(
        "layOut",
        "Places for all nodes: layered by who calls whom, containers around their members",
        body="Topology",
        bodies=("application/json", "application/yaml"),
        answers={200: "LayoutAnswer"},
    )
    def post(self, request: Request) -> HttpResponse:
        value, _ = bodies.read(request, bodies.JSON_TYPES + bodies.YAML_TYPES)
        document = parsing.to_object(bodies.topology_in(value))
        return raw(compute("arrange", limits.INTERACTIVE_SECONDS, topology=document))


class Export(Endpoint):
    """A design in another format, as a file."""

    parameters = ("format",)

    @operation(
        "exportDesign",
        "A design as a file",
        answers={200: {"type": "string", "format": "binary"}},
        query={"format": "One of the catalogue's `exports`; by default linchpin."},
    )
    def get(self, request: Request, design: UUID) -> HttpResponse:
        found = access_design(self.principal, design)
        wanted = request.query_params.get("format", "linchpin")
        exported = json.loads(compute("export", 30.0, topology=services.document_of(found), format=wanted))
        response = HttpResponse(base64.b64decode(exported["content"]), content_type=exported["media_type"])
        response["Content-Disposition"] = f'attachment; filename="{exported["filename"]}"'
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
