"""Docker Compose: services become typed nodes, and what they say about each other becomes edges."""

import re
from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue.model import Text
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.importing.compose.clients import add_clients
from simulation.topology.importing.compose.edges import connect
from simulation.topology.importing.compose.services import Service, read_services
from simulation.topology.importing.draft import Draft
from simulation.topology.importing.knowledge import NOSQL, words
from simulation.topology.strict_yaml import loads

FORMAT = "compose"
TITLE = Text("Docker Compose", "Docker Compose")
EXTENSIONS = (".yaml", ".yml")

_UNUSED = {
    "volumes": Text("volumes: where data is kept on disk", "volumes: 데이터를 두는 디스크 위치"),
    "networks": Text("networks: who could reach whom", "networks: 서로 닿을 수 있는 범위"),
    "healthcheck": Text("healthcheck: how the container is probed", "healthcheck: 컨테이너 상태 확인 방법"),
    "logging": Text("logging: the container's log driver", "logging: 컨테이너의 로그 드라이버"),
    "secrets": Text("secrets", "secrets"),
    "configs": Text("configs", "configs"),
    "restart": Text(
        "restart: policies; the catalogue's repair times hold", "restart: 복구 시간은 카탈로그 값을 씁니다"
    ),
    "resources": Text("resource limits: memory and processors", "자원 한도: 메모리와 프로세서"),
}


def recognises(text: str, name: str) -> bool:
    """By its services, in either notation, or by what such files are called."""
    has_services = re.search(r"^services\s*:", text, re.MULTILINE) or '"services"' in text
    return bool(has_services or re.search(r"compose[^/]*\.ya?ml$", name))


def read(content: str | bytes) -> Draft:
    """The system that a Compose file runs.

    Raises InvalidInput when the content is no YAML, or no Compose file.
    """
    document = loads(content)
    services = document.get("services") if isinstance(document, Mapping) else None
    if services is None and isinstance(document, Mapping) and _looks_like_version_1(document):
        services = document
    if not isinstance(services, Mapping) or not services:
        raise InvalidInput([Problem("/content", "no services; a Compose file with a services mapping is accepted")])
    draft = Draft(str(document.get("name") or "Imported from Compose"))
    found = read_services(services, draft)
    for service in found.values():
        _add(service, draft)
    drawn = {name: service for name, service in found.items() if service.node}
    add_clients(drawn, connect(drawn, draft), draft)
    draft.give_flows()
    draft.note_defaults()
    _note_unused(document, services, draft)
    return draft


def _looks_like_version_1(document: Mapping[str, Any]) -> bool:
    """Whether services stand at the top, as in the first version of the format."""
    return bool(document) and all(isinstance(s, Mapping) and ("image" in s or "build" in s) for s in document.values())


def _add(service: Service, draft: Draft) -> None:
    members: dict[str, Any] = {}
    if service.replicas > 1:
        members["replicas"] = service.replicas
    params: dict[str, Any] = {}
    if service.kind == "database" and not NOSQL.isdisjoint(words(service.image)):
        params["engine"] = "nosql"
    if params:
        members["params"] = params
    service.node = draft.node(service.name, service.kind, **members)
    why_en, why_ko = service.evidence.en, service.evidence.ko
    count = f", {service.replicas} replicas" if service.replicas > 1 else ""
    count_ko = f", 복제본 {service.replicas}개" if service.replicas > 1 else ""
    where = draft.understood if service.is_known else draft.assumed
    draft.say(
        where,
        f"{service.name} is a {service.kind}{count}: {why_en}",
        f"{service.name} → {service.kind}{count_ko}: {why_ko}",
    )


def _note_unused(document: Mapping[str, Any], services: Mapping[str, Any], draft: Draft) -> None:
    used = {key for key in ("volumes", "networks", "secrets", "configs") if document.get(key)}
    for service in services.values():
        if isinstance(service, Mapping):
            used |= {key for key in _UNUSED if service.get(key)}
            deploy = service.get("deploy")
            if isinstance(deploy, Mapping) and deploy.get("resources"):
                used.add("resources")
    for key, text in _UNUSED.items():
        if key in used:
            draft.say(draft.left_out, f"not used: {text.en}", f"쓰지 않았습니다: {text.ko}")
    for key in document:
        if key not in ("services", "volumes", "networks", "secrets", "configs", "version", "name") and not (
            key.startswith("x-") or key in services
        ):
            draft.say(draft.left_out, f"not used: {key}", f"쓰지 않았습니다: {key}")
