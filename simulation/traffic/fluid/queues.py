"""A queue and its workers as a fluid: messages taken, handed out, failed, handed out again or lost."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.memory import recall, remember
from simulation.traffic.fluid.stations import fit, power, reservoir, solve
from simulation.traffic.machine_code.compiler import INNER


@njit(**INNER)
def hand_out(
    now, dt, n, own, first, last, lane_of, steps, insts, nodes, edges, lanes_t, cands, states, stations, calls,
    lanes, fnodes, fflows, fluxes, lane_in, lane_mass, state_of, regions, operations, nf, spare, marks, marked,
):  # fmt: skip
    """A queue with its workers as one station with as many slots as they have: messages in, out and back again."""
    node = nodes[n]
    backlog = 0.0
    for l_ in range(fnodes[n].lane_lo, fnodes[n].lane_hi):
        k = lane_of[l_].i
        lane = lanes[k]
        total_in = 0.0
        for f in range(nf):
            lane_in[k, f] = 0.0
        for s in range(first, last):
            if steps[n * operations + states[s].op].lane != k:
                continue
            for f in range(nf):
                lane_in[k, f] += fluxes[s * nf + f].gone
                total_in += fluxes[s * nf + f].gone
        red = node.redelivery
        back, came = reservoir(lane.again, 0.0, red, dt)
        lane.again = back
        back_rate = came / dt
        c_sum, cap = 0.0, 0.0
        lo, count = np.int64(lanes_t[k].lo), np.int64(lanes_t[k].count)
        for b in range(count):
            i = np.int64(cands[lo + b].inst)
            e = np.int64(cands[lo + b].edge)
            stations[i].capacity = 0.0
            inst = insts[i]
            if inst.up == 0 or inst.drain == 1 or edges[e].down == 1 or edges[e].cut == 1:
                continue
            if node.paused == 1 or node.up == 0:
                continue
            w = np.int64(inst.node)
            mean, held, share = 0.0, 0.0, 0.0
            for s in range(first, last):
                at = w * operations + states[s].op
                if steps[n * operations + states[s].op].lane != k:
                    continue
                part = 1e-12
                for f in range(nf):
                    part += fluxes[s * nf + f].memory
                home = np.int64(inst.region) if inst.region >= 0 else np.int64(states[s].where)
                ts = state_of[at * (regions + 1) + home + 1].i
                one = steps[at].mean * inst.slow + (states[ts].time if inst.holds == 1 else 0.0)
                made, _ok = pieces(edges[e], (1.0 - inst.fail) * states[ts].ok)
                mean += part * one
                held += part * one * made
                share += part
            mean /= max(share, 1e-300)
            held /= max(share, 1e-300)
            c = np.float64(min(inst.slots, inst.hand_limit))
            # Slots that other queues keep busy are not there for this one.
            free = c / max(held, 1e-9)
            stations[i].capacity = free
            stations[i].mean = mean
            c_sum += c
            cap += free
        x0 = lane.x
        inflow = total_in + back_rate
        lane.taken = 1.0
        dropped = 0.0
        out = 0.0
        room = -1.0 if node.capacity >= 1 << 59 else np.float64(node.capacity)
        if cap > 0.0:
            # The spare station at the end of the table stands for the lane while it is solved.
            view = stations[spare]
            view.x, view.e, view.v, view.pool, view.still, view.rise = lane.x, lane.e, lane.v, 0.0, 0, 0.0
            view.moves = view.vary_last = 0.0
            fit(view, c_sum)
            refused = solve(view, inflow, cap, dt, room, 1.0, 1.0, 1.0)
            lane.x, lane.e, lane.v, lane.lq = view.x, view.e, view.v, view.lq
            lane.wait = view.wait
            out = view.out
        else:
            lane.x += inflow * dt
            refused = 0.0
            if room >= 0.0 and lane.x > room:
                refused = min((lane.x - room) / dt, inflow)
                lane.x -= refused * dt
            lane.lq = lane.x
            lane.e = 0.0
        if inflow > 0.0 and refused > 0.0:
            if node.drop == 1:
                dropped = refused
            else:
                lane.taken = 1.0 - refused / inflow
                stations[own].rejected += refused * dt
        mass = x0 + inflow * dt
        failing = 0.0
        bad_share = 0.0
        for f in range(nf):
            have = lane_mass[k, f] + lane_in[k, f] * dt
            if lane.rate > 0.0 or back_rate > 0.0:
                have += back_rate * dt * fflows[f].stay_share
            part = have / mass if mass > 0.0 else 0.0
            gone_f = (out + refused) * part * dt
            lane_mass[k, f] = max(have - gone_f, 0.0)
            if dropped > 0.0:
                fflows[f].lost_messages += dropped * part * dt
            out_f = out * part
            if out_f <= 0.0 or cap <= 0.0:
                continue
            weight_f = 0.0
            for s in range(first, last):
                if steps[n * operations + states[s].op].lane == k:
                    weight_f += fluxes[s * nf + f].memory + 1e-12
            failed_f = 0.0
            for s in range(first, last):
                if steps[n * operations + states[s].op].lane != k:
                    continue
                share = out_f * (fluxes[s * nf + f].memory + 1e-12) / weight_f
                for b in range(count):
                    i = np.int64(cands[lo + b].inst)
                    st = stations[i]
                    if st.capacity <= 0.0:
                        continue
                    e = np.int64(cands[lo + b].edge)
                    w = np.int64(insts[i].node)
                    home = np.int64(insts[i].region) if insts[i].region >= 0 else np.int64(states[s].where)
                    ts = state_of[(w * operations + states[s].op) * (regions + 1) + home + 1].i
                    flux = share * st.capacity / cap
                    made, ok = pieces(edges[e], (1.0 - insts[i].fail) * states[ts].ok)
                    work = flux * made
                    st.inflow += work
                    st.msg += work
                    st.stay = st.mean
                    st.used += work * st.mean
                    st.ok += work * states[ts].ok
                    fluxes[ts * nf + f].messages += work * (1.0 - insts[i].fail)
                    calls[e].rate += flux
                    calls[e].failing += flux * (1.0 - ok)
                    calls[e].stay += work * st.mean
                    failed_f += flux * (1.0 - ok)
            failing += failed_f
            bad_share = failed_f / out_f
            most = np.float64(node.max_deliveries)
            lost = 1.0
            if node.at_most == 0:
                lost = 0.0
                if bad_share >= 1.0 - 1e-12:
                    lost = 1.0 / most if most < 1e8 else 0.0
                elif most < 1e8:
                    lost = power(bad_share, most - 1.0) * (1.0 - bad_share) / (1.0 - power(bad_share, most))
            fflows[f].lost_messages += failed_f * lost * dt
            lane.again += failed_f * (1.0 - lost) * dt
            fflows[f].stay_share = out_f / out
        lane.rate = out
        lane.out = out
        lane.seen_in += (inflow - refused) * dt
        lane.seen_out += out * dt
        backlog += lane.lq
        node.oldest = max(node.oldest, age(now, dt, k, inflow - refused, lane, marks, marked))
    node.backlog_area += backlog * dt
    node.backlog_t = now + dt
    node.backlog = np.int64(np.floor(backlog + 0.5))
    node.backlog_max = max(node.backlog_max, node.backlog)


@njit(**INNER)
def pieces(edge, ok):
    """(pieces of work done of a message, chance that none fails), made one after another until one fails."""
    p = ok * (1.0 - edge.fail)
    whole = np.floor(edge.work)
    rest = edge.work - whole
    if p >= 1.0:
        return edge.work, 1.0
    full = p**whole
    return (1.0 - full) / (1.0 - p) + rest * full, full * ((1.0 - rest) + rest * p)


@njit(**INNER)
def age(now, dt, k, inflow, lane, marks, marked):
    """How long ago the message came that is handed out at the end of the step, s."""
    row = remember(marks, marked, k, lane.seen_in)
    if row >= 0:
        marks[k, row, 1], marks[k, row, 2] = now + dt, inflow
    if lane.lq < 1.0:
        return lane.wait
    gone = lane.seen_out + max(lane.x - lane.lq, 0.0)
    row = recall(marks, marked, k, gone)
    head = marks[k, row, 1] - (marks[k, row, 0] - gone) / max(marks[k, row, 2], 1e-12)
    return now + dt - max(head, 0.0)
