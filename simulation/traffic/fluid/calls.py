"""One call over its alternatives: their shares, what the attempts at them meet, and the arcs that stand for them."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.attempts import attempt, meet
from simulation.traffic.fluid.balancing import balance, looks
from simulation.traffic.fluid.layout import MORE_ARCS
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.tables.layout import POWER_OF_TWO, ROUND_ROBIN


@njit(**INNER)
def ask(
    now, n, state, op, call, total, most, weight, operations, regions, state_of, steps, lists, cands, shares, edges,
    insts, nodes, rtt, states, arcs, stations, calls, fnodes, picks, dealt, alternatives, answer, node_inst, is_cut,
):  # fmt: skip
    """One call in a state: what it meets is added up in `answer`, its arcs follow on `total`; answers their end."""
    answer.w1 = answer.s1 = answer.q1 = answer.w2 = answer.s2 = answer.q2 = 0.0
    answer.d1 = answer.d2 = 1e300
    answer.ok = answer.fail = answer.fail_mass = answer.ratio = answer.ratio_mass = answer.hit = answer.join = 0.0
    which0 = np.int64(call.list)
    if call.geo == 1:
        which0 += (state.where + 1) * max(call.shards, 1)
    parts = max(np.int64(call.members), 1)
    if call.members == 0 and call.shards > 1:
        parts = np.int64(call.shards)
    algorithm = call.algorithm
    for part in range(parts):
        part_share = 1.0
        if call.members > 0:
            at = call.member_lo + part
            part_share = shares[at].cum - (shares[at - 1].cum if part > 0 else 0.0)
        elif call.shards > 1:
            part_share = dealt[which0 + part].share
        which = which0 + part
        left = 1.0
        while left > 1e-9:
            # Answers of a name server from before the list changed are in use for its time to live.
            listed = lists[which]
            old = 0.0
            if listed.prev >= 0 and nodes[n].dns_n > 0:
                age = (now - listed.since) / nodes[n].ttl
                old = min(max(1.0 - age, 0.0), left) * (1.0 - fnodes[n].lookup_share)
            share = part_share * (left - old)
            left = old
            lo, k = np.int64(listed.lo), np.int64(listed.n)
            if total + k + 1 >= most:
                return MORE_ARCS
            if share > 0.0 and k == 0:
                e = np.int64(cands[lo].edge)
                if e >= 0:
                    arc = arcs[total]
                    arc.edge, arc.inst, arc.state, arc.weight = e, -1, -1, 1.0
                    arc.attempts = arc.failed = share * (1.0 + edges[e].retries * calls[e].allowed)
                    arc.rush = arc.reach = arc.time = arc.wish = arc.idle = 0.0
                    total += 1
                answer.fail_mass += share
            elif share > 0.0:
                even = listed.equal == 1 or looks(algorithm)
                for c in range(k):
                    alt = alternatives[c]
                    alt.edge, alt.inst = cands[lo + c].edge, cands[lo + c].inst
                    alt.pick = 1.0 / k
                    if not even and algorithm <= POWER_OF_TWO:
                        alt.pick = (cands[lo + c].cum - (cands[lo + c - 1].cum if c > 0 else 0.0)) / listed.total
                    meet(
                        alt, now, n, op, state.where, operations, regions, state_of, steps, edges, insts, nodes,
                        rtt, states, stations, calls, fnodes, node_inst, is_cut,
                    )  # fmt: skip
                if k > 1 and looks(algorithm):
                    balance(alternatives, k, lo, algorithm, picks, stations, insts)
                    for c in range(k):
                        stations[alternatives[c].inst].pool = k
                        stations[alternatives[c].inst].two = 1 if algorithm == POWER_OF_TWO else 0
                attempt(alternatives, k, share, answer, edges, calls)
                in_turn = algorithm == ROUND_ROBIN and even and part_share == 1.0
                for c in range(k):
                    alt, arc = alternatives[c], arcs[total + c]
                    arc.edge, arc.inst, arc.state, arc.weight = alt.edge, alt.inst, alt.state, weight
                    made = share * alt.made
                    arc.attempts, arc.failed, arc.reach = made, made * alt.bad, made * alt.gets
                    arc.wish, arc.idle = share * alt.wish, made * alt.idle
                    arc.time = alt.w1 * alt.m1 + alt.w2 * alt.m2 + alt.bad * alt.fails
                    arc.rush = 1.0 / edges[alt.edge].timeout if edges[alt.edge].timeout > 0.0 else 0.0
                    # Variability of the stream that arrives: a·c² + b.
                    p = min(made, 1.0)
                    arc.scv_a, arc.scv_b = (1.0 / k, 0.0) if in_turn else (p, 1.0 - p)
                total += k
            if old <= 0.0:
                break
            which = np.int64(listed.prev)
    return total


@njit(**INNER)
def scale(arcs, lo, hi, by):
    """So many times as many attempts on some arcs."""
    for a in range(lo, hi):
        arc = arcs[a]
        arc.attempts *= by
        arc.wish *= by
        arc.idle *= by
        arc.failed *= by
        arc.reach *= by


@njit(**INNER)
def thin(arcs, lo, hi, share):
    """Only this share of the requests makes the calls on some arcs: their streams come nearer to Poisson."""
    if share == 1.0:
        return
    scale(arcs, lo, hi, share)
    q = min(share, 1.0)
    for a in range(lo, hi):
        arc = arcs[a]
        if arc.inst < 0:
            continue
        if arc.scv_b > 0.0:
            arc.scv_b = 1.0 - arc.scv_a * q
            arc.scv_a *= q
        elif share < 1.0:
            # Thinned, then dealt in turn.
            arc.scv_b = (1.0 - share) * arc.scv_a
            arc.scv_a *= share
