"""The exact engine: one compiled interpreter that walks every request through the tables, event by event.

Long and plain on purpose: it is one loop because the compiler makes it fast only so. Nothing of a topology
is compiled in. An event wakes a job; the job then takes steps (visit, serve, next gate, attempt, reply,
finish) until it has to wait. Work that branches off goes on the `todo` stack. Times are seconds.

It returns when `t_end` is reached (0), after `max_events` (1), or when a pool must grow (2 jobs or todo,
3 events, 4 timers). A call may be repeated at once; cutting time into pieces changes nothing.
"""

# mypy: ignore-errors

import numpy as np
from numba import njit

from simulation.traffic.exact.arrivals import next_arrival
from simulation.traffic.exact.content import draw_key, look_up
from simulation.traffic.exact.fetching import free_timer, remember_another, settle, wait_for_fetch
from simulation.traffic.exact.one_station import is_alone, serve_alone
from simulation.traffic.exact.queue_of_events import (
    change_backlog,
    give_back,
    hold,
    packed,
    pop,
    push,
    push_over,
    put,
    spread,
    take,
    turn,
)
from simulation.traffic.exact.stations import account, count_time, draw_work, join_line, leave_line
from simulation.traffic.exact.timeouts import arm, disarm
from simulation.traffic.machine_code.compiler import INNER
from simulation.traffic.machine_code.rows import rows
from simulation.traffic.random_numbers import mix, service, unit
from simulation.traffic.streams import GOLDEN
from simulation.traffic.tables.events import (
    ARRIVE,
    BACK,
    COMMIT,
    DELIVER,
    DONE,
    FAIL,
    INDEX_MASK,
    REACH,
    RETRY,
    RETURN,
    TIMER,
    WAKE,
)
from simulation.traffic.tables.layout import (
    BRANCH,
    CALL,
    CONSISTENT_HASH,
    CROWD,
    DIRECT,
    EVENTS,
    EXPONENTIAL,
    FREE_TIMER,
    GAMMA,
    HEAP_N,
    JOBS_FREE,
    LATER_N,
    LEAST_CONNECTIONS,
    MESSAGE,
    MORE_EVENTS,
    MORE_JOBS,
    MORE_TIMERS,
    POWER_OF_TWO,
    REACHED,
    ROOT,
    ROUND_ROBIN,
    SPENT,
    TIMERS_FREE,
)

VISIT, AFTER, NEXT, ATTEMPT, FINISH, REPLY, FAILED, DELIVERY, COMMITTED, FILL = range(10)
_MASK31 = 0x7FFFFFFF


@njit(**INNER)
def _learn_success(edge):
    """A breaker hears that an attempt over its edge succeeded."""
    edge.errors *= 0.95
    edge.seen += 1
    if edge.trial == 1:
        edge.trial = 0
        edge.open_until = -1.0
        edge.errors = 0.0
        edge.seen = 0


