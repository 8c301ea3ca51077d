"""The services of a Compose file: what each is, where it listens, and what it says about others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.topology.catalogue import KINDS
from simulation.topology.catalogue.model import Role, Text
from simulation.topology.document import InvalidInput, Problem
from simulation.topology.importing.draft import Draft, printable
from simulation.topology.importing.knowledge import PRODUCTS, ROLES, TOOLS, kind_by, words
from simulation.topology.limits import MAX_REPLICAS

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-?+=]([^{}]*))?\}|\$([A-Za-z_][A-Za-z0-9_]*)")
_RUNS_WORK = re.compile(r"celery.*\bworker\b|\bsidekiq\b|\brq worker\b|queue:work|\bworker\b|\bconsume(r)?\b", re.I)


@dataclass
class Service:
    """One service as far as it is understood. `depends` maps other services to the condition waited for."""

    name: str
    kind: str
    evidence: Text
    is_known: bool
    image: str
    replicas: int = 1
    hosts: set[str] = field(default_factory=set)
    environment: dict[str, str | None] = field(default_factory=dict)
    depends: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    command: str = ""
    build: str = ""
    is_tool: bool = False
    node: str = ""

    @property
    def role(self) -> Role:
        """How its kind takes part in a request."""
        return KINDS[self.kind].role


def read_services(services: Mapping[str, Any], draft: Draft) -> dict[str, Service]:
    """All services that run all the time; those that end after the start are left out and named."""
    found: dict[str, Service] = {}
    for name, spec in services.items():
        if not isinstance(spec, Mapping):
            if spec is None:
                spec = {}
            else:
                raise InvalidInput([Problem(f"/content/services/{name}", "no mapping; a service is a mapping")])
        found[name] = _service(str(name), spec, draft)
    once = {n for s in found.values() for n, c in s.depends.items() if c == "service_completed_successfully"}
    for name in sorted(once & set(found)):
        if len(once) < len(found):
            del found[name]
            draft.say(
                draft.left_out,
                f"{name} runs once at the start and serves no request",
                f"{name}: 시작할 때 한 번만 실행되어 요청을 처리하지 않습니다.",
            )
    return found


def interpolated(text: str) -> str:
    """Variables with a default take it; others keep their `${NAME}`, which is a hint in itself."""

    def value(match: re.Match[str]) -> str:
        default = match.group(2)
        name = match.group(1) or match.group(3)
        return default if default and not default.startswith(("?",)) else f"${{{name}}}"

    return _VARIABLE.sub(value, text.replace("$$", "\x00")).replace("\x00", "$")


def _service(name: str, spec: Mapping[str, Any], draft: Draft) -> Service:
    image = interpolated(_text(spec.get("image")))
    build = spec.get("build")
    built = _text(build) if not isinstance(build, Mapping) else _text(build.get("context"))
    dockerfile = _text(build.get("dockerfile")) if isinstance(build, Mapping) else ""
    command = interpolated(
        " ".join(map(_text, spec["command"])) if isinstance(spec.get("command"), list) else _text(spec.get("command"))
    )
    container = _text(spec.get("container_name"))
    service = Service(
        name=name,
        kind="service",
        evidence=Text("", ""),
        is_known=True,
        image=image,
        hosts={h.lower() for h in (name, container, _text(spec.get("hostname")), *_network_aliases(spec)) if h},
        environment=_environment(spec.get("environment")),
        depends=_depends(spec.get("depends_on")),
        links=[_text(link) for link in _sequence(spec.get("links")) + _sequence(spec.get("external_links"))],
        published=_published(spec.get("ports")),
        command=command,
        build=built,
        replicas=_replicas(spec, draft, name),
    )
    service.is_tool = not TOOLS.isdisjoint(words(f"{_base(image)} {name}"))
    service.kind, service.evidence, service.is_known = _kind(service, image, bool(built or dockerfile))
    return service


def _base(image: str) -> str:
    """`registry/path/postgres:16` → `postgres`; an image named by a variable keeps the variable's name."""
    path = image.rpartition(":")[0] if ":" in image.rsplit("/", 1)[-1] and not image.startswith("${") else image
    if image.startswith("${"):
        path = image.split(":$", 1)[0]
    if "${" in path:
        return path
    return path.rsplit("/", 1)[-1]


