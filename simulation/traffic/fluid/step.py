"""One step of the fluid: what the sources send moves through the stations and along the arcs, and is counted.

Nodes come in the order of the calls; what runs in a circle arrives with the next step. Masses are kept, so that
offered = completed + failed + in flight for every flow, instance and edge.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.queues import hand_out
from simulation.traffic.fluid.serving import admitted, serve
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import rows


@njit(**INNER)
def move(
    now, dt, tick, order, state_of, node_inst, lane_of, steps, insts, nodes, edges, flows,
    segments, lanes_t, cands, states, arcs, stations, calls, lanes, fnodes, fflows, roots,
    fluxes, held, lane_in, lane_mass, hits, regions, marks, marked,
):  # fmt: skip
    """Move everything on by dt; what was accumulated for the step is in the tables afterwards."""
    operations = steps.shape[0] // nodes.shape[0]
    nf = fflows.shape[0]
    spare = stations.shape[0] - 1
    many_calls = calls.shape[0]
    steps, insts, nodes, edges, flows = rows(steps), rows(insts), rows(nodes), rows(edges), rows(flows)
    segments, lanes_t, cands, states, arcs = rows(segments), rows(lanes_t), rows(cands), rows(states), rows(arcs)
    stations, calls, lanes, fnodes, fflows = rows(stations), rows(calls), rows(lanes), rows(fnodes), rows(fflows)
    state_of, node_inst, lane_of, roots = rows(state_of), rows(node_inst), rows(lane_of), rows(roots)
    many_hits = hits.shape[0]
    fluxes, held, hits = rows(fluxes), rows(held), rows(hits)
    for e in range(many_calls):
        calls[e].rate = calls[e].failing = calls[e].stay = calls[e].wish = 0.0
    for c in range(many_hits):
        hits[c].misses = hits[c].inserts = hits[c].took = 0.0
    for f in range(nf):
        arrive(now, dt, f, flows, segments, fflows, states, stations, roots, nf, fluxes, held)
    for place in range(order.shape[0]):
        n = order[place].i
        first, last = fnodes[n].state_lo, fnodes[n].state_hi
        keep, cached = admitted(now, dt, n, nodes, insts, stations, fnodes, node_inst)
        for s in range(first, last):
            state = states[s]
            if state.seen > 0.0:
                state.weight = state.share_weight / state.seen
                state.rush = state.share_rush / state.seen
            state.seen = state.share_weight = state.share_rush = 0.0
        # Of what arrives, the share that gets through without service here, and how uneven the stream behind is.
        plain_ok, plain_in, scv_sum, out_sum = 0.0, 0.0, 0.0, 0.0
        for q in range(fnodes[n].inst_lo, fnodes[n].inst_hi):
            i = node_inst[q].i
            inst = insts[i]
            rate = stations[i].inflow
            open_share = keep if inst.up == 1 else (cached if nodes[n].dns_n > 0 else 0.0)
            scv_out = serve(
                dt, tick, n, i, keep, open_share, first, last, operations, nf, inst, stations[i], steps, states, fluxes,
                held,
            )  # fmt: skip
            scv_sum += (rate + 1e-12) * scv_out
            out_sum += rate + 1e-12
            plain_ok += rate * open_share * (1.0 - inst.fail)
            plain_in += rate
        plain = plain_ok / plain_in if plain_in > 0.0 else 0.0
        scv_node = scv_sum / out_sum if out_sum > 0.0 else 1.0
        asks = fnodes[n].lookup_share if nodes[n].dns_n > 0 else 1.0
        blend = min(1.0, dt / 0.2)
        for s in range(first, last):
            served = asks if steps[n * operations + states[s].op].mean > 0.0 else 0.0
            if served > 0.0 and cached > 0.0:
                served = 0.0
            out = 0.0
            for f in range(nf):
                own = fluxes[s * nf + f]
                own.memory += (own.sent - own.memory) * (blend if own.memory > 0.0 else 1.0)
                own.gone += own.sent * (1.0 - served) * plain + own.messages
                own.sent = own.messages = 0.0
                out += own.gone
            if out > 0.0:
                forward(
                    dt, n, s, out, scv_node, operations, nf, steps, insts, nodes, states, arcs, stations, calls,
                    fnodes, fluxes, held, hits,
                )  # fmt: skip
        if nodes[n].is_queue == 1:
            hand_out(
                now, dt, n, node_inst[fnodes[n].inst_lo].i, first, last, lane_of, steps, insts, nodes, edges, lanes_t,
                cands, states, stations, calls, lanes, fnodes, fflows, fluxes, lane_in, lane_mass, state_of,
                regions, operations, nf, spare, marks, marked,
            )  # fmt: skip
        for s in range(first, last):
            for f in range(nf):
                fluxes[s * nf + f].gone = 0.0
        # The sums of the step are done with; what arrives from now on belongs to the next one.
        for q in range(fnodes[n].inst_lo, fnodes[n].inst_hi):
            st = stations[node_inst[q].i]
            st.level_in = st.inflow
            st.inflow = st.service = st.work = st.work_2 = st.scv_in = st.squares = 0.0
            st.hold = st.hold_2 = st.held_s = st.ok = st.weight = st.rush = 0.0
            st.msg = st.used = st.stay = 0.0


@njit(**INNER)
def arrive(now, dt, f, flows, segments, fflows, states, stations, roots, nf, fluxes, held):
    """What flow f sends in the step, to the states where its requests begin."""
    t, upto = now, now + dt
    total = 0.0
    flow = flows[f]
    s = flow.seg
    while t < upto:
        piece = segments[s]
        end = min(upto, piece.end)
        total += (piece.rate + piece.slope * (0.5 * (t + end) - piece.start)) * (end - t)
        t = end
        if t >= piece.end and s + 1 < flow.seg_end:
            s += 1
        elif t < upto:
            break
    flow.seg, flow.t_last = s, upto
    rate = total * flow.factor / dt
    fflows[f].rate = rate
    if rate <= 0.0:
        return
    i = np.int64(flow.inst)
    st = stations[i]
    for r in range(fflows[f].root_lo, fflows[f].root_hi):
        state = states[roots[r].state]
        flux = rate * roots[r].share
        fluxes[roots[r].state * nf + f].sent += flux
        state.seen += flux
        state.share_weight += flux
        st.ok += flux * state.ok
        st.held_s += flux * state.time
    held[i * nf + f].into += rate
    st.inflow += rate
    st.scv_in += rate * (1.0 if flow.poisson == 1 else 0.0)
    st.squares += rate * rate


@njit(**INNER)
def forward(
    dt, n, s, out, scv_node, operations, nf, steps, insts, nodes, states, arcs, stations, calls, fnodes, fluxes,
    held, hits,
):  # fmt: skip
    """What leaves the stations of a state goes along its arcs."""
    state = states[s]
    step = steps[n * operations + state.op]
    fnode = fnodes[n]
    if step.content >= 0:
        fnode.lookups += out * dt
        fnode.hits += out * hits[step.content].share * dt
        hits[step.content].misses += out
        if step.lo < step.hi:
            fetched(out, hits[step.content], state)
    if step.write == 1:
        fnode.commits += out
    for a in range(state.lo, state.hi):
        arc = arcs[a]
        call = calls[arc.edge]
        call.rate += out * arc.attempts
        call.failing += out * arc.failed
        call.stay += out * arc.attempts * arc.time
        call.wish += out * arc.wish
        i = arc.inst
        flux = out * arc.reach
        if i < 0 or flux <= 0.0:
            continue
        target, st, inst = states[arc.state], stations[i], insts[i]
        w = np.int64(inst.node)
        there = steps[w * operations + target.op]
        st.inflow += flux
        mean = there.mean * inst.slow
        if mean > 0.0:
            part = flux * (fnodes[w].lookup_share if nodes[w].dns_n > 0 else 1.0)
            st.service += part
            st.work += part * mean
            st.work_2 += part * mean * mean
        st.scv_in += flux * (arc.scv_a * scv_node + arc.scv_b)
        st.squares += flux * flux
        if inst.holds == 1:
            st.hold += flux * target.time
            st.hold_2 += flux * (target.time_v + target.time * target.time)
        else:
            st.held_s += flux * target.time
        st.ok += flux * target.ok
        weight = flux * state.weight * arc.weight
        rush = flux * max(state.rush, arc.rush)
        st.weight += weight
        st.rush += rush
        target.seen += flux
        target.share_weight += weight
        target.share_rush += rush
        for f in range(nf):
            y = fluxes[s * nf + f].gone * arc.reach
            fluxes[arc.state * nf + f].sent += y
            held[i * nf + f].into += y
        if there.content >= 0 and there.lo == there.hi:
            fetched(flux * st.admits, hits[there.content], state)


@njit(**INNER)
def fetched(looks, content, state):
    """Count what the look-ups of a content in a state let be fetched and put in."""
    fetches = looks * max(1.0 - content.share - content.joins, 0.0)
    content.inserts += fetches * state.miss_ok
    content.took += fetches * state.fetch
