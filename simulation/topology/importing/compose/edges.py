"""From what services say about each other to edges."""

import re
from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue.model import Role
from simulation.topology.importing.compose.references import Found, Reference, References, reach
from simulation.topology.importing.compose.services import Service
from simulation.topology.importing.draft import Draft
from simulation.topology.importing.knowledge import FEATURE_FLAGS, words

_CONSUMES = re.compile(r"CONSUM|GROUP_ID|SUBSCRIB|LISTEN_QUEUE", re.IGNORECASE)
_PRODUCES = re.compile(r"PRODUC|PUBLISH", re.IGNORECASE)
_QUEUES = re.compile(r"BROKER|QUEUE|CELERY|SIDEKIQ|BULL", re.IGNORECASE)
_CACHES = re.compile(r"CACHE|SESSION", re.IGNORECASE)
_FOLLOWS = frozenset({"replica", "slave", "secondary", "standby", "follower", "read"})
_STATIC = frozenset({"image", "images", "static", "assets", "media", "img", "files"})
_STORES = ("database", "object_storage", "search_index")


def connect(services: Mapping[str, Service], draft: Draft) -> Found:
    """Draw the edges between the services; answers who refers to whom."""
    finder = References(services)
    found = {name: finder.of(service) for name, service in services.items()}
    _find_queues(services, found, draft)
    consumers = _find_consumers(services, found, draft)
    for name, service in services.items():
        if service.role is Role.CLIENT:
            continue
        targets = [services[target] for target in found[name] if services[target].role is not Role.CLIENT]
        routes = _routes(service, targets, found, draft) if service.role is Role.ROUTER else {}
        for target in targets:
            _join(service, target, found, routes.get(target.name, []), (name, target.name) in consumers, draft)
    _require_lone_caches(services, draft)
    return found


def _retype(service: Service, kind: str, draft: Draft) -> None:
    service.kind = kind
    draft.nodes[service.node]["kind"] = kind


def _find_queues(services: Mapping[str, Service], found: Found, draft: Draft) -> None:
    """A Redis that jobs go through is a queue: named a broker, or shared by a worker and others that call it."""
    for name, cache in services.items():
        if cache.kind != "cache":
            continue
        callers = {caller: refs[name] for caller, refs in found.items() if name in refs}
        keys = [
            key
            for caller in callers
            for key, value in services[caller].environment.items()
            if value and any(host in words(value) for host in cache.hosts)
        ]
        broker = any(_QUEUES.search(key) for key in keys)
        workers = [c for c in callers if services[c].kind == "worker"]
        shared = workers and len(workers) < len(callers) and not any(_CACHES.search(key) for key in keys)
        if broker or shared:
            _retype(cache, "message_queue", draft)
            why = "it is called a broker" if broker else f"{', '.join(workers)} takes work from it"
            why_ko = "브로커로 불림" if broker else f"작업자({', '.join(workers)})가 여기서 일을 꺼냄"
            draft.say(draft.assumed, f"{name} is a message_queue: {why}", f"{name} → message_queue: {why_ko}")


def _find_consumers(services: Mapping[str, Service], found: Found, draft: Draft) -> set[tuple[str, str]]:
    """Pairs (service, queue) where the service takes messages out; one that does nothing else is a worker."""
    called = {t for s, refs in found.items() for t, r in refs.items() if not r.is_order_only or services[s].published}
    result: set[tuple[str, str]] = set()
    for name, service in services.items():
        queues = [t for t in found[name] if services[t].kind == "message_queue"]
        if not queues or service.role is not Role.CALLER:
            continue
        keys = " ".join(service.environment)
        says = bool(_CONSUMES.search(keys)) or service.kind == "worker"
        idle = name not in called and not service.published and service.kind != "web_server"
        if (says or idle) and not (_PRODUCES.search(keys) and not says):
            result |= {(name, queue) for queue in queues}
            if service.kind == "service" and idle:
                _retype(service, "worker", draft)
            where = draft.understood if says else draft.assumed
            why = "its settings say so" if says else "nobody calls it"
            why_ko = "설정에 적혀 있음" if says else "호출하는 곳이 없음"
            draft.say(
                where,
                f"{name} takes messages from {', '.join(queues)}: {why}",
                f"{name}: {', '.join(queues)}에서 메시지를 꺼냅니다. 근거: {why_ko}",
            )
    return result


