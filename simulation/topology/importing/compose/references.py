"""Which services a service speaks of: links, addresses in its environment and command, and start order."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulation.topology.importing.compose.services import Service
from simulation.topology.importing.knowledge import ROLES, kind_by, product_words, words

_SUFFIX = re.compile(
    r"[_.-]?(?:SERVICE|BASE|API|INTERNAL|PUBLIC|BOOTSTRAP|CLUSTER)?[_.-]?"
    r"(?:ADDR(?:ESS(?:ES)?)?|HOST(?:S|NAME)?|UR[IL]S?|ENDPOINTS?|SERVERS?|DSN|BROKERS?|NODES?|UPSTREAM|TARGET|"
    r"CONNECTION(?:[_.-]?STRING)?|ORIGIN|BACKEND|SERVICE|PROXY[_.-]PASS)$",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HOST = re.compile(
    r"(?P<before>//|@|^|[,;=\s\"'(])(?P<host>[A-Za-z0-9][A-Za-z0-9_.-]*)(?P<after>:\d|:\$\{|/|$|[,;\s\"')])"
)
_BY_KIND = frozenset(
    {"database", "cache", "message_queue", "search_index", "object_storage", "session_store", "api_gateway"}
)


@dataclass(frozen=True, slots=True)
class Reference:
    """That a service speaks of another, and where: a variable, `links`, `command` or `depends_on`."""

    target: str
    where: str

    @property
    def is_order_only(self) -> bool:
        """Whether only the order of starting says so."""
        return self.where == "depends_on"


#: Of each service, by name, whom it speaks of.
Found = Mapping[str, Mapping[str, Reference]]


class References:
    """Finds services by the names under which others speak of them."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services
        self._hosts = {host: name for name, service in services.items() for host in service.hosts}
        self._products = {name: product_words(f"{s.name} {s.image}") for name, s in services.items()}

    def of(self, service: Service) -> dict[str, Reference]:
        """The services it speaks of, by name, in a stable order; the strongest place wins."""
        found: dict[str, Reference] = {}
        aliases = dict(self._hosts)
        for link in service.links:
            name, _, alias = link.partition(":")
            if name in self._services:
                found.setdefault(name, Reference(name, "links"))
                aliases[(alias or name).lower()] = name
        for key, value in service.environment.items():
            for name in self._in_variable(key, value, aliases):
                found.setdefault(name, Reference(name, key))
        for name in self._hosts_in(service.command, aliases, is_address=False):
            found.setdefault(name, Reference(name, "command"))
        for name in service.depends:
            if name in self._services:
                found.setdefault(name, Reference(name, "depends_on"))
        found.pop(service.name, None)
        return found

    def _in_variable(self, key: str, value: str | None, aliases: Mapping[str, str]) -> list[str]:
        is_address = _SUFFIX.search(key) is not None
        if value is None:
            return self._by_name(key) if is_address else []
        found = self._hosts_in(value, aliases, is_address)
        unknown = [name for name in _VARIABLE.findall(value) if _SUFFIX.search(name)]
        for name in unknown:
            found += self._by_name(name)
        if not found and is_address and _VARIABLE.search(value):
            found = self._by_name(key)
        return found

    def _hosts_in(self, value: str, aliases: Mapping[str, str], is_address: bool) -> list[str]:
        found = []
        position = 0
        while match := _HOST.search(value, position):
            position = max(match.start("after"), match.start() + 1)
            host = match["host"].lower()
            certain = match["before"] in ("//", "@") or match["after"].startswith(":")
            if host in aliases and (certain or is_address):
                found.append(aliases[host])
        return found

    def _by_name(self, variable: str) -> list[str]:
        """The one service that a variable like POSTGRES_HOST or PRODUCT_CATALOG_ADDR must mean."""
        stem = _SUFFIX.sub("", variable).lower()
        parts = [p for p in re.split(r"[^a-z0-9]+", stem) if p]
        if not parts:
            return []
        for exact in ("-".join(parts), "_".join(parts), "".join(parts), "-".join([*parts, "service"])):
            if exact in self._hosts:
                return [self._hosts[exact]]
        named = [n for n in self._services if set(parts) <= set(words(n))]
        products = product_words(stem)
        made = [n for n, p in self._products.items() if products and not products.isdisjoint(p)]
        kind = kind_by(ROLES, stem)
        typed = [n for n, s in self._services.items() if kind in _BY_KIND and s.kind == kind]
        return next(([*found] for found in (named, made, typed) if len(found) == 1), [])


def reach(start: str, references: Mapping[str, Iterable[str]]) -> int:
    """How many services can be reached from one."""
    seen = {start}
    waiting = [start]
    while waiting:
        for name in references.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return len(seen) - 1
