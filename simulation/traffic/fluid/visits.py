"""What a visit meets: success and latency behind every station, and where its calls go, from the targets up.

States are visited from the last to the first, so that what a call meets is known before the caller is. A state is
looked at anew only when something that it meets has moved, or when the world says that all must be.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.calls import ask, scale, thin
from simulation.traffic.fluid.latency import at_least, larger, left_of, put, quantile, two_of
from simulation.traffic.fluid.layout import AFRESH, MORE_ARCS, SAME
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import rows


@njit(**INNER)
def look_ahead(
    now, tick, all_anew, order, state_of, steps, gates, lists, cands, shares, edges, insts, nodes, rtt,
    states, arcs, stations, calls, lanes, fnodes, hits, picks, dealt, alternatives, answers, ways, bits,
    node_inst, is_cut, regions, total,
):  # fmt: skip
    """Fill `states` and `arcs` for a step that begins `now`; answers the number of arcs, MORE_ARCS or AFRESH.

    AFRESH: a state has another number of arcs than before, so that all must be laid out anew.
    """
    operations = steps.shape[0] // nodes.shape[0]
    most = arcs.shape[0]
    steps, gates, lists, cands, shares = rows(steps), rows(gates), rows(lists), rows(cands), rows(shares)
    edges, insts, nodes, states, arcs = rows(edges), rows(insts), rows(nodes), rows(states), rows(arcs)
    stations, calls, lanes, fnodes = rows(stations), rows(calls), rows(lanes), rows(fnodes)
    alternatives, answers, ways, bits = rows(alternatives), rows(answers), rows(ways), rows(bits)
    state_of, node_inst, rtt, hits = rows(state_of), rows(node_inst), rows(rtt), rows(hits)
    picks, dealt = rows(picks), rows(dealt)
    if all_anew == 1:
        total = 0
    for place in range(order.shape[0] - 1, -1, -1):
        n = order[place].i
        for s in range(fnodes[n].state_lo, fnodes[n].state_hi):
            state = states[s]
            step = steps[n * operations + state.op]
            hit, join = 0.0, 0.0
            if step.content >= 0:
                hit, join = hits[step.content].share, hits[step.content].joins
            hits_more = abs(hit - state.known_hit) > SAME or abs(join - state.known_join) > SAME
            if all_anew == 0 and fnodes[n].volatile == 0 and not hits_more:
                moved = False
                for a in range(state.lo, state.hi):
                    arc = arcs[a]
                    if arc.inst >= 0:
                        newest = max(stations[arc.inst].moved, states[arc.state].moved)
                        moved = moved or newest >= state.looked
                if not moved:
                    continue
            state.looked = tick
            first = total if all_anew == 1 else np.int64(state.lo)
            last = visit(
                now, n, state, first, most, hit, join, operations, regions, state_of, steps, gates, lists, cands,
                shares, edges, insts, nodes, rtt, states, arcs, stations, calls, fnodes, picks, dealt, alternatives,
                answers, ways, bits, node_inst, is_cut,
            )  # fmt: skip
            if last == MORE_ARCS:
                return MORE_ARCS
            if nodes[n].is_queue == 1:
                state.ok *= lanes[step.lane].taken
            if all_anew == 1:
                total = last
            elif last != state.hi:
                return AFRESH
            state.lo, state.hi = first, last
            note(state, tick)
            if hits_more:
                # A caller that asks the store itself sees hits in nothing but its next call.
                state.known_hit, state.known_join = hit, join
                state.moved = tick
    return total


@njit(**INNER)
def note(state, tick):
    """Say that a state has moved when its figures are others than those that its callers have seen."""
    mean = state.w * state.m1 + (1.0 - state.w) * state.m2
    var = state.w * (state.v1 + state.m1 * state.m1) + (1.0 - state.w) * (state.v2 + state.m2 * state.m2) - mean * mean
    if (
        abs(state.ok - state.known_ok) > SAME * state.known_ok
        or abs(mean - state.known_mean) > SAME * state.known_mean
        or abs(var - state.known_v) > 10.0 * SAME * state.known_v
        or abs(state.time - state.known_time) > SAME * state.known_time
        or abs(state.ratio - state.known_ratio) > SAME
    ):
        state.known_ok, state.known_mean, state.known_v = state.ok, mean, var
        state.known_time, state.known_ratio = state.time, state.ratio
        state.moved = tick


@njit(**INNER)
def visit(
    now, n, state, first, most, hit, join, operations, regions, state_of, steps, gates, lists, cands, shares, edges,
    insts, nodes, rtt, states, arcs, stations, calls, fnodes, picks, dealt, alternatives, answers, ways, bits,
    node_inst, is_cut,
):  # fmt: skip
    """What a visit in a state meets: its gates one after another. Answers the end of its arcs, or MORE_ARCS."""
    step = steps[n * operations + state.op]
    base = nodes[n].wait if step.write == 1 else 0.0
    c1w, c1m, c1v, c1d, c2m, c2v, c2d = 1.0, base, 0.0, base, 0.0, 0.0, 0.0
    reach, reach_miss = 1.0, 1.0
    time, time_v, fail_time = base, 0.0, 0.0
    flow = 1.0
    total = first
    through, leads = 1.0 - hit, 1.0 - hit - join
    fetch, is_fetching = 0.0, False
    for b in range(64):
        bits[b].share = bits[64 + b].share = 0.0
    for g in range(step.lo, step.hi):
        gate = gates[g]
        # Who makes the calls, and who waits for another who does.
        run, wait = 1.0, 1.0
        if gate.behind != 0:
            for b in range(64):
                if (gate.behind >> b) & 1:
                    run *= max(1.0 - bits[b].share - bits[64 + b].share, 0.0)
                    wait *= 1.0 - bits[b].share
        wait = max(wait - run, 0.0)
        branches = np.int64(gate.sub_n) if gate.fork == 1 else 1
        of_gate = total
        op, weight = np.int64(state.op), 1.0 / branches
        if gate.copies >= 0:
            op, weight = np.int64(gate.copies), 0.0
        all_m, all_v, all_d, all_fail, all_ratio, all_hit, all_join = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        each_ok, ok_sum, mean_sum, var_sum = 1.0, 0.0, 0.0, 0.0
        gw, g1m, g1v, g1d, g2m, g2v, g2d = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        gate_ok = 1.0
        for branch in range(branches):
            call = gates[gate.sub_lo + branch] if gate.fork == 1 else gate
            whole, rest = np.float64(call.calls), call.calls_rest
            number = whole + rest
            answer = answers[0]
            of_call = total
            total = ask(
                now, n, state, op, call, total, most, weight, operations, regions, state_of, steps, lists, cands,
                shares, edges, insts, nodes, rtt, states, arcs, stations, calls, fnodes, picks, dealt, alternatives,
                answer, node_inst, is_cut,
            )  # fmt: skip
            if total == MORE_ARCS:
                return MORE_ARCS
            # The calls of a request here are made one after another.
            p = min(answer.ok, 1.0)
            made, branch_ok = number, 1.0
            if p < 1.0:
                full = p**whole
                made = (1.0 - full) / (1.0 - p) + rest * full
                branch_ok = full * ((1.0 - rest) + rest * p)
            weights = answer.w1 + answer.w2
            gw = answer.w1 / weights if weights > 0.0 else 1.0
            g1m, g1v, g1d, g2m, g2v, g2d = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            if answer.w1 > 0.0:
                g1m, g1d = answer.s1 / answer.w1, answer.d1
                g1v = max(answer.q1 / answer.w1 - g1m * g1m, 0.0)
            if answer.w2 > 0.0:
                g2m, g2d = answer.s2 / answer.w2, answer.d2
                g2v = max(answer.q2 / answer.w2 - g2m * g2m, 0.0)
            fail_t = answer.fail / answer.fail_mass if answer.fail_mass > 0.0 else 0.0
            one_m = gw * g1m + (1.0 - gw) * g2m
            one_v = max(gw * (g1v + g1m * g1m) + (1.0 - gw) * (g2v + g2m * g2m) - one_m * one_m, 0.0)
            one_d = min(g1d, g2d) if 0.0 < gw < 1.0 else (g1d if gw > 0.0 else g2d)
            if number != 1.0 or branches > 1:
                # Several calls, or one among several: their sum as one part; an uneven number adds variance.
                one_v = number * one_v + rest * (1.0 - rest) * one_m * one_m
                one_m = number * one_m
                one_d = whole * one_d
                gw, g1m, g1v, g1d = 1.0, one_m, one_v, one_d
                g2m, g2v, g2d = 0.0, 0.0, 0.0
            if made > 1.0:
                fail_t += 0.5 * (made - 1.0) * one_m / max(number, 1.0)
            if made != 1.0:
                scale(arcs, of_call, total, made)
            ratio = answer.ratio / answer.ratio_mass if answer.ratio_mass > 0.0 else 1.0
            if branches == 1:
                gate_ok = branch_ok
                all_fail, all_ratio = fail_t, ratio
                if p > 0.0:
                    all_hit, all_join = answer.hit / p, answer.join / p
                mean_sum = made * (p * one_m / max(number, 1e-12) + (1.0 - p) * fail_t)
                var_sum = one_v
            else:
                if branch == 0:
                    all_m, all_v, all_d, all_ratio = one_m, one_v, one_d, ratio
                else:
                    all_m, all_v = larger(all_m, all_v, one_m, one_v)
                    all_d, all_ratio = max(all_d, one_d), min(all_ratio, ratio)
                each_ok *= branch_ok
                ok_sum += branch_ok
                mean_sum += one_m
                var_sum += one_v
                all_fail = max(all_fail, fail_t)
        if branches > 1:
            gate_ok = each_ok
            if gate.need < branches:
                gate_ok = at_least(gate.need, branches, ok_sum / branches)
                one_m, one_v = mean_sum / branches, var_sum / branches
                z = quantile((gate.need - 0.375) / (branches + 0.25))
                all_m = max(one_m + one_v**0.5 * z, 0.3 * one_m)
                all_v = one_v * 2.0 / branches
                all_d = 0.0
            gw, g1m, g1v, g1d = 1.0, all_m, all_v, all_d
            g2m, g2v, g2d = 0.0, 0.0, 0.0
            mean_sum, var_sum = all_m, all_v
        thin(arcs, of_gate, total, reach * run * leads * min(max(flow, 0.0), 4.0))
        if gate.copies >= 0:
            continue  # nobody waits for them
        part = reach * run
        time += part * mean_sum
        time_v += part * var_sum + part * (1.0 - part) * mean_sum * mean_sum
        if is_fetching:
            fetch += mean_sum if gate.behind != 0 else part * mean_sum
        if gate.bit >= 0:
            asked = run * gate_ok * min(1.0, np.float64(gate.calls) + gate.calls_rest)
            bits[gate.bit].share, bits[64 + gate.bit].share = asked * all_hit, asked * all_join
            is_fetching = True
        rest_m, rest_v = 0.0, 0.0
        if wait > 0.0:
            rest_m, rest_v = left_of(mean_sum, var_sum)
            time += reach * wait * rest_m
            time_v += reach * wait * rest_v
        # When a fetch fails, the first of those who wait makes the next one: only who fetches can fail.
        skip = max(1.0 - run - wait, 0.0)
        go, miss, late = run * gate_ok, run * (1.0 - gate_ok), wait
        if gate.required == 1:
            reach_miss *= gate_ok
            soon = c1w * c1m + (1.0 - c1w) * c2m
            fail_time += reach * miss * (soon + all_fail)
            reach *= 1.0 - miss
            succeed = skip + go + late
            if succeed > 0.0:
                skip /= succeed
                late /= succeed
            go, miss = 1.0 - skip - late, 0.0
        flow *= 1.0 + run * (all_ratio - 1.0)
        if skip + late <= 1e-12 and miss <= 1e-12 and gw >= 1.0 and c1w >= 1.0:
            c1m += g1m
            c1v += g1v
            c1d += g1d
            continue
        count = np.int64(0)
        for a in range(2):
            aw = c1w if a == 0 else 1.0 - c1w
            if aw <= 0.0:
                continue
            am, av, ad = (c1m, c1v, c1d) if a == 0 else (c2m, c2v, c2d)
            for b in range(5):
                bw, bm, bv, bd = skip, 0.0, 0.0, 0.0
                if b == 1:
                    bw, bm, bv, bd = go * gw, g1m, g1v, g1d
                elif b == 2:
                    bw, bm, bv, bd = go * (1.0 - gw), g2m, g2v, g2d
                elif b == 3:
                    bw, bm = miss, all_fail
                elif b == 4:
                    bw, bm, bv = late, rest_m, rest_v
                if bw > 0.0:
                    put(ways[count], aw * bw, am + bm, av + bv, ad + bd)
                    count += 1
        c1w, c1m, c1v, c1d, c2m, c2v, c2d = two_of(ways, count)
    alive = 0.0 if step.dead == 1 else 1.0
    if step.write == 1:
        alive -= nodes[n].short
    okay = reach * alive
    state.fail_time = fail_time / (1.0 - reach) if reach < 1.0 else 0.0
    state.miss_ok = reach_miss * alive
    is_through = step.lo < step.hi
    late_m = time
    if is_through and step.content >= 0:
        fetch = time - base
        if join > 0.0:
            rest_m, rest_v = left_of(fetch, time_v)
            late_m = base + rest_m
            put(ways[3], join * okay, late_m, rest_v, base)
    if hit > 0.0 or join > 0.0:
        own = leads if is_through else through
        put(ways[0], hit, base, 0.0, base)
        put(ways[1], own * okay * c1w, c1m, c1v, c1d)
        put(ways[2], own * okay * (1.0 - c1w), c2m, c2v, c2d)
        c1w, c1m, c1v, c1d, c2m, c2v, c2d = two_of(ways, np.int64(4 if is_through and join > 0.0 else 3))
        okay = hit + through * okay
    state.hit = state.join = 0.0
    state.fetch = fetch
    if step.content >= 0:
        state.hit = 1.0 if is_through else hit
        state.join = 0.0 if is_through else join
    state.ok = okay
    state.w, state.m1, state.v1, state.d1 = c1w, c1m, c1v, c1d
    state.m2, state.v2, state.d2 = c2m, c2v, c2d
    state.time = leads * time + join * late_m + hit * base
    state.time_v = through * time_v + through * hit * time * time
    state.ratio = 1.0 + through * (flow - 1.0)
    state.idle = base
    spared = 1.0
    for a in range(first, total):
        arc = arcs[a]
        behind = 0.0
        if arc.inst >= 0 and arc.weight > 0.0:
            behind = states[arc.state].idle
            refuses = 1.0 - stations[arc.inst].admits * (1.0 - states[arc.state].full)
            spared *= 1.0 - min(arc.reach, 1.0) * refuses
        state.idle += (arc.idle + arc.reach * behind) * arc.weight
    state.full = 1.0 - spared
    return total
