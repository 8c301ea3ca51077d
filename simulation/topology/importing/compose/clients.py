"""Where requests come in: the clients that use a Compose file's services, and what they send."""

from collections.abc import Mapping

from simulation.topology.catalogue.model import Role
from simulation.topology.importing.compose.references import Found
from simulation.topology.importing.compose.services import Service
from simulation.topology.importing.draft import DEFAULT_MIX, DEFAULT_RATE_RPS, Draft
from simulation.topology.importing.knowledge import FEATURE_FLAGS, words

_STATIC_MIX = {"read": 0.6, "write": 0.1, "static": 0.3}


def add_clients(services: Mapping[str, Service], found: Found, draft: Draft) -> None:
    """Draw the clients: load generators, else users of what is published or called by nobody."""
    generators = [s for s in services.values() if s.role is Role.CLIENT]
    for generator in generators:
        named = [services[t] for t in found[generator.name] if services[t].role in (Role.CALLER, Role.ROUTER)]
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
            if services[target].role is Role.OBSERVER and draft.edge(generator.node, services[target].node):
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
        s for s in services.values() if s.role in (Role.CALLER, Role.ROUTER) and not s.is_tool and s.kind != "worker"
    ]
    called = {target for name, refs in found.items() for target in refs if not services[name].is_tool}
    for choice in (
        [s for s in usable if s.published],
        [s for s in usable if s.name not in called],
        usable,
        [s for s in services.values() if s.published and s.role in (Role.STORE, Role.CACHE)],
        [s for s in services.values() if s.role in (Role.STORE, Role.CACHE)],
    ):
        if choice:
            free = [s for s in choice if s.name not in called]
            return free or choice
    return []


def _front(entries: list[Service]) -> list[Service]:
    """Proxies stand before all else."""
    routers = [s for s in entries if s.role is Role.ROUTER]
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
