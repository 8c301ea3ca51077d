"""The fluid's loop over time: look ahead, move, count what ended, until a moment is reached."""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.fluid.closing import close
from simulation.traffic.fluid.contents import refresh, stale
from simulation.traffic.fluid.layout import ANEW_S, ARCS, END_S, IS_NEW, NOW, STEPS
from simulation.traffic.fluid.step import move
from simulation.traffic.fluid.visits import look_ahead
from simulation.traffic.machine_code.compiler import INNER


@njit(**INNER)
def advance(
    step_s, most, clock,
    regions, order, state_of, steps, gates, lists, cands, shares, edges, insts, nodes, rtt, states, arcs, stations,
    calls, lanes, fnodes, hits, picks, dealt, alternatives, answers, ways, bits, node_inst, is_cut, lane_of, flows,
    segments, lanes_t, fflows, roots, fluxes, held, lane_in, lane_mass, marks, marks_at, parts, cached, cdf, bounds,
    histogram, met, met_at, late, late_at, contents, own, pops, counts, fetched, asked, trace, trace_at,
    writes, wrote,
):  # fmt: skip
    """Make up to `most` steps until clock[END_S]; 0, or what `look_ahead` lacks: then this step has not begun.

    Steps end on multiples of `step_s` and at that end. All is looked at anew until clock[ANEW_S], or once.
    """
    t_end, all_anew = clock[END_S], np.int64(clock[IS_NEW])
    operations = steps.shape[0] // nodes.shape[0]
    for _ in range(most):
        now = clock[NOW]
        if now >= t_end - 1e-9:
            return 0
        until = min((np.floor(now / step_s + 1e-6) + 1.0) * step_s, t_end)
        dt = until - now
        tick = np.int64(clock[STEPS]) + 1
        arcs_in_use = np.int64(clock[ARCS])
        anew = 1 if now < clock[ANEW_S] else all_anew
        total = look_ahead(
            now, tick, anew, order, state_of, steps, gates, lists, cands, shares, edges, insts, nodes, rtt, states,
            arcs, stations, calls, lanes, fnodes, hits, picks, dealt, alternatives, answers, ways, bits, node_inst,
            is_cut, regions, arcs_in_use,
        )  # fmt: skip
        if total < 0:
            return total
        all_anew = 0
        clock[ARCS] = total
        move(
            now, dt, tick, order, state_of, node_inst, lane_of, steps, insts, nodes, edges, flows, segments, lanes_t,
            cands, states, arcs, stations, calls, lanes, fnodes, fflows, roots, fluxes, held, lane_in, lane_mass, hits,
            regions, marks, marks_at,
        )  # fmt: skip
        close(
            now, dt, edges, calls, flows, fflows, stations, states, held, roots, parts, cached, cdf, bounds, histogram,
            met, met_at, late, late_at,
        )  # fmt: skip
        refresh(
            dt, contents, own, pops, counts, fetched, asked, trace, trace_at, hits,
        )  # fmt: skip
        if writes.shape[0] > 0:
            stale(
                dt, nodes, fnodes, states, steps, operations, pops, counts, fluxes, fflows, writes, wrote,
            )  # fmt: skip
        clock[NOW], clock[STEPS] = until, tick
    return 0
