"""The stations of a node in one step: what they admit, how long it waits, what leaves and what is counted."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.layout import SAME
from simulation.traffic.fluid.stations import PURE_DELAY, fit, power, reservoir, solve
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.random_numbers import exp


@njit(**INNER)
def admitted(now, dt, n, nodes, insts, stations, fnodes, node_inst):
    """(share that a rate limit lets in, share that a name server's answers in use serve while it is down)."""
    node = nodes[n]
    if node.limit < 0.0 and node.dns_n == 0:
        return 1.0, 0.0
    inflow = 0.0
    is_up = False
    for q in range(fnodes[n].inst_lo, fnodes[n].inst_hi):
        inflow += stations[node_inst[q].i].inflow
        is_up = is_up or insts[node_inst[q].i].up == 1
    keep = 1.0
    if node.limit >= 0.0:
        if inflow > 0.0:
            load = inflow / max(node.limit, 1e-9)
            keep = min(1.0, (node.limit + node.tokens / dt) / inflow)
            if load < 1.0 and node.burst < 1e6:
                lost = power(load, 2.0 * node.burst)
                keep = min(keep, 1.0 - lost * (1.0 - load) / max(1.0 - lost * load, 1e-9))
        node.tokens = min(max(node.tokens + (node.limit - inflow * keep) * dt, 0.0), node.burst)
    cached = 0.0
    if node.dns_n > 0:
        fnode = fnodes[n]
        asks = 1.0 / (1.0 + inflow / node.dns_n * node.ttl)
        fnode.lookup_share = asks
        if is_up:
            fnode.down_at = -1.0
            fnode.lookups += inflow * asks * dt
        elif fnode.down_at < 0.0:
            fnode.down_at = now
        if fnode.down_at >= 0.0:
            cached = (1.0 - asks) * max(1.0 - (now - fnode.down_at) / node.ttl, 0.0)
    return keep, cached


@njit(**INNER)
def serve(
    dt, tick, n, i, keep, open_share, first, last, operations, nf, inst, st, steps, states, fluxes, held,
):  # fmt: skip
    """Move one station on; what left it, by state and flow, is in `gone`. Answers the variability of its output."""
    rate = st.inflow
    lam = st.service * keep if inst.up == 1 else 0.0
    refused = 0.0
    st.out = 0.0
    raw = st.scv_in / rate if rate > 0.0 else 1.0
    scv, scv_out = st.scv, raw
    x0 = st.x
    if lam > 0.0:
        st.mean = st.work / st.service
        if last - first > 1:
            scv = (1.0 + st.scv) * (st.work_2 / st.service) / (st.mean * st.mean) - 1.0
    mean = st.mean
    if inst.holds == 1 and rate > 0.0:
        behind = st.hold / rate
        var = scv * mean * mean + max(st.hold_2 / rate - behind * behind, 0.0)
        st.held_s = behind
        mean += behind
        scv = var / (mean * mean) if mean > 0.0 else 1.0
    if lam <= 0.0 and x0 <= 1e-12:
        st.x = st.e = st.lq = st.theta = st.block = st.wait = st.wait_v = 0.0
        st.still = 0
    elif inst.slots >= PURE_DELAY:
        fade = exp(-dt / max(mean, 1e-12))
        x1 = lam * mean + (x0 - lam * mean) * fade
        st.out = lam - (x1 - x0) / dt
        st.x, st.v, st.lq, st.theta, st.e = x1, x1, 0.0, 0.0, 0.0
        st.wait = st.wait_v = st.block = 0.0
        scv_out = 1.0 + (raw - 1.0) / (1.0 + x1)
    else:
        fit(st, np.float64(inst.slots))
        c = st.slots
        capacity = c / max(mean, 1e-12)
        # Streams that merge come nearer to Poisson (Whitt 1983, equations 29, 30).
        rho = min(lam / capacity, 1.0)
        scv_in = raw if st.pool <= 1.0 else 1.0
        if scv_in != 1.0 and 0.0 < st.squares < rate * rate:
            streams = rate * rate / st.squares
            scv_in = 1.0 + (raw - 1.0) / (1.0 + 4.0 * (1.0 - rho) * (1.0 - rho) * (streams - 1.0))
        vary = max(0.5 * (scv_in + scv), 0.02)
        if scv_in < 1.0 and rho > 0.0:
            # Krämer, Langenbach-Belz 1976: regular arrivals wait less than Allen-Cunneen says.
            odd = (1.0 - scv_in) * (1.0 - scv_in)
            vary *= exp(-2.0 * (1.0 - rho) * odd / (3.0 * rho * 2.0 * vary))
        room = -1.0 if inst.qlimit >= PURE_DELAY else np.float64(inst.qlimit)
        refused = solve(st, lam, capacity, dt, room, scv_in, max(scv, 0.0), vary)
        scv_out = 1.0 + (1.0 - rho * rho) * (scv_in - 1.0) + rho * rho / st.root * (max(scv, 0.2) - 1.0)
        scv_out = min(max(scv_out, 0.02), 20.0)
    taken = lam - refused
    st.admits = open_share * ((taken / lam if lam > 0.0 else 1.0) if st.service > 0.0 else 1.0 - st.block)
    st.ok_in = min(max(st.out / taken, 0.0), 4.0) if taken > 0.0 else 1.0
    if (
        abs(st.wait - st.known_wait) > SAME * (st.known_wait + st.mean)
        or abs(st.wait_v - st.known_wait_v) > 10.0 * SAME * (st.known_wait_v + st.mean * st.mean)
        or abs(st.admits - st.known_admits) > SAME * st.known_admits
        or abs(st.ok_in - st.known_ok_in) > SAME
    ):
        st.known_wait, st.known_wait_v = st.wait, st.wait_v
        st.known_admits, st.known_ok_in = st.admits, st.ok_in
        st.moved = tick
    mass = x0 + taken * dt
    if mass > 0.0 or rate > 0.0:
        share = taken * dt / rate if rate > 0.0 else 0.0
        portion = st.out / mass if mass > 0.0 else 0.0
        for f in range(nf):
            # The mix of what is inside is the mix of what goes out.
            have = held[i * nf + f].inside + share * held[i * nf + f].into
            out_f = portion * have
            held[i * nf + f].inside = max(have - out_f * dt, 0.0)
            held[i * nf + f].into = 0.0
            if out_f > 0.0:
                deal(out_f * (1.0 - inst.fail), n, f, inst.region, first, last, operations, nf, steps, states, fluxes)
    count(dt, keep, rate, refused, mean, inst, st)
    return scv_out


@njit(**INNER)
def deal(out, n, f, region, first, last, operations, nf, steps, states, fluxes):
    """What leaves a station belongs to the states by which it came of late."""
    total = 0.0
    alike = 0
    for s in range(first, last):
        if (region < 0 or states[s].where == region) and steps[n * operations + states[s].op].mean > 0.0:
            total += fluxes[s * nf + f].memory if fluxes[s * nf + f].memory > 0.0 else fluxes[s * nf + f].sent
            alike += 1
    for s in range(first, last):
        if (region < 0 or states[s].where == region) and steps[n * operations + states[s].op].mean > 0.0:
            part = fluxes[s * nf + f].memory if fluxes[s * nf + f].memory > 0.0 else fluxes[s * nf + f].sent
            fluxes[s * nf + f].gone += out * (part / total if total > 0.0 else 1.0 / alike)


@njit(**INNER)
def count(dt, keep, rate, refused, mean, inst, st):
    """Who came, who was served, who was refused or failed, with the time of the whole visit."""
    share_ok = st.ok / rate if rate > 0.0 else 0.0
    behind = st.held_s / rate if inst.holds == 0 and rate > 0.0 else 0.0
    good = st.admits * (1.0 - inst.fail) * share_ok
    fast = rate * (1.0 - st.admits)
    stay = (st.wait + st.mean if st.service > 0.0 else 0.0) + (st.held_s if inst.holds == 1 else behind)
    if st.msg > 0.0:
        stay = st.stay
    st.spread, left = reservoir(st.spread, rate - fast, stay, dt)
    if rate > 0.0:
        st.level = min(good / max(st.admits, 1e-300), 1.0)
    st.arrivals += rate * dt
    st.completed += left * st.level
    st.failed += left * (1.0 - st.level) + fast * dt
    st.rejected += (refused + rate * (1.0 - keep) * (1.0 if inst.up == 1 else 0.0)) * dt
    if rate > 0.0:
        st.live = st.weight / rate
    st.done = 0.0
    if st.x > 0.0:
        rush = st.rush / rate if rate > 0.0 else 0.0
        patient = min(1.0, 1.0 / (rush * st.wait)) if rush > 0.0 and st.wait > 0.0 else 1.0
        waiting = st.lq / st.x
        rest = st.mean / mean if mean > 0.0 else 1.0
        st.done = st.live * (waiting * patient + (1.0 - waiting) * rest)
    used = st.theta * inst.slots if inst.slots < PURE_DELAY else 0.0
    st.busy += (used + st.used) * dt
    st.queue += st.lq * dt