@njit(**INNER)
def run(
    t_end, max_events, margin, control, now_box, heap, later, todo, jobs, steps, gates, lists, cands, shares, rr, edges,
    insts, nodes, lanes, flows, segments, timers, contents, keys, aliases, resolvers, rtt, histogram,
):  # fmt: skip
    """Process events up to and including `t_end`; see the module for what comes back."""
    operations = steps.shape[0] // nodes.shape[0]
    regions = rtt.shape[0]
    room = heap.shape[0] - margin
    heap, later, jobs, steps, gates = rows(heap), rows(later), rows(jobs), rows(steps), rows(gates)
    lists, cands = rows(lists), rows(cands)
    shares, edges, insts, nodes, lanes = rows(shares), rows(edges), rows(insts), rows(nodes), rows(lanes)
    flows, segments, timers = rows(flows), rows(segments), rows(timers)
    contents, keys, aliases = rows(contents), rows(keys), rows(aliases)
    count = 0
    held = False  # whether the first place of the queue is that of the event under way
    alone = np.int64(-1)  # a request but for whose flow and station nothing is pending
    while True:
        if held:
            pop(heap, control)
            held = False
        if alone >= 0:
            count += serve_alone(
                alone, t_end, max_events - count, min(control[CROWD], room), margin, control, now_box, heap, later,
                jobs, steps, gates, lists, edges, insts, nodes, flows, segments, histogram,
            )  # fmt: skip
            alone = np.int64(-1)
        if control[HEAP_N] == 0 and control[LATER_N] > 0:
            turn(heap, later, control, jobs, control[EVENTS] + count)
        if control[HEAP_N] == 0 or heap[0].t > t_end:
            control[EVENTS] += count
            return REACHED
        if count >= max_events:
            control[EVENTS] += count
            return SPENT
        if control[HEAP_N] > control[CROWD]:
            spread(heap, later, control, now_box[0])
        if control[JOBS_FREE] < margin or control[HEAP_N] + control[LATER_N] > room or control[TIMERS_FREE] < margin:
            control[EVENTS] += count
            if control[JOBS_FREE] < margin:
                return MORE_JOBS
            if control[TIMERS_FREE] < margin:
                return MORE_TIMERS
            return MORE_EVENTS
        count += 1
        now = heap[0].t
        x = heap[0].x
        hold(heap)
        held = True
        now_box[0] = now
        kind = (x >> 28) & 15
        index = x & INDEX_MASK
        serial = x >> 32
        n_todo = 0
        j = np.int64(-1)
        step = VISIT
        due = -1.0  # when the job that now waits goes on, and by which event
        wake = np.int64(0)

        if kind <= COMMIT and kind != ARRIVE and kind != TIMER and kind != FAIL:
            j = index
            if jobs[j].serial != serial:
                continue
            if kind == DONE:
                step = AFTER
            elif kind == REACH:
                step = VISIT
            elif kind == BACK:
                step = REPLY
            elif kind == RETRY:
                step = ATTEMPT
            else:
                step = COMMITTED
        elif kind == ARRIVE:
            f = index
            if flows[f].serial != serial:
                continue
            j = take(jobs, control)
            state = flows[f].rng_mix + GOLDEN
            jobs[j].user = mix(state)
            at = flows[f].mix_lo
            if flows[f].mix_n > 1:
                state = state + GOLDEN
                u = unit(state)
                while u >= shares[at].cum and at < flows[f].mix_lo + flows[f].mix_n - 1:
                    at += 1
            op = np.int64(shares[at].value)
            jobs[j].where = flows[f].where
            if flows[f].region_n > 0:
                state = state + GOLDEN
                u = unit(state)
                at = flows[f].region_lo
                while u >= shares[at].cum and at < flows[f].region_lo + flows[f].region_n - 1:
                    at += 1
                jobs[j].where = shares[at].value
            flows[f].rng_mix = state
            flows[f].offered += 1
            jobs[j].kind = ROOT
            jobs[j].flow = f
            jobs[j].op = op
            jobs[j].parent = -1
            jobs[j].edge = -1
            jobs[j].node = flows[f].client
            jobs[j].inst = flows[f].inst
            jobs[j].step = flows[f].client * operations + op
            jobs[j].answered = now
            t = next_arrival(flows, segments, f, now)
            if t < np.inf:
                held = push_over(heap, later, control, t, packed(ARRIVE, f, flows[f].serial))
            step = VISIT
            i = np.int64(flows[f].inst)
            if insts[i].fail == 0.0:
                # A client has no station: it goes straight to what it calls.
                insts[i].arrivals += 1
                at = np.int64(jobs[j].step)
                jobs[j].t0 = now
                jobs[j].place = 3
                jobs[j].gate = steps[at].lo
                jobs[j].gate_end = steps[at].hi
                step = NEXT
        elif kind == TIMER:
            e = index
            edges[e].armed = 0
            k = np.int64(edges[e].timer_head)
            if k >= 0 and timers[k].t <= now:
                j = np.int64(timers[k].job)
                disarm(timers, edges[e], jobs[j], control)
            k = edges[e].timer_head
            if k >= 0:
                edges[e].armed = 1
                put(heap, later, control, max(timers[k].t, now), packed(TIMER, e, 0))
            if j < 0:
                continue
            step = FAILED
        elif kind == FAIL:
            j = index
            if jobs[j].serial != serial:
                continue
            jobs[j].ok = 0
            step = FINISH
        elif kind == RETURN:
            j = index
            if jobs[j].serial != serial:
                continue
            lane = jobs[j].lane
            jobs[j].next = -1
            if lanes[lane].tail >= 0:
                jobs[lanes[lane].tail].next = j
            else:
                lanes[lane].head = j
            lanes[lane].tail = j
            lanes[lane].n += 1
            change_backlog(nodes, np.int64(lanes[lane].node), 1, now)
            j = np.int64(lane)
            step = DELIVERY
        elif kind == WAKE:
            # One of those who waited for somebody else's fetch; `serial` says how that ended.
            j = np.int64(timers[index].job)
            fresh = jobs[j].serial == timers[index].serial
            if timers[index].next >= 0:
                put(heap, later, control, now, packed(WAKE, timers[index].next, serial))
            free_timer(timers, control, index)
            if not fresh:
                continue
            jobs[j].ok = serial & 1
            step = FINISH
        else:  # DELIVER
            j = index
            step = DELIVERY

        while True:
            # Every branch sets the next `step` of `j`, or `step` -1 when j must wait.
            job = jobs[j]
            if step == VISIT:
                i = np.int64(job.inst)
                inst = insts[i]
                n = np.int64(job.node)
                node = nodes[n]
                job.t0 = now if job.kind != MESSAGE else job.t0
                job.place = 3
                inst.arrivals += 1
                at = np.int64(job.step)
                serve = True
                if steps[at].guarded == 1 and node.dns_n > 0:
                    # Only a resolver that holds no answer asks the name server.
                    state = node.rng + GOLDEN
                    node.rng = state
                    r = node.dns_lo + np.int64(unit(state) * node.dns_n)
                    if resolvers[r] > now:
                        serve = False
                        job.answered = resolvers[r] - node.ttl
                    elif inst.up == 1:
                        resolvers[r] = now + node.ttl
                        job.answered = now
                        node.lookups += 1
                if serve and inst.up == 0:
                    job.ok = 0
                    step = FINISH
                    continue
                if steps[at].guarded == 1 and node.limit >= 0.0:
                    tokens = node.tokens + (now - node.t_tokens) * node.limit
                    if tokens > node.burst:
                        tokens = node.burst
                    node.t_tokens = now
                    if tokens < 1.0:
                        node.tokens = tokens
                        inst.rejected += 1
                        job.ok = 0
                        step = FINISH
                        continue
                    node.tokens = tokens - 1.0
                mean = steps[at].mean * inst.slow
                if mean <= 0.0 or not serve:
                    step = AFTER
                    continue
                if inst.busy < inst.slots:
                    account(inst, now)
                    inst.busy += 1
                    job.place = 2
                    s, inst.rng_service = draw_work(inst, mean, inst.rng_service)
                    due = now + s
                    wake = packed(DONE, j, job.serial)
                    step = -1
                elif inst.qlen < inst.qlimit:
                    account(inst, now)
                    join_line(jobs, inst, node, j)
                    step = -1
                else:
                    inst.rejected += 1
                    job.ok = 0
                    step = FINISH
                    continue

            elif step in (AFTER, FINISH):
                i = np.int64(job.inst)
                inst = insts[i]
                # A slot is given back after the service, or at the very end by those who hold it meanwhile.
                if i >= 0 and job.place == 2 and (step == FINISH or inst.holds == 0):
                    job.place = 3
                    account(inst, now)
                    if inst.qhead >= 0 and inst.busy <= inst.slots:
                        k = leave_line(jobs, inst, nodes[inst.node])
                        mean = steps[jobs[k].step].mean * inst.slow
                        s, inst.rng_service = draw_work(inst, mean, inst.rng_service)
                        if held:
                            held = push_over(heap, later, control, now + s, packed(DONE, k, jobs[k].serial))
                        else:
                            push(heap, later, control, now + s, packed(DONE, k, jobs[k].serial))
                    else:
                        inst.busy -= 1
                if step == AFTER:
                    n = np.int64(job.node)
                    node = nodes[n]
                    at = np.int64(job.step)
                    if inst.fail > 0.0:
                        state = inst.rng_fail + GOLDEN
                        inst.rng_fail = state
                        if unit(state) < inst.fail:
                            job.ok = 0
                            step = FINISH
                            continue
                    if steps[at].plain == 1:
                        job.gate = steps[at].lo
                        job.gate_end = steps[at].hi
                        step = NEXT
                        continue
                    if node.sessions > 0:
                        # A session that nobody used for the store's TTL is gone; its user signs in again.
                        k = np.int64(node.session_lo) + np.int64(job.user % np.uint64(node.sessions))
                        node.lookups += 1
                        if keys[k].expiry > now:
                            node.hits += 1
                        keys[k].expiry = now + node.ttl
                    if steps[at].write == 1:
                        if inst.wait > 0.0:
                            due = now + inst.wait
                            wake = packed(COMMIT, j, job.serial)
                            step = -1
                        elif inst.wait < 0.0:
                            job.ok = 0
                            step = FINISH
                            continue
                        else:
                            step = COMMITTED
                    else:
                        if node.lag >= 0.0:
                            c = np.int64(node.store)
                            key = draw_key(contents, keys, aliases, c)
                            if keys[contents[c].lo + key].expiry > now - node.lag:
                                flows[job.flow].stale += 1
                        if steps[at].content >= 0:
                            step = FILL
                        else:
                            job.gate = steps[at].lo
                            job.gate_end = steps[at].hi
                            step = NEXT
                            if node.is_queue == 1:
                                # A message is taken, or not; the publisher hears which.
                                lane = np.int64(steps[at].lane)
                                job.ok = 1
                                if node.backlog >= node.capacity:
                                    if node.drop == 1 and lanes[lane].head >= 0:
                                        k = np.int64(lanes[lane].head)
                                        lanes[lane].head = jobs[k].next
                                        if jobs[k].next < 0:
                                            lanes[lane].tail = -1
                                        lanes[lane].n -= 1
                                        change_backlog(nodes, n, -1, now)
                                        flows[jobs[k].flow].lost_messages += 1
                                        give_back(jobs, control, k)
                                    else:
                                        inst.rejected += 1
                                        job.ok = 0
                                if job.ok == 1:
                                    k = take(jobs, control)
                                    jobs[k].kind = MESSAGE
                                    jobs[k].next = -1
                                    jobs[k].parent = -1
                                    jobs[k].edge = -1
                                    jobs[k].flow = job.flow
                                    jobs[k].op = job.op
                                    jobs[k].user = job.user
                                    jobs[k].where = job.where
                                    jobs[k].answered = now
                                    jobs[k].node = n
                                    jobs[k].inst = -1
                                    jobs[k].tries = 0
                                    jobs[k].t0 = now
                                    jobs[k].lane = lane
                                    if lanes[lane].tail >= 0:
                                        jobs[lanes[lane].tail].next = k
                                    else:
                                        lanes[lane].head = k
                                    lanes[lane].tail = k
                                    lanes[lane].n += 1
                                    change_backlog(nodes, n, 1, now)
                                    todo[n_todo] = (lane << 4) | DELIVERY
                                    n_todo += 1
                                step = FINISH
                    if step >= 0:
                        continue
                else:
                    # The visit is over: count it, release whom it waited for, tell who waits.
                    ok = job.ok
                    if job.waiting == 1:
                        job.waiting = 0
                        edges[job.out_edge].failed += 1
                        edges[job.out_edge].trial = 0
                        if job.timer >= 0:
                            disarm(timers, edges[job.out_edge], job, control)
                        if job.out_inst >= 0:
                            insts[job.out_inst].conns -= 1
                    if job.cnode >= 0 and (job.hit != 2 or ok == 0):
                        settle(contents, keys, timers, jobs, steps, heap, later, control, j, np.int64(ok), now)
                    jk = job.kind
                    if i >= 0 and jk != BRANCH and job.place > 0:
                        if ok == 1:
                            inst.completed += 1
                        else:
                            inst.failed += 1
                    job.place = 0
                    if jk in (ROOT, DIRECT):
                        f = np.int64(job.flow)
                        flow = flows[f]
                        if jk == DIRECT:
                            # From its only call the request comes back to its client.
                            e = np.int64(job.edge)
                            edge = edges[e]
                            if ok == 0:
                                at = flow.client * operations + job.op
                                job.kind = ROOT
                                job.place = 3
                                job.node = flow.client
                                job.inst = flow.inst
                                job.step = at
                                job.gate = steps[at].lo
                                job.gate_end = steps[at].hi
                                job.left = 1
                                job.attempt = 0
                                job.shard = -1
                                job.hits = 0
                                job.answered = job.t0
                                job.waiting = 1
                                job.out_edge = e
                                job.out_inst = i
                                step = FAILED
                                continue
                            edge.completed += 1
                            if edge.trip >= 0.0:
                                _learn_success(edge)
                            inst.conns -= 1
                            insts[flow.inst].completed += 1
                        if ok == 1:
                            flow.completed += 1
                            count_time(histogram, flow, f, now - job.t0)
                        else:
                            flow.failed += 1
                        give_back(jobs, control, j)
                        step = -1
                    elif jk == MESSAGE:
                        lane = np.int64(job.lane)
                        n = np.int64(lanes[lane].node)
                        node = nodes[n]
                        e = np.int64(job.edge)
                        edge = edges[e]
                        inst.hand -= 1
                        lanes[lane].full = 0
                        if ok == 1 and edge.fail > 0.0:
                            state = edge.rng_net + GOLDEN
                            edge.rng_net = state
                            if unit(state) < edge.fail:
                                ok = 0
                        if ok == 1 and job.pserial > 1:
                            # The message makes more work at the same worker.
                            job.pserial -= 1
                            inst.hand += 1
                            job.serial = (job.serial + 1) & _MASK31
                            job.hits = 0
                            job.cnode = -1
                            step = VISIT
                            continue
                        if ok == 1:
                            edge.completed += 1
                            give_back(jobs, control, j)
                        else:
                            edge.failed += 1
                            job.inst = -1
                            job.node = n
                            job.serial = (job.serial + 1) & _MASK31
                            if node.at_most == 1 or job.tries >= node.max_deliveries:
                                flows[job.flow].lost_messages += 1
                                give_back(jobs, control, j)
                            else:
                                put(heap, later, control, now + node.redelivery, packed(RETURN, j, job.serial))
                        j = lane
                        step = DELIVERY
                        continue
                    else:
                        # Whether somebody still waits is seen when the answer is there: who waits is far in memory.
                        # Only what was to be put into a cache must be told at once.
                        if job.back > 0.0 and not (job.hit == 2 and ok == 1 and jobs[job.parent].serial != job.pserial):
                            job.serial = (job.serial + 1) & _MASK31
                            due = now + job.back
                            wake = packed(BACK, j, job.serial)
                            step = -1
                        else:
                            step = REPLY
                            continue

            elif step == REPLY:
                p = np.int64(job.parent)
                par = jobs[p]
                ok = job.ok
                if par.serial != job.pserial:
                    if job.hit == 2 and ok == 1:
                        settle(contents, keys, timers, jobs, steps, heap, later, control, j, np.int64(0), now)
                    give_back(jobs, control, j)
                    step = -1
                elif job.kind == BRANCH:
                    give_back(jobs, control, j)
                    par.pending -= 1
                    if ok == 1:
                        par.need -= 1
                    j = p
                    job = jobs[j]
                    if par.need <= 0:
                        par.serial = (par.serial + 1) & _MASK31
                        par.gate += 1
                        step = NEXT
                        continue
                    if par.need > par.pending:
                        par.serial = (par.serial + 1) & _MASK31
                        if gates[par.gate].required == 1:
                            par.ok = 0
                            step = FINISH
                        else:
                            par.gate += 1
                            step = NEXT
                        continue
                    step = -1
                elif ok == 0:
                    give_back(jobs, control, j)
                    j = p
                    job = jobs[j]
                    step = FAILED
                    continue
                else:
                    e = np.int64(job.edge)
                    edge = edges[e]
                    edge.completed += 1
                    if edge.trip >= 0.0:
                        _learn_success(edge)
                    insts[par.out_inst].conns -= 1
                    g = np.int64(par.gate)
                    gate = gates[g]
                    if job.hit == 1:
                        if gate.bit >= 0:
                            par.hits |= 1 << gate.bit
                    elif job.hit == 2:
                        if par.cnode >= 0:
                            remember_another(timers, jobs, control, p)
                        else:
                            par.fills = -1
                        par.cnode = job.cnode
                        par.ckey = job.ckey
                    give_back(jobs, control, j)
                    par.serial = (par.serial + 1) & _MASK31
                    par.waiting = 0
                    par.attempt = 0
                    if par.timer >= 0:
                        disarm(timers, edge, par, control)
                    par.left -= 1
                    j = p
                    job = jobs[j]
                    if par.left <= 0:
                        par.gate += 1
                        step = NEXT
                    else:
                        step = ATTEMPT
                    continue

            elif step == FAILED:
                # The attempt of j failed or ran out of time: again, or give up.
                e = np.int64(job.out_edge)
                edge = edges[e]
                job.serial = (job.serial + 1) & _MASK31
                if job.waiting == 1:
                    job.waiting = 0
                    edge.failed += 1
                    if job.timer >= 0:
                        disarm(timers, edge, job, control)
                    if job.out_inst >= 0:
                        insts[job.out_inst].conns -= 1
                    if edge.trip >= 0.0:
                        edge.errors = edge.errors * 0.95 + 0.05
                        edge.seen += 1
                        if edge.trial == 1:
                            edge.trial = 0
                            edge.open_until = now + edge.open_s
                        elif edge.open_until < 0.0 and edge.seen >= 20 and edge.errors > edge.trip:
                            edge.open_until = now + edge.open_s
                again = e >= 0 and job.attempt < edge.retries
                if again and edge.budget >= 0.0:
                    if edge.tokens >= 1.0:
                        edge.tokens -= 1.0
                    else:
                        again = False
                if again:
                    job.attempt += 1
                    if edge.backoff > 0.0:
                        state = edge.rng_retry + GOLDEN
                        edge.rng_retry = state
                        s = 2.0 * unit(state) * edge.backoff * (1 << min(job.attempt - 1, 20))
                        due = now + s
                        wake = packed(RETRY, j, job.serial)
                        step = -1
                    else:
                        step = ATTEMPT
                        continue
                elif gates[job.gate].required == 1:
                    job.ok = 0
                    step = FINISH
                    continue
                else:
                    job.gate += 1
                    step = NEXT
                    continue

            elif step == NEXT:
                g = np.int64(job.gate)
                end = np.int64(job.gate_end)
                while g < end and job.hits & gates[g].behind != 0:
                    g += 1
                job.gate = g
                if g >= end:
                    job.ok = 1
                    if job.kind != BRANCH and steps[job.step].dead == 1:
                        job.ok = 0
                    step = FINISH
                    continue
                gate = gates[g]
                if gate.fork == 1:
                    k = np.int64(gate.sub_n)
                    copies = gate.copies >= 0  # what nobody waits for
                    job.pending = k
                    job.need = gate.need
                    for b in range(k):
                        m = take(jobs, control)
                        new = jobs[m]
                        new.kind = BRANCH
                        new.back = 0.0
                        new.parent = j
                        new.pserial = -1 if copies else job.serial
                        new.edge = -1
                        new.flow = job.flow
                        new.op = gate.copies if copies else job.op
                        new.user = job.user
                        new.where = job.where
                        new.answered = job.answered
                        new.node = job.node
                        new.inst = job.inst
                        new.step = job.step
                        new.gate = gate.sub_lo + b
                        new.gate_end = gate.sub_lo + b + 1
                        todo[n_todo] = (m << 4) | NEXT
                        n_todo += 1
                    if copies:
                        job.gate = g + 1
                        continue
                    step = -1
                else:
                    k = np.int64(gate.calls)
                    if gate.calls_rest > 0.0:
                        state = gate.rng + GOLDEN
                        gate.rng = state
                        if unit(state) < gate.calls_rest:
                            k += 1
                    if k == 0:
                        job.gate = g + 1
                        continue
                    job.left = k
                    job.attempt = 0
                    if gate.keyed == 1:
                        job.shard = -1
                    step = ATTEMPT
                    continue

            elif step == ATTEMPT:
                g = np.int64(job.gate)
                gate = gates[g]
                state = gate.rng
                which = np.int64(gate.list)
                if gate.keyed == 1:
                    if gate.geo == 1:
                        which += (job.where + 1) * max(gate.shards, 1)
                    if gate.members > 0:
                        if job.shard < 0:
                            u = unit(job.user ^ gate.key)
                            k = np.int64(0)
                            while k < gate.members - 1 and u >= shares[gate.member_lo + k].cum:
                                k += 1
                            job.shard = k
                        which += job.shard
                    elif gate.shards > 1:
                        if job.shard < 0:
                            u = unit(job.user ^ gate.key)
                            if u < gate.hot:
                                job.shard = 0
                            elif gate.parts > 0:
                                u = (u - gate.hot) / (1.0 - gate.hot)
                                job.shard = shares[gate.part_lo + min(np.int64(u * gate.parts), gate.parts - 1)].value
                            else:
                                job.shard = np.int64((u - gate.hot) / (1.0 - gate.hot) * gate.shards)
                        which += job.shard
                while lists[which].prev >= 0 and lists[which].since > job.answered:
                    which = np.int64(lists[which].prev)
                lo = np.int64(lists[which].lo)
                k = np.int64(lists[which].n)
                if k == 0:
                    gate.rng = state
                    job.out_edge = cands[lo].edge
                    job.out_inst = -1
                    e = np.int64(job.out_edge)
                    edge = edges[e]
                    if e >= 0:
                        edge.offered += 1
                        job.waiting = 1
                        if edge.budget >= 0.0 and job.attempt == 0:
                            edge.tokens = min(10.0, edge.tokens + edge.budget)
                    step = FAILED
                    continue
                algorithm = gate.algorithm
                tries = 0
                while True:
                    pick = np.int64(0)
                    if k == 1:
                        break
                    if algorithm == ROUND_ROBIN:
                        if lists[which].equal == 1:
                            pick = rr[gate.rr]
                            if pick >= k:
                                pick = 0
                            rr[gate.rr] = pick + 1
                        else:
                            # Weighted round robin: walk the cumulative shares in golden-ratio steps, an even spread.
                            r = rr[gate.rr]
                            rr[gate.rr] = (r + 1) & 0xFFFFFFFF
                            u = r * 0.6180339887498949
                            u = (u - np.floor(u)) * lists[which].total
                            while pick < k - 1 and u >= cands[lo + pick].cum:
                                pick += 1
                    elif algorithm == LEAST_CONNECTIONS:
                        state = state + GOLDEN
                        start = np.int64(unit(state) * k)
                        best = 1 << 60
                        for b in range(k):
                            m = start + b
                            if m >= k:
                                m -= k
                            load = np.int64(insts[cands[lo + m].inst].conns)
                            if load < best and (tries == 0 or cands[lo + m].inst != job.out_inst):
                                best = load
                                pick = m
                    elif algorithm == POWER_OF_TWO:
                        state = state + GOLDEN
                        pick = np.int64(unit(state) * k)
                        state = state + GOLDEN
                        other = np.int64(unit(state) * (k - 1))
                        if other >= pick:
                            other += 1
                        if insts[cands[lo + other].inst].conns < insts[cands[lo + pick].inst].conns:
                            pick = other
                    elif algorithm == CONSISTENT_HASH:
                        # Rendezvous hashing: a target that goes or comes moves only its own share of the users.
                        top = np.uint64(0)
                        for b in range(k):
                            weight = mix(job.user ^ (np.uint64(cands[lo + b].inst + 1) * GOLDEN))
                            if weight >= top and (tries == 0 or cands[lo + b].inst != job.out_inst):
                                top = weight
                                pick = b
                    else:
                        state = state + GOLDEN
                        u = unit(state)
                        if lists[which].equal == 1:
                            pick = np.int64(u * k)
                        else:
                            u *= lists[which].total
                            while pick < k - 1 and u >= cands[lo + pick].cum:
                                pick += 1
                    # A retry goes to another target, where there is one.
                    if job.attempt == 0 or tries >= 8 or cands[lo + pick].inst != job.out_inst:
                        break
                    tries += 1
                gate.rng = state
                e = np.int64(cands[lo + pick].edge)
                edge = edges[e]
                i = np.int64(cands[lo + pick].inst)
                inst = insts[i]
                edge.offered += 1
                inst.conns += 1
                there = 0.0
                if edge.plain < 3:
                    there = edge.latency
                    if there < 0.0:
                        there = 0.0
                        if regions > 0 and job.where >= 0 and inst.region >= 0:
                            there = rtt[job.where, inst.region]
                    there *= edge.slow
                if (
                    edge.plain > 1
                    and job.kind == ROOT
                    and there == 0.0
                    and steps[job.step].lone == 1
                    and job.attempt == 0
                ):
                    n = np.int64(inst.node)
                    at = n * operations + job.op
                    if steps[at].plain == 1 and gate.keyed == 0 and (inst.region < 0 or inst.region == job.where):
                        # The user's only call takes no time on the way: the request itself goes there.
                        job.kind = DIRECT
                        job.edge = e
                        job.node = n
                        job.inst = i
                        job.step = at
                        step = VISIT
                        if not held and is_alone(control, steps[at], inst):
                            alone = j
                        continue
                job.out_edge = e
                job.out_inst = i
                job.waiting = 1
                lost = False
                refused = False
                back = there
                if edge.plain == 0:
                    lost = inst.part != insts[job.inst].part
                    if edge.budget >= 0.0 and job.attempt == 0:
                        edge.tokens = min(10.0, edge.tokens + edge.budget)
                    lost = lost or edge.cut == 1
                    refused = edge.down == 1
                    if edge.trip >= 0.0 and edge.open_until >= 0.0:
                        if now < edge.open_until or edge.trial == 1:
                            # An open breaker refuses by itself, and learns nothing from it.
                            job.waiting = 0
                            edge.failed += 1
                            inst.conns -= 1
                            step = FAILED
                            continue
                        edge.trial = 1
                    if edge.jitter > 0.0 or edge.loss > 0.0 or edge.fail > 0.0:
                        state = edge.rng_net
                        if edge.jitter > 0.0:
                            if there > 0.0:
                                shape = there * there / (edge.jitter * edge.jitter)
                                there, state = service(np.int64(GAMMA), there, shape, state)
                                back, state = service(np.int64(GAMMA), back, shape, state)
                            else:
                                there, state = service(np.int64(EXPONENTIAL), edge.jitter, 0.0, state)
                                back, state = service(np.int64(EXPONENTIAL), edge.jitter, 0.0, state)
                        if edge.loss > 0.0:
                            state = state + GOLDEN
                            if unit(state) < edge.loss:
                                lost = True
                        if edge.fail > 0.0:
                            state = state + GOLDEN
                            if unit(state) < edge.fail:
                                refused = True
                        edge.rng_net = state
                    if edge.transfer > 0.0:
                        free = max(edge.free_at, now) + edge.transfer
                        edge.free_at = free
                        there += free - now
                if edge.plain < 2 and edge.timeout < np.inf and not refused:
                    until = now + edge.timeout
                    if arm(timers, edge, job, control, j, until):
                        put(heap, later, control, until, packed(TIMER, e, 0))
                if refused:
                    step = FAILED
                    continue
                if lost:
                    if edge.timeout < np.inf:
                        step = -1  # only the timeout will tell
                    else:
                        step = FAILED
                        continue
                else:
                    m = take(jobs, control)
                    new = jobs[m]
                    new.kind = CALL
                    new.parent = j
                    new.pserial = job.serial
                    new.edge = e
                    new.flow = job.flow
                    new.op = job.op
                    new.user = job.user
                    new.answered = job.answered
                    n = np.int64(inst.node)
                    node = nodes[n]
                    new.node = n
                    new.inst = i
                    new.step = n * operations + job.op
                    new.where = inst.region if inst.region >= 0 else job.where
                    new.back = back
                    if there > 0.0:
                        due = now + there
                        wake = packed(REACH, m, new.serial)
                        step = -1
                    else:
                        j = m
                        job = jobs[j]
                        step = VISIT
                        continue

            elif step == COMMITTED:
                n = np.int64(job.node)
                node = nodes[n]
                at = np.int64(job.step)
                if node.store >= 0:
                    c = np.int64(node.store)
                    key = draw_key(contents, keys, aliases, c)
                    keys[contents[c].lo + key].expiry = now
                if node.horizon >= 0.0:
                    # Acknowledged writes that a replica has not seen yet, oldest first.
                    while node.commit_head >= 0 and timers[node.commit_head].t < now - node.horizon:
                        k = np.int64(node.commit_head)
                        node.commit_head = timers[k].next
                        if timers[k].next < 0:
                            node.commit_tail = -1
                        timers[k].next = control[FREE_TIMER]
                        control[FREE_TIMER] = k
                        control[TIMERS_FREE] += 1
                    k = control[FREE_TIMER]
                    control[FREE_TIMER] = timers[k].next
                    control[TIMERS_FREE] -= 1
                    timers[k].t = now
                    timers[k].job = job.flow
                    timers[k].serial = job.inst
                    timers[k].next = -1
                    if node.commit_tail >= 0:
                        timers[node.commit_tail].next = k
                    else:
                        node.commit_head = k
                    node.commit_tail = k
                job.gate = steps[at].lo
                job.gate_end = steps[at].hi
                step = NEXT
                continue

            elif step == FILL:
                # Look up; a miss remembers what to put in once it is served.
                n = np.int64(job.node)
                node = nodes[n]
                at = np.int64(job.step)
                c = np.int64(steps[at].content)
                node.lookups += 1
                hit = False
                key = np.int64(-1)
                if contents[c].ratio >= 0.0:
                    state = contents[c].rng_key + GOLDEN
                    contents[c].rng_key = state
                    hit = unit(state) < contents[c].ratio * contents[c].filled
                    if not hit and contents[c].flight_lo >= 0:
                        key = draw_key(contents, keys, aliases, c)
                else:
                    key = draw_key(contents, keys, aliases, c)
                    hit = look_up(contents, keys, c, key, now)
                if hit:
                    node.hits += 1
                    job.hit = 1
                    job.ok = 1
                    step = FINISH
                    continue
                if contents[c].flight_lo >= 0 and wait_for_fetch(contents, keys, timers, jobs, control, c, key, j):
                    step = -1
                else:
                    job.cnode = c
                    job.ckey = key
                    job.fills = -1
                    job.gate = steps[at].lo
                    job.gate_end = steps[at].hi
                    if steps[at].lo == steps[at].hi:
                        # A look-up beside the store: the caller fetches, and puts it in when it has it.
                        job.ok = 1
                        job.hit = 2
                        step = FINISH
                    else:
                        job.hit = 1  # served from here, so the gates behind are spared
                        step = NEXT
                    continue

            else:  # DELIVERY: j is a lane
                lane = j
                n = np.int64(lanes[lane].node)
                node = nodes[n]
                while lanes[lane].head >= 0 and lanes[lane].full == 0 and node.paused == 0 and node.up == 1:
                    pick = np.int64(-1)
                    for b in range(lanes[lane].count):
                        k = lanes[lane].cursor + b
                        if k >= lanes[lane].count:
                            k -= lanes[lane].count
                        i = np.int64(cands[lanes[lane].lo + k].inst)
                        inst = insts[i]
                        e = np.int64(cands[lanes[lane].lo + k].edge)
                        edge = edges[e]
                        if inst.up == 1 and inst.drain == 0 and inst.hand < inst.hand_limit \
                                and edge.down == 0 and edge.cut == 0:  # fmt: skip
                            pick = np.int64(k)
                            break
                    if pick < 0:
                        lanes[lane].full = 1
                        break
                    lanes[lane].cursor = pick + 1
                    i = np.int64(cands[lanes[lane].lo + pick].inst)
                    inst = insts[i]
                    e = np.int64(cands[lanes[lane].lo + pick].edge)
                    edge = edges[e]
                    m = np.int64(lanes[lane].head)
                    new = jobs[m]
                    lanes[lane].head = new.next
                    if new.next < 0:
                        lanes[lane].tail = -1
                    lanes[lane].n -= 1
                    change_backlog(nodes, np.int64(lanes[lane].node), -1, now)
                    edge.offered += 1
                    if now - new.t0 > node.oldest:
                        node.oldest = now - new.t0
                    new.pserial = 1
                    if edge.work != 1.0:
                        # How often the worker works on the message; a message without work is done at once.
                        new.pserial = np.int64(edge.work)
                        state = edge.rng_net + GOLDEN
                        edge.rng_net = state
                        if unit(state) < edge.work - np.floor(edge.work):
                            new.pserial += 1
                        if new.pserial == 0:
                            edge.completed += 1
                            give_back(jobs, control, m)
                            continue
                    inst.hand += 1
                    w = np.int64(inst.node)
                    new.next = -1
                    new.tries += 1
                    new.edge = e
                    new.node = w
                    new.inst = i
                    if inst.region >= 0:
                        new.where = inst.region
                    new.step = w * operations + new.op
                    new.hits = 0
                    new.cnode = -1
                    new.place = 0
                    todo[n_todo] = (m << 4) | VISIT
                    n_todo += 1
                    if n_todo > margin:
                        put(heap, later, control, now, packed(DELIVER, lane, 0))
                        break
                step = -1

            if due >= 0.0:
                if held:
                    held = push_over(heap, later, control, due, wake)
                else:
                    push(heap, later, control, due, wake)
                due = -1.0
            if n_todo == 0:
                break
            n_todo -= 1
            j = todo[n_todo] >> 4
            step = todo[n_todo] & 15
