"""What a visit meets: success and latency behind every station, and where its calls go, from the targets up.

States are visited from the last to the first, so that what a call meets is known before the caller is. Attempts
and retries over alternatives are counted exactly for independent outcomes: a retry goes to another target.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid_latency import below, larger, mean_below, two_of
from simulation.traffic.layout import LEAST_CONNECTIONS, POWER_OF_TWO, ROUND_ROBIN
from simulation.traffic.random_numbers import exp, log

MORE_ARCS = -1


@njit(cache=True, nogil=True)
def look_ahead(
    now, dt, order, state_lo, state_of, steps, gates, lists, cands, shares, edges, insts, nodes, rtt,
    states, arcs, stations, calls, lanes, fnodes, hit_now, picks, scratch, ways, node_lo, node_inst, is_cut,
):  # fmt: skip
    """Fill `states` and `arcs` for a step that begins `now`; answers the number of arcs, or MORE_ARCS."""
    operations = steps.shape[0] // nodes.shape[0]
    regions = rtt.shape[0]
    total = 0
    w, m, v, d = ways[0], ways[1], ways[2], ways[3]
    bits = np.zeros(64)
    for place in range(order.shape[0] - 1, -1, -1):
        n = order[place]
        for s in range(state_lo[n], state_lo[n + 1]):
            state = states[s]
            op = state.op
            at = n * operations + op
            state.lo = total
            base = nodes[n].wait if steps[at].write == 1 else 0.0
            c1w, c1m, c1v, c1d, c2m, c2v, c2d = 1.0, base, 0.0, base, 0.0, 0.0, 0.0
            reach = 1.0
            time = base
            time_v = 0.0
            fail_time = 0.0
            flow = 1.0
            reach_miss = 1.0
            first_of_gate = total
            hit = 0.0
            content = steps[at].content
            if content >= 0:
                hit = hit_now[content]
            through = 1.0 - hit
            for b in range(64):
                bits[b] = 0.0
            for g in range(steps[at].lo, steps[at].hi):
                gate = gates[g]
                run = 1.0
                if gate.behind != 0:
                    for b in range(64):
                        if bits[b] > 0.0 and (gate.behind >> b) & 1:
                            run *= 1.0 - bits[b]
                number = gate.calls + gate.calls_rest
                branches = 1
                if gate.fork == 1:
                    branches = gate.sub_n
                all_m, all_v, all_d = 0.0, 0.0, 0.0
                all_fail, all_ratio, all_hit = 0.0, 0.0, 0.0
                each_ok = 1.0
                ok_sum = 0.0
                mean_sum = 0.0
                var_sum = 0.0
                gw, g1m, g1v, g1d, g2m, g2v, g2d = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                gate_ok = 1.0
                for branch in range(branches):
                    q = gate.sub_lo + branch if gate.fork == 1 else g
                    call = gates[q]
                    whole = np.float64(call.calls)
                    rest = call.calls_rest
                    # Bins of the answers of one call: first part, second part.
                    bw = scratch[0]
                    bw[0, 0] = bw[1, 0] = 0.0
                    bw[0, 1] = bw[1, 1] = 0.0
                    bw[0, 2] = bw[1, 2] = 0.0
                    bw[0, 3] = bw[1, 3] = 1e300
                    call_ok = 0.0
                    fail_sum = 0.0
                    fail_mass = 0.0
                    ratio_sum = 0.0
                    ratio_mass = 0.0
                    hit_sum = 0.0
                    first_arc = total
                    which0 = np.int64(call.list)
                    if call.geo == 1:
                        which0 += (state.where + 1) * max(call.shards, 1)
                    parts = max(np.int64(call.members), 1)
                    if call.members == 0 and call.shards > 1:
                        parts = np.int64(call.shards)
                    for part in range(parts):
                        part_share = 1.0
                        if call.members > 0:
                            cum = shares[call.member_lo + part].cum
                            part_share = cum - (shares[call.member_lo + part - 1].cum if part > 0 else 0.0)
                        elif call.shards > 1:
                            part_share = (1.0 - call.hot) / call.shards + (call.hot if part == 0 else 0.0)
                        which = which0 + part
                        left = 1.0
                        while left > 1e-9:
                            old = 0.0
                            if lists[which].prev >= 0 and nodes[n].dns_n > 0:
                                age = (now - lists[which].since) / nodes[n].ttl
                                old = min(max(1.0 - age, 0.0), left) * (1.0 - fnodes[n].lookup_share)
                            share = part_share * (left - old)
                            left = old
                            lo = np.int64(lists[which].lo)
                            k = np.int64(lists[which].n)
                            algorithm = call.algorithm
                            if share > 0.0:
                                if total + k + 1 >= arcs.shape[0]:
                                    return MORE_ARCS
                                if k == 0:
                                    e = np.int64(cands[lo].edge)
                                    tries = 1.0
                                    if e >= 0:
                                        tries += edges[e].retries * calls[e].allowed
                                        arc = arcs[total]
                                        arc.edge = e
                                        arc.inst = -1
                                        arc.weight = 1.0
                                        arc.rush = 0.0
                                        arc.state = -1
                                        arc.attempts = share * tries
                                        arc.failed = share * tries
                                        arc.reach = 0.0
                                        arc.time = 0.0
                                        arc.wish = 0.0
                                        arc.idle = 0.0
                                        total += 1
                                    fail_mass += share
                                else:
                                    # What one attempt at each alternative meets.
                                    pick, bad, now_at, took = scratch[1], scratch[2], scratch[3], scratch[4]
                                    t1, t2, fails = scratch[5], scratch[6], scratch[7]
                                    even = lists[which].equal == 1 or algorithm in (LEAST_CONNECTIONS, POWER_OF_TWO)
                                    retries = 0
                                    for c in range(k):
                                        e = np.int64(cands[lo + c].edge)
                                        i = np.int64(cands[lo + c].inst)
                                        edge = edges[e]
                                        st = stations[i]
                                        inst = insts[i]
                                        node = np.int64(inst.node)
                                        where = state.where
                                        if inst.region >= 0:
                                            where = np.int64(inst.region)
                                        ts = state_of[(node * operations + op) * (regions + 1) + where + 1]
                                        target = states[ts]
                                        if even or algorithm > POWER_OF_TWO:
                                            pick[c, 0] = 1.0 / k
                                        else:
                                            cum = cands[lo + c].cum - (cands[lo + c - 1].cum if c > 0 else 0.0)
                                            pick[c, 0] = cum / lists[which].total
                                        there = edge.latency
                                        if there < 0.0:
                                            there = 0.0
                                            if regions > 0 and state.where >= 0 and inst.region >= 0:
                                                there = rtt[state.where, inst.region]
                                        there *= edge.slow
                                        net = 2.0 * there
                                        net_v = 0.0
                                        net_d = net
                                        if edge.jitter > 0.0:
                                            if there <= 0.0:
                                                net = 2.0 * edge.jitter
                                            net_v = 2.0 * edge.jitter * edge.jitter
                                            net_d = 0.0
                                        if edge.transfer > 0.0:
                                            load = min(calls[e].rate * edge.transfer, 0.99)
                                            queued = 0.5 * load / (1.0 - load) * edge.transfer
                                            extra = edge.transfer + queued + calls[e].line
                                            net += extra
                                            net_v += queued * queued
                                            net_d += edge.transfer
                                        refused = edge.fail
                                        if edge.down == 1 or (edge.trip >= 0.0 and edge.open_until > now):
                                            refused = 1.0
                                        lost = edge.loss
                                        if edge.cut == 1:
                                            lost = 1.0
                                        elif is_cut == 1:
                                            same = 0.0
                                            for q2 in range(node_lo[n], node_lo[n + 1]):
                                                if insts[node_inst[q2]].part == inst.part:
                                                    same += 1.0
                                            lost = max(lost, 1.0 - same / max(node_lo[n + 1] - node_lo[n], 1))
                                        mean = steps[node * operations + op].mean * inst.slow
                                        asks = fnodes[node].lookup_share if nodes[node].dns_n > 0 else 1.0
                                        wait = st.wait * asks if mean > 0.0 else 0.0
                                        wait_v = st.wait_v * asks if mean > 0.0 else 0.0
                                        svc = mean * asks
                                        svc_v = (st.scv + 1.0) * mean * mean * asks - svc * svc
                                        base_t = net + wait + svc
                                        base_v = net_v + wait_v + svc_v
                                        base_d = net_d + (svc if inst.law == 1 else 0.0)
                                        admits = st.admits
                                        okv = admits * (1.0 - inst.fail) * target.ok
                                        fail_t = net
                                        if okv < 1.0:
                                            deep = admits * (1.0 - (1.0 - inst.fail) * target.ok) / (1.0 - okv)
                                            fail_t += deep * (wait + svc + target.fail_time)
                                        in1 = 1.0
                                        in2 = 1.0
                                        p1 = target.w
                                        p2 = 1.0 - p1
                                        a1m, a2m = base_t + target.m1, base_t + target.m2
                                        a1v, a2v = base_v + target.v1, base_v + target.v2
                                        a1d, a2d = base_d + target.d1, base_d + target.d2
                                        limit = edge.timeout
                                        if limit < 1e300:
                                            if a1m + 6.0 * a1v**0.5 > limit:
                                                in1 = below(a1m, a1v, a1d, limit)
                                                if in1 < 1.0 and in1 > 0.0:
                                                    cut = min(mean_below(a1m, a1v, a1d, limit) / in1, limit)
                                                    a1v = max(min(a1v, (limit - cut) * (cut - min(a1d, cut))), 0.0)
                                                    a1m = cut
                                            if p2 > 0.0 and a2m + 6.0 * a2v**0.5 > limit:
                                                in2 = below(a2m, a2v, a2d, limit)
                                                if in2 < 1.0 and in2 > 0.0:
                                                    cut = min(mean_below(a2m, a2v, a2d, limit) / in2, limit)
                                                    a2v = max(min(a2v, (limit - cut) * (cut - min(a2d, cut))), 0.0)
                                                    a2m = cut
                                            fail_t = min(fail_t, limit)
                                        gets = (1.0 - refused) * (1.0 - lost)
                                        good = gets * okv * (p1 * in1 + p2 * in2)
                                        bad[c, 0] = 1.0 - good
                                        stuck = 1.0 - (p1 * in1 + p2 * in2)
                                        f = (1.0 - refused) * lost * (limit if limit < 1e300 else 0.0)
                                        if limit < 1e300:
                                            f += gets * okv * stuck * limit
                                        f += gets * (1.0 - okv) * fail_t
                                        fails[c, 0] = f / (1.0 - good) if good < 1.0 else 0.0
                                        fails[c, 1] = gets * net
                                        if limit < 1e300:
                                            fails[c, 1] += (1.0 - refused) * lost * limit
                                        t1[c, 0], t1[c, 1], t1[c, 2], t1[c, 3] = p1 * in1 * gets * okv, a1m, a1v, a1d
                                        t2[c, 0], t2[c, 1], t2[c, 2], t2[c, 3] = p2 * in2 * gets * okv, a2m, a2v, a2d
                                        took[c, 0] = wait + mean + target.time
                                        took[c, 1] = gets
                                        took[c, 2] = target.hit
                                        took[c, 3] = st.ok_in
                                        now_at[c, 0] = 0.0
                                        now_at[c, 1] = 0.0
                                        retries = max(retries, np.int64(edge.retries))
                                    if k > 1 and even and algorithm in (LEAST_CONNECTIONS, POWER_OF_TWO):
                                        self_aware(k, lo, algorithm, pick, took, picks, cands, stations, insts)
                                    # Attempts: mass at each alternative, first and repeated.
                                    for c in range(k):
                                        now_at[c, 0] = pick[c, 0]
                                        now_at[c, 1] = pick[c, 0]
                                        now_at[c, 2] = 0.0
                                        now_at[c, 3] = 0.0
                                    delay = 0.0
                                    for attempt in range(retries + 1):
                                        failed_now = 0.0
                                        spread_sum = 0.0
                                        late = 0.0
                                        goes_on = 0.0
                                        for c in range(k):
                                            x = now_at[c, 0]
                                            if x <= 0.0:
                                                now_at[c, 2] = 0.0
                                                continue
                                            e = np.int64(cands[lo + c].edge)
                                            for bin_ in range(2):
                                                t = t1[c] if bin_ == 0 else t2[c]
                                                y = share * x * t[0]
                                                if y > 0.0:
                                                    to = bw[1] if (bin_ == 1 or delay > 0.0) else bw[0]
                                                    mean = t[1] + delay
                                                    to[0] += y
                                                    to[1] += y * mean
                                                    to[2] += y * (t[2] + delay * delay * 0.3 + mean * mean)
                                                    to[3] = min(to[3], t[3])
                                                    call_ok += y
                                                    hit_sum += y * took[c, 2]
                                                    ratio_sum += y * took[c, 3]
                                                    ratio_mass += y
                                            u = x * bad[c, 0]
                                            failed_now += u
                                            late += u * (delay + fails[c, 0])
                                            again = 0.0
                                            if attempt < edges[e].retries:
                                                again = u * calls[e].allowed
                                                now_at[c, 3] += u
                                            now_at[c, 2] = again
                                            goes_on += again
                                            spread_sum += again / (1.0 - pick[c, 0]) if pick[c, 0] < 1.0 else 0.0
                                            fail_mass += share * (u - again)
                                            fail_sum += share * (u - again) * (delay + fails[c, 0])
                                        if goes_on <= 1e-9:
                                            break
                                        backoff = edges[np.int64(cands[lo].edge)].backoff * (1 << min(attempt, 20))
                                        delay = late / max(failed_now, 1e-300) + backoff
                                        for c in range(k):
                                            if k > 1:
                                                own = now_at[c, 2] / (1.0 - pick[c, 0]) if pick[c, 0] < 1.0 else 0.0
                                                now_at[c, 0] = pick[c, 0] * max(spread_sum - own, 0.0)
                                            else:
                                                now_at[c, 0] = now_at[c, 2]
                                            now_at[c, 1] += now_at[c, 0]
                                    for c in range(k):
                                        e = np.int64(cands[lo + c].edge)
                                        i = np.int64(cands[lo + c].inst)
                                        x = now_at[c, 1]
                                        arc = arcs[total]
                                        total += 1
                                        arc.edge = e
                                        arc.inst = i
                                        node = np.int64(insts[i].node)
                                        where = state.where
                                        if insts[i].region >= 0:
                                            where = np.int64(insts[i].region)
                                        arc.state = state_of[(node * operations + op) * (regions + 1) + where + 1]
                                        arc.attempts = share * x
                                        arc.failed = share * x * bad[c, 0]
                                        arc.reach = share * x * took[c, 1]
                                        mean = (t1[c, 0] * t1[c, 1] + t2[c, 0] * t2[c, 1]) + bad[c, 0] * fails[c, 0]
                                        arc.time = mean
                                        arc.rush = 1.0 / edges[e].timeout if edges[e].timeout > 0.0 else 0.0
                                        arc.weight = 1.0 / branches
                                        arc.wish = share * now_at[c, 3]
                                        arc.idle = share * x * fails[c, 1]
                                        # Variability of the stream that arrives: a·c² + b.
                                        if algorithm == ROUND_ROBIN and even and part_share == 1.0:
                                            arc.scv_a = 1.0 / k
                                            arc.scv_b = 0.0
                                        else:
                                            p = min(share * x, 1.0)
                                            arc.scv_a = p
                                            arc.scv_b = 1.0 - p
                                        if algorithm in (LEAST_CONNECTIONS, POWER_OF_TWO) and k > 1:
                                            stations[i].pool = k
                                            stations[i].two = 1 if algorithm == POWER_OF_TWO else 0
                            if old <= 0.0:
                                break
                            which = np.int64(lists[which].prev)
                    call_ok = min(call_ok, 1.0)
                    # The calls of a request here are made one after another.
                    made = number
                    p = call_ok
                    if p < 1.0:
                        full = p**whole
                        series = (1.0 - full) / (1.0 - p)
                        made = series + rest * full
                        branch_ok = full * ((1.0 - rest) + rest * p)
                    else:
                        branch_ok = 1.0
                    bm1 = bw[0, 1] / bw[0, 0] if bw[0, 0] > 0.0 else 0.0
                    bv1 = max(bw[0, 2] / bw[0, 0] - bm1 * bm1, 0.0) if bw[0, 0] > 0.0 else 0.0
                    bm2 = bw[1, 1] / bw[1, 0] if bw[1, 0] > 0.0 else 0.0
                    bv2 = max(bw[1, 2] / bw[1, 0] - bm2 * bm2, 0.0) if bw[1, 0] > 0.0 else 0.0
                    weights = bw[0, 0] + bw[1, 0]
                    fail_t = fail_sum / fail_mass if fail_mass > 0.0 else 0.0
                    gw = bw[0, 0] / weights if weights > 0.0 else 1.0
                    g1m, g1v, g1d = bm1, bv1, bw[0, 3] if bw[0, 0] > 0.0 else 0.0
                    g2m, g2v, g2d = bm2, bv2, bw[1, 3] if bw[1, 0] > 0.0 else 0.0
                    one_m = gw * g1m + (1.0 - gw) * g2m
                    one_q = gw * (g1v + g1m * g1m) + (1.0 - gw) * (g2v + g2m * g2m)
                    one_v = max(one_q - one_m * one_m, 0.0)
                    one_d = min(g1d, g2d) if 0.0 < gw < 1.0 else (g1d if gw > 0.0 else g2d)
                    if number != 1.0 or branches > 1:
                        # Several calls, or one among several: their sum as one part; an uneven number adds variance.
                        one_v = number * one_v + rest * (1.0 - rest) * one_m * one_m
                        one_m = number * one_m
                        one_d = whole * one_d
                        gw, g1m, g1v, g1d = 1.0, one_m, one_v, one_d
                        g2m, g2v, g2d = 0.0, 0.0, 0.0
                    fail_t += 0.5 * (made - 1.0) * one_m / max(number, 1.0) if made > 1.0 else 0.0
                    for a in range(first_arc, total):
                        arcs[a].attempts *= made
                        arcs[a].wish *= made
                        arcs[a].idle *= made
                        arcs[a].failed *= made
                        arcs[a].reach *= made
                    ratio = ratio_sum / ratio_mass if ratio_mass > 0.0 else 1.0
                    got = hit_sum / call_ok if call_ok > 0.0 else 0.0
                    if branches == 1:
                        gate_ok = branch_ok
                        all_fail, all_ratio, all_hit = fail_t, ratio, got
                        mean_sum = made * (call_ok * one_m / max(number, 1e-12) + (1.0 - call_ok) * fail_t)
                        var_sum = one_v
                    else:
                        if branch == 0:
                            all_m, all_v, all_d = one_m, one_v, one_d
                        else:
                            all_m, all_v = larger(all_m, all_v, one_m, one_v)
                            all_d = max(all_d, one_d)
                        each_ok *= branch_ok
                        ok_sum += branch_ok
                        mean_sum += one_m
                        var_sum += one_v
                        all_fail = max(all_fail, fail_t)
                        all_ratio = ratio if branch == 0 else min(all_ratio, ratio)
                if branches > 1:
                    if gate.need >= branches:
                        gate_ok = each_ok
                    else:
                        # So many of them answer: binomial over the mean of their chances, an order statistic.
                        p = ok_sum / branches
                        gate_ok = 0.0
                        term = 1.0
                        for j in range(branches + 1):
                            if j > 0:
                                term *= (branches - j + 1.0) / j
                            if j >= gate.need:
                                gate_ok += term * p**j * (1.0 - p) ** (branches - j)
                        place_z = (gate.need - 0.375) / (branches + 0.25)
                        one_m = mean_sum / branches
                        one_v = var_sum / branches
                        all_m = max(one_m + one_v**0.5 * quantile(place_z), 0.3 * one_m)
                        all_v = one_v * 2.0 / branches
                        all_d = 0.0
                    gw, g1m, g1v, g1d = 1.0, all_m, all_v, all_d
                    g2m, g2v, g2d = 0.0, 0.0, 0.0
                    mean_sum, var_sum = all_m, all_v
                before = reach
                if total > arcs.shape[0] - 2:
                    return MORE_ARCS
                scale = before * run * through * min(max(flow, 0.0), 4.0)
                for a in range(first_of_gate, total):
                    arcs[a].attempts *= scale
                    arcs[a].wish *= scale
                    arcs[a].idle *= scale
                    arcs[a].failed *= scale
                    arcs[a].reach *= scale
                    if arcs[a].inst >= 0:
                        if arcs[a].scv_b > 0.0:
                            q = min(scale, 1.0)
                            arcs[a].scv_b = 1.0 - arcs[a].scv_a * q
                            arcs[a].scv_a *= q
                        elif scale < 1.0:
                            # Thinned, then dealt in turn.
                            arcs[a].scv_b = (1.0 - scale) * arcs[a].scv_a
                            arcs[a].scv_a *= scale
                first_of_gate = total
                time += before * run * mean_sum
                time_v += before * run * var_sum + before * run * (1.0 - before * run) * mean_sum * mean_sum
                bit_share = run * gate_ok * all_hit
                if gate.bit >= 0:
                    bits[gate.bit] = bit_share
                skip = 1.0 - run
                if gate.required == 1:
                    here = run * (1.0 - gate_ok)
                    reach_miss *= gate_ok
                    soon = c1w * c1m + (1.0 - c1w) * c2m
                    fail_time += before * here * (soon + all_fail)
                    reach *= 1.0 - here
                    keep = skip + run * gate_ok
                    if keep > 0.0:
                        skip /= keep
                    go = 1.0 - skip
                    miss = 0.0
                else:
                    go = run * gate_ok
                    miss = run * (1.0 - gate_ok)
                flow *= 1.0 + run * (all_ratio - 1.0)
                if skip <= 1e-12 and miss <= 1e-12 and gw >= 1.0 and c1w >= 1.0:
                    c1m += g1m
                    c1v += g1v
                    c1d += g1d
                else:
                    count = 0
                    for a in range(2):
                        aw = c1w if a == 0 else 1.0 - c1w
                        if aw <= 0.0:
                            continue
                        am, av, ad = (c1m, c1v, c1d) if a == 0 else (c2m, c2v, c2d)
                        if skip > 0.0:
                            w[count], m[count], v[count], d[count] = aw * skip, am, av, ad
                            count += 1
                        if go * gw > 0.0:
                            w[count], m[count], v[count], d[count] = aw * go * gw, am + g1m, av + g1v, ad + g1d
                            count += 1
                        if go * (1.0 - gw) > 0.0:
                            w[count], m[count] = aw * go * (1.0 - gw), am + g2m
                            v[count], d[count] = av + g2v, ad + g2d
                            count += 1
                        if miss > 0.0:
                            w[count], m[count], v[count], d[count] = aw * miss, am + all_fail, av, ad
                            count += 1
                    c1w, c1m, c1v, c1d, c2m, c2v, c2d = two_of(w, m, v, d, count)
            okay = reach if steps[at].dead == 0 else 0.0
            state.fail_time = fail_time / (1.0 - reach) if reach < 1.0 else 0.0
            state.miss_ok = reach_miss if steps[at].dead == 0 else 0.0
            if content >= 0 and hit > 0.0:
                count = 0
                w[0], m[0], v[0], d[0] = hit, base, 0.0, base
                w[1], m[1], v[1], d[1] = through * okay * c1w, c1m, c1v, c1d
                w[2], m[2], v[2], d[2] = through * okay * (1.0 - c1w), c2m, c2v, c2d
                c1w, c1m, c1v, c1d, c2m, c2v, c2d = two_of(w, m, v, d, 3)
                okay = hit + through * okay
            state.hit = 0.0
            if content >= 0:
                state.hit = 1.0
                if steps[at].lo == steps[at].hi:
                    state.hit = hit
            if nodes[n].is_queue == 1:
                lane = steps[at].lane
                okay *= lanes[lane].taken
            state.ok = okay
            state.w, state.m1, state.v1, state.d1 = c1w, c1m, c1v, c1d
            state.m2, state.v2, state.d2 = c2m, c2v, c2d
            state.time = through * time + hit * base
            state.time_v = through * time_v + through * hit * time * time
            state.ratio = 1.0 + through * (flow - 1.0)
            state.hi = total
            idle = base
            for a in range(state.lo, total):
                behind = states[arcs[a].state].idle if arcs[a].state >= 0 else 0.0
                idle += (arcs[a].idle + arcs[a].reach * behind) * arcs[a].weight
            state.idle = idle
    return total


@njit(cache=True, nogil=True)
def self_aware(k, lo, algorithm, pick, took, picks, cands, stations, insts):
    """Shares of alternatives chosen by their open connections: equal numbers open, so in inverse of the time taken."""
    total = 0.0
    idle = 1.0
    up = 0
    for c in range(k):
        i = np.int64(cands[lo + c].inst)
        if stations[i].admits > 0.0:
            up += 1
            idle = min(idle, exp(-min(stations[i].x + stations[i].inflow * 0.0, 600.0)))
    for c in range(k):
        i = np.int64(cands[lo + c].inst)
        own = 1.0 / max(took[c, 0], 1e-9)
        if up < k and insts[i].up == 0:
            # What refuses at once looks idle.
            own = -1.0
        pick[c, 1] = own
        total += max(own, 0.0)
    dead = k - up
    for c in range(k):
        if pick[c, 1] < 0.0:
            if up == 0:
                want = 1.0 / k
            elif algorithm == POWER_OF_TWO:
                want = (2.0 - idle) / k
            else:
                want = 1.0 / (dead + up * idle)
        else:
            rest = 1.0
            if dead > 0 and up > 0:
                if algorithm == POWER_OF_TWO:
                    rest = max(1.0 - dead * (2.0 - idle) / k, 0.0)
                else:
                    rest = max(1.0 - dead / (dead + up * idle), 0.0)
            want = rest * pick[c, 1] / max(total, 1e-300)
            if algorithm == POWER_OF_TWO:
                want = min(want, 2.0 / k)
        old = picks[lo + c]
        if old <= 0.0:
            old = want
        pick[c, 0] = 0.9 * old + 0.1 * want
    total = 0.0
    for c in range(k):
        total += pick[c, 0]
    for c in range(k):
        pick[c, 0] /= total
        picks[lo + c] = pick[c, 0]


@njit(cache=True, nogil=True)
def quantile(p):
    """Standard normal quantile (Abramowitz, Stegun 26.2.23), error below 5e-4."""
    from_top = p > 0.5
    q = 1.0 - p if from_top else p
    t = (-2.0 * log(max(q, 1e-12))) ** 0.5
    z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t
    )
    return z if from_top else -z
