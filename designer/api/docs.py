"""The API's documentation as one plain page, made from the schema; no script, nothing from elsewhere."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator


def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, bodies and answers."""
    return render(request, "api/docs.html", {"operations": _operations()})


@cache
def _operations() -> list[dict[str, Any]]:
    generator: Any = SchemaGenerator
    schema: dict[str, Any] = generator().get_schema(request=None, public=True)
    found = []
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            found.append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "parameters": operation.get("parameters", []),
                    "body": [(media, _name(content.get("schema", {}))) for media, content in body.items()],
                    "answers": [
                        (status, _content(answer)) for status, answer in sorted(operation["responses"].items())
                    ],
                }
            )
    return sorted(found, key=lambda operation: (operation["path"], operation["method"]))


def _content(answer: dict[str, Any]) -> str:
    return ", ".join(_name(content.get("schema", {})) for content in answer.get("content", {}).values())


def _name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "properties" in schema and "results" in schema["properties"]:
        return "page of " + _name(schema["properties"]["results"]["items"])
    return str(schema.get("type", ""))
