"""The OpenAPI description: shapes come from the typed structs, documents, reports and results from the core."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema

from designer.api import answers, questions

F = TypeVar("F", bound=Callable[..., Any])

PROBLEM = "application/problem+json"
_CORE: dict[str, dict[str, Any]] = {}

#: A merge patch (RFC 7396) of the document, or a JSON patch (RFC 6902), by the body's content type.
_PATCH: dict[str, Any] = {
    "oneOf": [
        {"type": "object", "description": "Members to replace; null removes one (RFC 7396)."},
        {
            "type": "array",
            "description": "Operations in their order (RFC 6902).",
            "items": {
                "type": "object",
                "required": ["op", "path"],
                "properties": {
                    "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
                    "path": {"type": "string"},
                    "from": {"type": "string"},
                    "value": {},
                },
            },
        },
    ]
}


def ref(name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(name: str) -> dict[str, Any]:
    """The schema of a cursor page."""
    return {
        "type": "object",
        "required": ["results", "next"],
        "properties": {
            "results": {"type": "array", "items": ref(name)},
            "next": {"type": ["string", "null"], "description": "Address of the next page."},
        },
    }


def operation(
    id_: str,
    summary: str,
    *,
    body: str | None = None,
    bodies: tuple[str, ...] = ("application/json",),
    answers: dict[int, Any],
    query: dict[str, str] | None = None,
    headers: tuple[str, ...] = (),
    tag: str = "",
) -> Callable[[F], F]:
    """Describe one operation: its body and answers by component name (None: no content)."""

    def schema(found: Any) -> Any:
        return ref(found) if isinstance(found, str) else found

    answered: dict[Any, Any] = {}
    for status, found in answers.items():
        answered[(status, "application/json") if found is not None else status] = schema(found)
    for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503):
        if status not in answers and status in _failures(body is not None, "If-Match" in headers):
            answered[(status, PROBLEM)] = ref("ProblemAnswer")
    parameters = [OpenApiParameter(name, str, "query", description=text) for name, text in (query or {}).items()]
    parameters += [OpenApiParameter(name, str, "header") for name in headers]
    return extend_schema(
        operation_id=id_,
        summary=summary,
        request={media: schema(body) for media in bodies} if body is not None else None,
        responses=answered,
        parameters=parameters,
        tags=[tag] if tag else None,
    )


def _failures(with_body: bool, with_precondition: bool) -> set[int]:
    found = {400, 401, 403, 404, 429, 503}
    if with_body:
        found |= {409, 413, 415, 422}
    if with_precondition:
        found |= {412, 428}
    return found


def register_components() -> None:
    """Build the components from the structs, once."""
    from simulation.analysis.report import Report
    from simulation.evaluation import Evaluation
    from simulation.evaluation.searching import Search
    from simulation.topology.schema import document_schema
    from simulation.traffic.result import Result
    from simulation.traffic.scenario import Scenario

    own = [
        value
        for module in (questions, answers)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == module.__name__
    ]
    _, found = msgspec.json.schema_components(
        [*own, Report, Evaluation, Search, Result, Scenario], ref_template="#/components/schemas/{name}"
    )
    document = dict(document_schema())
    document.pop("$schema", None)
    document.pop("$id", None)
    inner = document.pop("$defs", {})
    found |= {f"Topology{name[:1].upper()}{name[1:]}": value for name, value in inner.items()}
    found["Topology"] = document
    found["DesignPatch"] = _PATCH
    _point_out(found)
    _CORE.update(_renamed(found, inner))
    settings.SPECTACULAR_SETTINGS["APPEND_COMPONENTS"] = {}


def _point_out(components: dict[str, Any]) -> None:
    """Say what members hold that the structs keep as plain JSON: documents, scenarios, results, texts."""
    text = {
        "type": "object",
        "required": ["en", "ko"],
        "properties": {"en": {"type": "string"}, "ko": {"type": "string"}},
    }
    sentences = {"type": "array", "items": {"type": "string"}}
    exact: dict[str, Any] = {
        "topology": ref("Topology"),
        "scenario": ref("Scenario"),
        "result": {"anyOf": [ref("Result"), {"type": "null"}]},
    }
    for name in ("DesignAnswer", "SharedDesign", "RunAnswer", "ImportAnswer", "TemplateSummary", "RevisionAnswer"):
        members = components.get(name, {}).get("properties", {})
        members |= {member: schema for member, schema in exact.items() if member in members}
    components["SearchAnswer"]["properties"]["search"] = {"anyOf": [ref("Search"), {"type": "null"}]}
    components["ImportAnswer"]["properties"] |= dict.fromkeys(("understood", "assumed", "left_out"), sentences)
    components["TemplateSummary"]["properties"] |= dict.fromkeys(("group", "title", "summary"), text)


def _renamed(value: Any, inner: dict[str, Any]) -> Any:
    """The value with references into a document's own definitions led to the components."""
    if isinstance(value, dict):
        return {
            key: f"#/components/schemas/Topology{_last(member)}"
            if key == "$ref" and isinstance(member, str) and member.startswith("#/$defs/")
            else _renamed(member, inner)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_renamed(member, inner) for member in value]
    return value


def _last(reference: str) -> str:
    name = reference.rsplit("/", 1)[-1]
    return name[:1].upper() + name[1:]


def with_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Hook: add the components and the ways to authenticate."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(_CORE)
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of POST /api/v1/tokens."},
        "link": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Link SECRET`"},
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }
    result["security"] = [{"token": []}, {"link": []}, {"session": []}, {}]
    return result


def only_v1(endpoints: list[Any]) -> list[Any]:
    """Hook: describe what is under /api/v1/."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
