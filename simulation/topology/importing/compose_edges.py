"""From what services say about each other to edges, clients and flows."""

import re
from collections.abc import Mapping
from typing import Any

from simulation.topology.catalogue import KINDS
from simulation.topology.catalogue.model import Role
from simulation.topology.importing.compose_references import Reference, References, reach
from simulation.topology.importing.compose_services import Service
from simulation.topology.importing.draft import DEFAULT_MIX, DEFAULT_RATE_RPS, Draft
from simulation.topology.importing.knowledge import FEATURE_FLAGS, words

_CONSUMES = re.compile(r"CONSUM|GROUP_ID|SUBSCRIB|LISTEN_QUEUE", re.IGNORECASE)
_PRODUCES = re.compile(r"PRODUC|PUBLISH", re.IGNORECASE)
_QUEUES = re.compile(r"BROKER|QUEUE|CELERY|SIDEKIQ|BULL", re.IGNORECASE)
_CACHES = re.compile(r"CACHE|SESSION", re.IGNORECASE)
_FOLLOWS = frozenset({"replica", "slave", "secondary", "standby", "follower", "read"})
_STATIC = frozenset({"image", "images", "static", "assets", "media", "img", "files"})
_STORES = ("database", "object_storage", "search_index")
_STATIC_MIX = {"read": 0.6, "write": 0.1, "static": 0.3}

Found = Mapping[str, Mapping[str, Reference]]


def connect(services: Mapping[str, Service], draft: Draft) -> None:
    """Draw the edges between the services, and the clients that use them."""
    finder = References(services)
    found = {name: finder.of(service) for name, service in services.items()}
    _find_queues(services, found, draft)
    consumers = _find_consumers(services, found, draft)
    for name, service in services.items():
        if _role(service) is Role.CLIENT:
            continue
        targets = [services[target] for target in found[name] if _role(services[target]) is not Role.CLIENT]
        routes = _routes(service, targets, found, draft) if _role(service) is Role.ROUTER else {}
        for target in targets:
            _join(service, target, found, routes.get(target.name, []), (name, target.name) in consumers, draft)
    _require_lone_caches(services, draft)
    _add_clients(services, found, draft)


def _role(service: Service) -> Role:
    return KINDS[service.kind].role


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
        if not queues or _role(service) is not Role.CALLER:
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
    sites = [t for t in targets if _role(t) in (Role.CALLER, Role.ROUTER) or t.kind == "object_storage"]
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
    roles = _role(source), _role(target)
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
        if _role(service) is not Role.CALLER or any(kind in _STORES for kind in kinds.values()):
            continue
        for edge in edges:
            if kinds[edge["target"]] == "cache" and "kind" not in edge:
                edge.setdefault("params", {}).update(required=True, ops=["read", "write"])
                draft.say(
                    draft.assumed,
                    f"{service.name} needs {edge['target']}: no store stands behind it, so the data lives there",
                    f"{service.name}: {edge['target']} 뒤에 저장소가 없어 필수로 두었습니다. 데이터가 그곳에 있습니다.",
                )


def _add_clients(services: Mapping[str, Service], found: Found, draft: Draft) -> None:
    generators = [s for s in services.values() if _role(s) is Role.CLIENT]
    for generator in generators:
        named = [services[t] for t in found[generator.name] if _role(services[t]) in (Role.CALLER, Role.ROUTER)]
        flags = [t for t in named if not FEATURE_FLAGS.isdisjoint(words(t.name))]
        entries = _front([t for t in named if t not in flags])
        _enter(generator.node, entries or _front(_entries(services, found)), draft)
        for other in named:
            if other not in entries:
                draft.say(
                    draft.left_out,
                    f"{generator.name} → {other.name}: requests enter through {', '.join(e.name for e in entries)}",
                    f"{generator.name} → {other.name}: 요청은 {', '.join(e.name for e in entries)}(으)로 들어갑니다.",
                )
        for target, reference in found[generator.name].items():
            if _role(services[target]) is Role.OBSERVER and draft.edge(generator.node, services[target].node):
                draft.say(
                    draft.understood,
                    f"{generator.name} → {target}: {reference.where} of {generator.name}",
                    f"{generator.name} → {target}: {generator.name}의 {reference.where}",
                )
    if generators:
        return
    published = _front(_entries(services, found))
    for entry in published:
        client = draft.node("users" if len(published) == 1 else f"{entry.name}-users", "client")
        _enter(client, [entry], draft)
        ports = ", ".join(entry.published)
        draft.say(
            draft.understood if ports else draft.assumed,
            f"users reach {entry.name}" + (f" through its published port {ports}" if ports else "; nobody calls it"),
            f"사용자는 {entry.name}에 접속합니다. 근거: " + (f"공개 포트 {ports}" if ports else "호출하는 곳이 없음"),
        )
    entered = {entry.name for entry in published}
    for service in services.values():
        if service.published and service.name not in entered:
            ports = ", ".join(service.published)
            draft.say(
                draft.left_out,
                f"{service.name} also publishes {ports}; no flow enters there",
                f"{service.name}: 포트 {ports}도 공개하지만 그곳으로 들어오는 흐름은 두지 않았습니다.",
            )


def _entries(services: Mapping[str, Service], found: Found) -> list[Service]:
    """Services that users can reach: published ones, else those that nobody calls."""
    usable = [
        s for s in services.values() if _role(s) in (Role.CALLER, Role.ROUTER) and not s.is_tool and s.kind != "worker"
    ]
    called = {target for name, refs in found.items() for target in refs if not services[name].is_tool}
    for choice in (
        [s for s in usable if s.published],
        [s for s in usable if s.name not in called],
        usable,
        [s for s in services.values() if s.published and _role(s) in (Role.STORE, Role.CACHE)],
        [s for s in services.values() if _role(s) in (Role.STORE, Role.CACHE)],
    ):
        if choice:
            free = [s for s in choice if s.name not in called]
            return free or choice
    return []


def _front(entries: list[Service]) -> list[Service]:
    """Proxies stand before all else."""
    routers = [s for s in entries if _role(s) is Role.ROUTER]
    return routers or entries


def _enter(client: str, entries: list[Service], draft: Draft) -> None:
    has_static = False
    for entry in entries:
        draft.edge(client, entry.node, "call")
        ops = [op for edge in draft.outgoing(entry.node) for op in edge.get("params", {}).get("ops", [])]
        has_static = has_static or "static" in ops
    if not entries:
        return
    mix = _STATIC_MIX if has_static else DEFAULT_MIX
    flow_id = draft.new_id(client, {flow["id"]: flow for flow in draft.flows}, "flow")
    draft.flows.append({"id": flow_id, "source": client, "rate_rps": DEFAULT_RATE_RPS, "mix": dict(mix)})
    shares = ", ".join(f"{op} {share:g}" for op, share in mix.items())
    draft.say(
        draft.assumed,
        f"{client} sends {DEFAULT_RATE_RPS} requests a second ({shares}): the file says no rate",
        f"{client}: 파일에 요청률이 없어 초당 {DEFAULT_RATE_RPS}개({shares})로 가정했습니다.",
    )
