"""One instance of a component as a record: its slots, its law of service, where it stands."""

import math
from typing import Any

import numpy as np

from simulation.topology.catalogue.model import Role
from simulation.topology.geography import Geography
from simulation.topology.system import Component, System
from simulation.traffic.machine_code.entries import log
from simulation.traffic.streams import stream
from simulation.traffic.tables import layout
from simulation.traffic.tables.layout import UNBOUNDED


def instance_record(system: System, component: Component, number: int, seed: int, geography: Geography) -> Any:
    """A fresh instance `number` (from 0) of a component."""
    row = np.zeros(1, layout.INSTANCE)
    p = component.params
    station = component.kind.station
    slots = component.slots
    limit = p.get(station.queue) if station is not None and station.queue else None
    law, shape = _shape_of(str(p.get("distribution", "exponential")), float(p.get("cv") or 1.0))
    name = f"{component.id}#{number + 1}"
    domain = component.domains[number % len(component.domains)]
    row["slow"] = 1.0 / (1.0 - _overhead(system, component))
    row["fail"] = float(p.get("failure_rate") or 0.0)
    row["shape"], row["law"] = shape, law
    row["rng_service"], row["rng_fail"] = stream(seed, name, "service"), stream(seed, name, "failure")
    row["node"] = component.index
    row["slots"] = UNBOUNDED if slots is None else slots
    row["qlimit"] = UNBOUNDED if limit is None else int(limit)
    row["qhead"] = row["qtail"] = -1
    row["up"] = 1
    row["holds"] = int(component.holds_slot)
    row["region"] = region_of(geography, domain)
    row["hand_limit"] = max(int(p.get("prefetch") or 0), slots or UNBOUNDED)
    return row[0]


def region_of(geography: Geography, domain: tuple[int, ...]) -> int:
    """Index of the innermost place among containers; -1 without one."""
    place = geography.around(domain)
    return geography.places.index(place) if place else -1


def _overhead(system: System, component: Component) -> float:
    """Share of the slots that being observed costs."""
    total = 0.0
    for link in (*system.outgoing[component.index], *system.incoming[component.index]):
        if link.kind.id == "observe":
            other = link.target if link.source == component.index else link.source
            observer = system.components[other]
            if observer.kind.role is Role.OBSERVER:
                total += float(observer.params.get("overhead") or 0.0)
    return min(total, 0.9)


def _shape_of(distribution: str, cv: float) -> tuple[int, float]:
    """(code, shape) of a distribution by name and coefficient of variation."""
    if distribution == "deterministic":
        return layout.DETERMINISTIC, 0.0
    if distribution == "lognormal":
        return layout.LOGNORMAL, math.sqrt(log(1.0 + cv * cv))
    if distribution == "pareto":
        return layout.PARETO, 1.0 + (1.0 + 1.0 / (cv * cv)) ** 0.5
    if distribution == "gamma":
        return layout.GAMMA, 1.0 / (cv * cv)
    return layout.EXPONENTIAL, 0.0


def passed_through(gateway: Component, replicas: int) -> tuple[float, float]:
    """Requests a second that so many replicas of a gateway let through together, and how many more at once."""
    rate = float(gateway.params["rate_limit_rps"])
    return rate * replicas, max(float(gateway.params.get("burst") or rate), 1.0) * replicas
