"""One step of the fluid: what the sources send moves through the stations and along the arcs, and is counted.

Nodes come in the order of the calls; what runs in a circle arrives with the next step. Masses are kept, so that
offered = completed + failed + in flight for every flow, instance and edge.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid_queues import hand_out
from simulation.traffic.fluid_stations import PURE_DELAY, power, reservoir, solve
from simulation.traffic.random_numbers import exp


@njit(cache=True, nogil=True)
def integral(flows, segments, f, now, upto):
    """Requests that flow f sends from `now` to `upto`."""
    t = now
    total = 0.0
    s = flows[f].seg
    while t < upto:
        end = min(upto, segments[s].end)
        a = segments[s].rate + segments[s].slope * (t - segments[s].start)
        b = segments[s].rate + segments[s].slope * (end - segments[s].start)
        total += 0.5 * (a + b) * (end - t)
        t = end
        if t >= segments[s].end and s + 1 < flows[f].seg_end:
            s += 1
        elif t < upto:
            break
    flows[f].seg = s
    flows[f].t_last = upto
    return total * flows[f].factor


@njit(cache=True, nogil=True)
def move(
    now, dt, order, state_lo, state_of, node_lo, node_inst, lane_lo, lane_of, steps, insts, nodes, edges, flows,
    segments, lanes_t, cands, contents, states, arcs, stations, calls, lanes, fnodes, fflows, root_lo, root_state,
    root_share, sent, messages, gone, into, memory, inside, lane_in, lane_mass, hit_now, misses, inserts, slots,
    ratio, low, high,
):  # fmt: skip
    """Move everything on by dt; what was accumulated for the step is in the tables afterwards."""
    operations = steps.shape[0] // nodes.shape[0]
    regions = state_of.shape[0] // steps.shape[0] - 1
    nf = fflows.shape[0]
    for e in range(calls.shape[0]):
        calls[e].rate = calls[e].failing = calls[e].stay = calls[e].wish = 0.0
    for c in range(misses.shape[0]):
        misses[c] = inserts[c] = 0.0
    for f in range(nf):
        rate = integral(flows, segments, f, now, now + dt) / dt
        fflows[f].rate = rate
        if rate <= 0.0:
            continue
        i = np.int64(flows[f].inst)
        for r in range(root_lo[f], root_lo[f + 1]):
            s = root_state[r]
            flux = rate * root_share[r]
            sent[f, s] += flux
            states[s].seen += flux
            states[s].share_weight += flux
            st = stations[i]
            st.ok += flux * states[s].ok
            st.held_s += flux * states[s].time
        into[f, i] += rate
        stations[i].inflow += rate
        stations[i].scv_in += rate * (1.0 if flows[f].poisson == 1 else 0.0)
        stations[i].squares += rate * rate
    for place in range(order.shape[0]):
        n = order[place]
        first, last = state_lo[n], state_lo[n + 1]
        node = nodes[n]
        fnode = fnodes[n]
        inflow = 0.0
        for q in range(node_lo[n], node_lo[n + 1]):
            inflow += stations[node_inst[q]].inflow
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
            asks = 1.0 / (1.0 + inflow / node.dns_n * node.ttl)
            fnode.lookup_share = asks
            is_up = False
            for q in range(node_lo[n], node_lo[n + 1]):
                is_up = is_up or insts[node_inst[q]].up == 1
            if is_up:
                fnode.down_at = -1.0
                fnode.lookups += inflow * asks * dt
            elif fnode.down_at < 0.0:
                fnode.down_at = now
            if fnode.down_at >= 0.0:
                cached = (1.0 - asks) * max(1.0 - (now - fnode.down_at) / node.ttl, 0.0)
        for s in range(first, last):
            state = states[s]
            if state.seen > 0.0:
                state.weight = state.share_weight / state.seen
                state.rush = state.share_rush / state.seen
            state.seen = state.share_weight = state.share_rush = 0.0
        plain_ok, plain_in, scv_sum, out_sum = 0.0, 0.0, 0.0, 0.0
        for q in range(node_lo[n], node_lo[n + 1]):
            i = node_inst[q]
            st = stations[i]
            inst = insts[i]
            up = inst.up == 1
            rate = st.inflow
            lam = st.service * keep if up else 0.0
            refused = 0.0
            st.out = 0.0
            raw = st.scv_in / rate if rate > 0.0 else 1.0
            scv_in = raw
            scv = st.scv
            x0 = st.x
            if lam > 0.0:
                st.mean = st.work / st.service
                scv = (1.0 + st.scv) * (st.work_2 / st.service) / (st.mean * st.mean) - 1.0
            mean = st.mean
            if inst.holds == 1 and rate > 0.0:
                held = st.hold / rate
                mean2 = mean + held
                var = scv * mean * mean + max(st.hold_2 / rate - held * held, 0.0)
                st.held_s = held
                mean = mean2
                scv = var / (mean * mean) if mean > 0.0 else 1.0
            if lam > 0.0 or st.x > 1e-12:
                if inst.slots >= PURE_DELAY:
                    fade = exp(-dt / max(mean, 1e-12))
                    x1 = lam * mean + (st.x - lam * mean) * fade
                    st.out = lam - (x1 - st.x) / dt
                    st.x, st.v, st.lq, st.theta, st.e = x1, x1, 0.0, 0.0, 0.0
                    st.wait = st.wait_v = st.block = 0.0
                    scv_out = 1.0 + (scv_in - 1.0) / (1.0 + x1)
                else:
                    c = np.float64(inst.slots)
                    capacity = c / max(mean, 1e-12)
                    # Streams that merge come nearer to Poisson (Whitt 1983, equations 29, 30).
                    rho = min(lam / capacity, 1.0)
                    streams = rate * rate / st.squares if st.squares > 0.0 else 1.0
                    mixed = 1.0 / (1.0 + 4.0 * (1.0 - rho) * (1.0 - rho) * max(streams - 1.0, 0.0))
                    scv_in = 1.0 - mixed + mixed * raw
                    if st.pool > 1.0:
                        scv_in = 1.0
                    room = -1.0 if inst.qlimit >= PURE_DELAY else np.float64(inst.qlimit)
                    vary = max(0.5 * (scv_in + scv), 0.02)
                    if scv_in < 1.0 and rho > 0.0:
                        # Krämer, Langenbach-Belz 1976: regular arrivals wait less than Allen-Cunneen says.
                        odd = (1.0 - scv_in) * (1.0 - scv_in)
                        vary *= exp(-2.0 * (1.0 - rho) * odd / (3.0 * rho * 2.0 * vary))
                    refused = solve(
                        slots, ratio, low, high, st, lam, capacity, dt, c, room, scv_in, max(scv, 0.0), vary
                    )
                    scv_out = 1.0 + (1.0 - rho * rho) * (scv_in - 1.0) + rho * rho / c**0.5 * (max(scv, 0.2) - 1.0)
                    scv_out = min(max(scv_out, 0.02), 20.0)
            else:
                st.e = st.lq = st.theta = st.block = st.wait = st.wait_v = 0.0
                st.x = 0.0
                scv_out = scv_in
            scv_sum += (rate + 1e-12) * scv_out
            out_sum += rate + 1e-12
            open_share = keep if up else (cached if node.dns_n > 0 else 0.0)
            admitted = 1.0 - refused / lam if lam > 0.0 else 1.0
            st.admits = open_share * (admitted if st.service > 0.0 else 1.0 - st.block)
            st.ok_in = 1.0
            if lam > 0.0 and lam > refused:
                st.ok_in = min(max(st.out / (lam - refused), 0.0), 4.0)
            plain_ok += rate * open_share * (1.0 - inst.fail)
            plain_in += rate
            # By flow: the mix of what is inside is the mix of what goes out.
            mass = x0 + (lam - refused) * dt
            for f in range(nf):
                have = inside[f, i]
                if rate > 0.0:
                    have += (lam - refused) * dt * into[f, i] / rate
                out_f = st.out * have / mass if mass > 0.0 else 0.0
                inside[f, i] = max(have - out_f * dt, 0.0)
                into[f, i] = 0.0
                if out_f > 0.0:
                    out_f *= 1.0 - inst.fail
                    total = 0.0
                    count = 0
                    for s in range(first, last):
                        is_here = inst.region < 0 or states[s].where == inst.region
                        if is_here and steps[n * operations + states[s].op].mean > 0.0:
                            total += memory[f, s] + (sent[f, s] if memory[f, s] <= 0.0 else 0.0)
                            count += 1
                    for s in range(first, last):
                        is_here = inst.region < 0 or states[s].where == inst.region
                        if is_here and steps[n * operations + states[s].op].mean > 0.0:
                            part = memory[f, s] + (sent[f, s] if memory[f, s] <= 0.0 else 0.0)
                            gone[f, s] += out_f * (part / total if total > 0.0 else 1.0 / count)
            # Counted: who came, who was served, who was refused or failed, with the time of the whole visit.
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
            st.rejected += (refused + st.inflow * (1.0 - keep) * (1.0 if up else 0.0)) * dt
            rest = st.mean / mean if mean > 0.0 else 1.0
            weight = st.weight / rate if rate > 0.0 else st.live
            st.live = weight
            rush = st.rush / rate if rate > 0.0 else 0.0
            patient = 1.0
            if rush > 0.0 and st.wait > 0.0:
                patient = min(1.0, 1.0 / (rush * st.wait))
            st.done = 0.0
            if st.x > 0.0:
                waiting = st.lq / st.x
                st.done = weight * (waiting * patient + (1.0 - waiting) * rest)
            used = st.theta * inst.slots if inst.slots < PURE_DELAY else 0.0
            st.busy = (used + st.used) * dt
            st.queue = st.lq * dt
        plain = plain_ok / plain_in if plain_in > 0.0 else 0.0
        scv_node = scv_sum / out_sum if out_sum > 0.0 else 1.0
        asks = fnode.lookup_share if node.dns_n > 0 else 1.0
        for s in range(first, last):
            served = asks if steps[n * operations + states[s].op].mean > 0.0 else 0.0
            if served > 0.0 and cached > 0.0:
                served = 0.0
            any_out = 0.0
            for f in range(nf):
                x = sent[f, s]
                blend = min(1.0, dt / 0.2)
                memory[f, s] += (x - memory[f, s]) * (blend if memory[f, s] > 0.0 else 1.0)
                gone[f, s] += x * (1.0 - served) * plain + messages[f, s]
                sent[f, s] = 0.0
                messages[f, s] = 0.0
                any_out += gone[f, s]
            if any_out <= 0.0:
                continue
            state = states[s]
            content = steps[n * operations + state.op].content
            if content >= 0:
                fnode.lookups += any_out * dt
                fnode.hits += any_out * hit_now[content] * dt
                misses[content] += any_out
                if steps[n * operations + state.op].lo < steps[n * operations + state.op].hi:
                    inserts[content] += any_out * (1.0 - hit_now[content]) * state.miss_ok
            if steps[n * operations + state.op].write == 1:
                fnode.commits += any_out
            for a in range(state.lo, state.hi):
                arc = arcs[a]
                e = arc.edge
                call = calls[e]
                call.rate += any_out * arc.attempts
                call.failing += any_out * arc.failed
                call.stay += any_out * arc.attempts * arc.time
                call.wish += any_out * arc.wish
                i = arc.inst
                flux = any_out * arc.reach
                if i < 0 or flux <= 0.0:
                    continue
                ts = arc.state
                target = states[ts]
                st = stations[i]
                w = np.int64(insts[i].node)
                st.inflow += flux
                at = w * operations + state.op
                mean = steps[at].mean * insts[i].slow
                if mean > 0.0:
                    part = flux * (fnodes[w].lookup_share if nodes[w].dns_n > 0 else 1.0)
                    st.service += part
                    st.work += part * mean
                    st.work_2 += part * mean * mean
                st.scv_in += flux * (arc.scv_a * scv_node + arc.scv_b)
                st.squares += flux * flux
                if insts[i].holds == 1:
                    st.hold += flux * target.time
                    st.hold_2 += flux * (target.time_v + target.time * target.time)
                else:
                    st.held_s += flux * target.time
                st.ok += flux * target.ok
                weight = state.weight * arc.weight
                rush = max(state.rush, arc.rush)
                st.weight += flux * weight
                st.rush += flux * rush
                target.seen += flux
                target.share_weight += flux * weight
                target.share_rush += flux * rush
                for f in range(nf):
                    y = gone[f, s] * arc.reach
                    sent[f, ts] += y
                    into[f, i] += y
                if steps[at].content >= 0 and steps[at].lo == steps[at].hi:
                    c = steps[at].content
                    inserts[c] += flux * st.admits * (1.0 - hit_now[c]) * state.miss_ok
        if node.is_queue == 1:
            hand_out(
                now, dt, n, node_inst[node_lo[n]], first, last, lane_lo, lane_of, steps, insts, nodes, edges, lanes_t,
                cands, states, stations, calls, lanes, fnodes, fflows, messages, gone, into, memory, lane_in, lane_mass,
                state_of, regions, slots, ratio, low, high,
            )  # fmt: skip
        for s in range(first, last):
            for f in range(nf):
                gone[f, s] = 0.0
        # The sums of the step are done with; what arrives from now on belongs to the next one.
        for q in range(node_lo[n], node_lo[n + 1]):
            st = stations[node_inst[q]]
            st.level_in = st.inflow
            st.inflow = st.service = st.work = st.work_2 = st.scv_in = st.squares = 0.0
            st.hold = st.hold_2 = st.held_s = st.ok = st.weight = st.rush = 0.0
            st.msg = st.used = st.stay = 0.0
            st.pool = 0.0
