"""One call and its attempts: what an attempt meets at each alternative, and where retries go.

Attempts and retries over alternatives are counted exactly for independent outcomes: a retry goes to another target.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.latency import below, mean_below
from simulation.traffic.machine_code.compiler import INNER


@njit(**INNER)
def meet(
    alt, now, n, op, where, operations, regions, state_of, steps, edges, insts, nodes, rtt, states, stations, calls,
    fnodes, node_inst, is_cut,
):  # fmt: skip
    """Fill an alternative (its edge and instance are set) with what an attempt at it meets."""
    edge, inst, st = edges[alt.edge], insts[alt.inst], stations[alt.inst]
    node = np.int64(inst.node)
    home = np.int64(inst.region) if inst.region >= 0 else where
    at = node * operations + op
    alt.state = state_of[at * (regions + 1) + home + 1].i
    target = states[alt.state]
    # The way there and back.
    there = edge.latency
    if there < 0.0:
        there = 0.0
        if regions > 0 and where >= 0 and inst.region >= 0:
            there = rtt[where * regions + inst.region].s
    there *= edge.slow
    net, net_v, net_d = 2.0 * there, 0.0, 2.0 * there
    if edge.jitter > 0.0:
        if there <= 0.0:
            net = 2.0 * edge.jitter
        net_v = 2.0 * edge.jitter * edge.jitter
        net_d = 0.0
    if edge.transfer > 0.0:
        load = min(calls[alt.edge].rate * edge.transfer, 0.99)
        queued = 0.5 * load / (1.0 - load) * edge.transfer
        net += edge.transfer + queued + calls[alt.edge].line
        net_v += queued * queued
        net_d += edge.transfer
    refused = edge.fail
    if edge.down == 1 or (edge.trip >= 0.0 and edge.open_until > now):
        refused = 1.0
    elif edge.trip >= 0.0:
        calls[alt.edge].full = 1.0 - st.admits * (1.0 - target.full)
    lost = edge.loss
    if edge.cut == 1:
        lost = 1.0
    elif is_cut == 1:
        same = 0.0
        for q in range(fnodes[n].inst_lo, fnodes[n].inst_hi):
            if insts[node_inst[q].i].part == inst.part:
                same += 1.0
        lost = max(lost, 1.0 - same / max(fnodes[n].inst_hi - fnodes[n].inst_lo, 1))
    # The station and what lies behind it.
    mean = steps[at].mean * inst.slow
    asks = fnodes[node].lookup_share if nodes[node].dns_n > 0 else 1.0
    wait, wait_v = 0.0, 0.0
    if mean > 0.0:
        wait, wait_v = st.wait * asks, st.wait_v * asks
    svc = mean * asks
    time = net + wait + svc
    var = net_v + wait_v + (st.scv + 1.0) * mean * mean * asks - svc * svc
    least = net_d + (svc if inst.law == 1 else 0.0)
    okay = st.admits * (1.0 - inst.fail) * target.ok
    fail_t = net
    if okay < 1.0:
        deep = st.admits * (1.0 - (1.0 - inst.fail) * target.ok) / (1.0 - okay)
        fail_t += deep * (wait + svc + target.fail_time)
    p1, p2 = target.w, 1.0 - target.w
    alt.m1, alt.v1, alt.d1 = time + target.m1, var + target.v1, least + target.d1
    alt.m2, alt.v2, alt.d2 = time + target.m2, var + target.v2, least + target.d2
    limit = edge.timeout
    patience = 0.0
    in1, in2 = 1.0, 1.0
    if limit < 1e300:
        patience = limit
        in1, alt.m1, alt.v1 = in_time(alt.m1, alt.v1, alt.d1, limit)
        if p2 > 0.0:
            in2, alt.m2, alt.v2 = in_time(alt.m2, alt.v2, alt.d2, limit)
        fail_t = min(fail_t, limit)
    stuck = 1.0 - (p1 * in1 + p2 * in2)
    gets = (1.0 - refused) * (1.0 - lost)
    good = gets * okay * (1.0 - stuck)
    alt.bad = 1.0 - good
    silent = (1.0 - refused) * lost * patience
    alt.fails = 0.0
    if good < 1.0:
        alt.fails = (silent + gets * okay * stuck * patience + gets * (1.0 - okay) * fail_t) / (1.0 - good)
    alt.idle = gets * net + silent
    alt.w1, alt.w2 = p1 * in1 * gets * okay, p2 * in2 * gets * okay
    alt.took = wait + mean + target.time
    alt.gets, alt.hit, alt.join, alt.ratio = gets, target.hit, target.join, st.ok_in


@njit(**INNER)
def in_time(m, v, d, limit):
    """(share within the limit, mean and variance of those) of a part."""
    if m + 6.0 * v**0.5 <= limit:
        return 1.0, m, v
    share = below(m, v, d, limit)
    if share <= 0.0 or share >= 1.0:
        return share, m, v
    cut = min(mean_below(m, v, d, limit) / share, limit)
    return share, cut, max(min(v, (limit - cut) * (cut - min(d, cut))), 0.0)


@njit(**INNER)
def attempt(alts, k, share, answer, edges, calls):
    """All attempts of the calls that choose among k alternatives, a `share` of all: counted in `answer`."""
    retries = 0
    for c in range(k):
        alt = alts[c]
        alt.now = alt.made = alt.pick
        alt.wish = alt.again = 0.0
        retries = max(retries, np.int64(edges[alt.edge].retries))
    delay = 0.0
    for number in range(retries + 1):
        failed, late, goes_on, spread = 0.0, 0.0, 0.0, 0.0
        for c in range(k):
            alt = alts[c]
            x = alt.now
            alt.again = 0.0
            if x <= 0.0:
                continue
            y = share * x * alt.w1
            if y > 0.0:
                mean = alt.m1 + delay
                square = y * (alt.v1 + delay * delay * 0.3 + mean * mean)
                # Alternatives of which one takes far longer than the others are no single distribution.
                far = alt.m1 * answer.w1 > 3.0 * answer.s1 or 3.0 * alt.m1 * answer.w1 < answer.s1
                if delay > 0.0 or (answer.w1 > 0.0 and far):
                    answer.w2 += y
                    answer.s2 += y * mean
                    answer.q2 += square
                    answer.d2 = min(answer.d2, alt.d1)
                else:
                    answer.w1 += y
                    answer.s1 += y * mean
                    answer.q1 += square
                    answer.d1 = min(answer.d1, alt.d1)
            z = share * x * alt.w2
            if z > 0.0:
                mean = alt.m2 + delay
                answer.w2 += z
                answer.s2 += z * mean
                answer.q2 += z * (alt.v2 + delay * delay * 0.3 + mean * mean)
                answer.d2 = min(answer.d2, alt.d2)
            answer.ok += y + z
            answer.hit += (y + z) * alt.hit
            answer.join += (y + z) * alt.join
            answer.ratio += (y + z) * alt.ratio
            answer.ratio_mass += y + z
            u = x * alt.bad
            failed += u
            late += u * (delay + alt.fails)
            if number < edges[alt.edge].retries:
                alt.again = u * calls[alt.edge].allowed
                alt.wish += u
            goes_on += alt.again
            if alt.pick < 1.0:
                spread += alt.again / (1.0 - alt.pick)
            answer.fail_mass += share * (u - alt.again)
            answer.fail += share * (u - alt.again) * (delay + alt.fails)
        if goes_on <= 1e-9:
            return
        delay = late / max(failed, 1e-300) + edges[alts[0].edge].backoff * (1 << min(number, 20))
        for c in range(k):
            alt = alts[c]
            if k == 1:
                alt.now = alt.again
            else:
                own = alt.again / (1.0 - alt.pick) if alt.pick < 1.0 else 0.0
                alt.now = alt.pick * max(spread - own, 0.0)
            alt.made += alt.now