def _kind(service: Service, image: str, is_own_build: bool) -> tuple[str, Text, bool]:
    """The kind of a service, what it was taken from, and whether that is more than a guess."""
    base = printable(re.sub(r"\$\{(\w+)\}", r"\1", _base(image)), 80)
    by_name = Text("its name", "이름")
    by_image = Text(f"its image {base}", f"이미지 {base}")
    role = kind_by(ROLES, service.name)
    if service.is_tool:
        return "service", Text("a tool for people", "사람이 쓰는 도구"), True
    product = None if is_own_build else kind_by(PRODUCTS, base, image.rpartition(":")[0])
    if product in ("cache", "database", "search_index") and role == "session_store":
        return "session_store", by_name, True
    if product == "load_balancer":
        if role == "api_gateway":
            return role, by_name, True
        if "nginx" in words(base) and role != "load_balancer" and not _has_upstreams(service):
            return (
                "web_server",
                Text(f"its image {base} with nothing behind", f"뒤에 아무것도 없는 이미지 {base}"),
                True,
            )
    if product is not None:
        return product, by_image, True
    if _RUNS_WORK.search(service.command) and role in (None, "worker", "service", "web_server"):
        return "worker", Text("its command runs jobs", "작업을 실행하는 명령"), True
    named = kind_by(PRODUCTS, service.name)
    if role in ("load_balancer", "client", "session_store", "worker", "api_gateway"):
        return role, by_name, True
    if named is not None:
        return named, by_name, True
    if role is not None:
        return role, by_name, True
    if service.published:
        return "web_server", Text("it publishes a port", "포트를 외부에 공개함"), False
    return "service", Text("nothing says otherwise", "다른 근거가 없음"), is_own_build


def _has_upstreams(service: Service) -> bool:
    if service.depends or service.links:
        return True
    return any(re.search(r"UPSTREAM|BACKEND|PROXY|_HOST$|_URL$|_ADDR$", key) for key in service.environment)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def _sequence(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | Mapping) else []


def _environment(value: Any) -> dict[str, str | None]:
    """Variables as key to value; None where the file names a variable without a value."""
    found: dict[str, str | None] = {}
    if isinstance(value, Mapping):
        for key, content in value.items():
            found[str(key)] = None if content is None else interpolated(_text(content))
    elif isinstance(value, list):
        for item in value:
            key, equals, content = _text(item).partition("=")
            found[key.strip()] = interpolated(content) if equals else None
    return found


def _depends(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {
            str(name): _text(spec.get("condition")) if isinstance(spec, Mapping) else "" for name, spec in value.items()
        }
    return {_text(name): "" for name in _sequence(value)}


def _network_aliases(spec: Mapping[str, Any]) -> list[str]:
    networks = spec.get("networks")
    found: list[str] = []
    if isinstance(networks, Mapping):
        for network in networks.values():
            if isinstance(network, Mapping):
                found += [_text(alias) for alias in _sequence(network.get("aliases"))]
    return found


def _published(value: Any) -> list[str]:
    """Ports that are open on the machine itself: `8080:80`, or the long form with `published`."""
    found = []
    for port in _sequence(value):
        if isinstance(port, Mapping):
            if port.get("published") is not None:
                found.append(_text(port["published"]))
        else:
            parts = interpolated(_text(port)).replace("${", "").split(":")
            if len(parts) >= 2 and parts[-2]:
                found.append(parts[-2].rstrip("}"))
    return found


def _replicas(spec: Mapping[str, Any], draft: Draft, name: str) -> int:
    deploy = spec.get("deploy")
    value = deploy.get("replicas") if isinstance(deploy, Mapping) else None
    value = spec.get("scale") if value is None else value
    if value is None:
        return 1
    text = interpolated(_text(value))
    if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MAX_REPLICAS:
        return int(text)
    draft.say(
        draft.left_out,
        f"{name}: replicas {printable(text, 60)!r} cannot be drawn; one is",
        f"{name}: 복제본 수 {printable(text, 60)!r}을(를) 그릴 수 없어 하나로 두었습니다.",
    )
    return 1