def _routes(router: Service, targets: list[Service], found: Found, draft: Draft) -> dict[str, list[str]]:
    """The operations of each target of a proxy: one main site, files beside it, the rest on paths of their own."""
    sites = [t for t in targets if t.role in (Role.CALLER, Role.ROUTER) or t.kind == "object_storage"]
    if len(sites) < 2:
        return {}
    graph = {name: list(refs) for name, refs in found.items()}
    main = max(sites, key=lambda t: (not t.is_tool, reach(t.name, graph), t.kind == "web_server"))
    same = {t.name for t in sites if _alike(t, main)}
    routes: dict[str, list[str]] = {}
    for site in sites:
        if site.name in same:
            continue
        is_pages = site.kind == "web_server" and main.kind != "web_server" and not found[site.name]
        if is_pages or site.kind == "object_storage" or not _STATIC.isdisjoint(words(site.name)):
            routes[site.name] = ["static"]
        else:
            routes[site.name] = [site.name[:64]]
        ops = routes[site.name][0]
        draft.say(
            draft.assumed,
            f"{router.name} sends only {ops!r} requests to {site.name}; {main.name} is the main site",
            f"{router.name}: {site.name}에는 {ops!r} 요청만 보내고, 주 사이트는 {main.name}(으)로 보았습니다.",
        )
    if routes:
        routes.update({name: ["read", "write"] for name in same})
    return routes


def _alike(a: Service, b: Service) -> bool:
    """Whether two services are copies: built or pulled alike, and named alike but for a number."""
    bare = [re.sub(r"[-_]?([0-9]+|[a-c])$", "", s.name) for s in (a, b)]
    return (
        a.name == b.name
        or (bare[0] == bare[1] and (a.build, a.image) == (b.build, b.image))
        or (bare[0] == bare[1] and bool(a.build) and bool(b.build))
    )


def _join(source: Service, target: Service, found: Found, ops: list[str], consumes: bool, draft: Draft) -> None:
    reference = found[source.name][target.name]
    roles = source.role, target.role
    a, b = source.node, target.node
    kind: str | None = None
    params: dict[str, Any] = {"ops": ops} if ops else {}
    if consumes:
        a, b, kind = b, a, "consume"
    elif Role.OBSERVER in roles:
        if roles[0] is Role.OBSERVER and roles[1] is not Role.OBSERVER and source.name in found[target.name]:
            return
        params = {}
    elif source.kind == target.kind and roles[0] in (Role.STORE, Role.CACHE, Role.QUEUE):
        if _FOLLOWS.isdisjoint(words(source.name)):
            _leave(source, target, reference, draft)
            return
        a, b, kind = b, a, "replicate"
    elif roles[0] in (Role.STORE, Role.CACHE, Role.QUEUE) and source.kind != "external_service":
        _leave(source, target, reference, draft)
        return
    elif (
        not FEATURE_FLAGS.isdisjoint(words(f"{target.name} {target.image}"))
        and roles[0] is Role.CALLER
        and not (FEATURE_FLAGS & set(words(source.name)))
    ):
        params["required"] = False
        draft.say(
            draft.assumed,
            f"callers of {target.name} go on without it: feature flags have defaults",
            f"{target.name}: 기능 플래그에는 기본값이 있어, 없어도 호출한 쪽은 계속 동작한다고 보았습니다.",
        )
    elif reference.is_order_only and roles[0] is Role.CALLER and _is_called_by_address(source, target, found):
        params["required"] = False
        draft.say(
            draft.assumed,
            f"{source.name} only starts after {target.name}; drawn as a call that it can do without",
            f"{source.name}: {target.name} 다음에 시작할 뿐이어서, 없어도 되는 호출로 그렸습니다.",
        )
    edge = draft.edge(a, b, kind, **params)
    if edge is None:
        if not any(e["target"] == b for e in draft.outgoing(a)):
            _leave(source, target, reference, draft)
        return
    draft.say(
        draft.understood,
        f"{a} → {b}: {reference.where} of {source.name}",
        f"{a} → {b}: {source.name}의 {reference.where}",
    )


def _is_called_by_address(source: Service, target: Service, found: Found) -> bool:
    """Whether the source names the addresses of what it calls, and others name that of the target."""
    names_some = any(not ref.is_order_only for ref in found[source.name].values())
    return names_some and any(
        not refs[target.name].is_order_only
        for name, refs in found.items()
        if name != source.name and target.name in refs
    )


def _leave(source: Service, target: Service, reference: Reference, draft: Draft) -> None:
    draft.say(
        draft.left_out,
        f"{source.name} → {target.name} ({reference.where}): no edge between {source.kind} and {target.kind}",
        f"{source.name} → {target.name} ({reference.where}): "
        f"{source.kind}, {target.kind} 사이에는 연결을 그리지 않습니다.",
    )


def _require_lone_caches(services: Mapping[str, Service], draft: Draft) -> None:
    """A cache is needed where nothing stands behind it for its caller: the data lives there."""
    for service in services.values():
        edges = draft.outgoing(service.node)
        kinds = {edge["target"]: draft.nodes[edge["target"]]["kind"] for edge in edges}
        if service.role is not Role.CALLER or any(kind in _STORES for kind in kinds.values()):
            continue
        for edge in edges:
            if kinds[edge["target"]] == "cache" and "kind" not in edge:
                edge.setdefault("params", {}).update(required=True, ops=["read", "write"])
                draft.say(
                    draft.assumed,
                    f"{service.name} needs {edge['target']}: no store stands behind it, so the data lives there",
                    f"{service.name}: {edge['target']} 뒤에 저장소가 없어 필수로 두었습니다. 데이터가 그곳에 있습니다.",
                )
