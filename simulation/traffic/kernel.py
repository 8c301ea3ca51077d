"""The exact engine: one compiled interpreter that walks every request through the tables, event by event.

Long and plain on purpose: it is one loop because the compiler makes it fast only so. Nothing of a topology
is compiled in. An event wakes a job; the job then takes steps (visit, serve, next gate, attempt, reply,
finish) until it has to wait. Work that branches off goes on the `todo` stack. Times are seconds.

It returns when `t_end` is reached (0), after `max_events` (1), or when a pool must grow (2 jobs or todo,
3 events, 4 timers). A call may be repeated at once; cutting time into pieces changes nothing.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

from simulation.traffic.arrivals import renew
from simulation.traffic.content import draw_key, insert, look_up
from simulation.traffic.layout import (
    BRANCH,
    BUCKETS,
    CALL,
    CONSISTENT_HASH,
    EVENTS,
    FREE_TIMER,
    HEAP_N,
    JOBS_FREE,
    LEAST_CONNECTIONS,
    LOWEST,
    MESSAGE,
    POWER_OF_TWO,
    ROOT,
    ROUND_ROBIN,
    TIMERS_FREE,
)
from simulation.traffic.queue_of_events import (
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
    give_back,
    pop,
    push,
    take,
)
from simulation.traffic.random_numbers import GOLDEN, bits_of, exponential, mix, service, unit

REACHED, SPENT, MORE_JOBS, MORE_EVENTS, MORE_TIMERS = range(5)
VISIT, AFTER, NEXT, ATTEMPT, FINISH, REPLY, FAILED, DELIVERY, COMMITTED, FILL = range(10)
_MASK31 = 0x7FFFFFFF


@njit(cache=True, nogil=True)
def run(
    t_end, max_events, margin, control, now_box, heap, todo, jobs, steps, gates, lists, cands, shares, rr, edges,
    insts, nodes, lanes, flows, segments, timers, contents, keys, resolvers, rtt, histogram,
):  # fmt: skip
    """Process events up to and including `t_end`; see the module for what comes back."""
    operations = steps.shape[0] // nodes.shape[0]
    regions = rtt.shape[0]
    count = 0
    while True:
        if control[HEAP_N] == 0 or heap[0].t > t_end:
            control[EVENTS] += count
            return REACHED
        if count >= max_events:
            control[EVENTS] += count
            return SPENT
        if control[JOBS_FREE] < margin or control[HEAP_N] + margin > heap.shape[0] or control[TIMERS_FREE] < margin:
            control[EVENTS] += count
            if control[JOBS_FREE] < margin:
                return MORE_JOBS
            if control[TIMERS_FREE] < margin:
                return MORE_TIMERS
            return MORE_EVENTS
        count += 1
        now = heap[0].t
        x = heap[0].x
        pop(heap, control)
        now_box[0] = now
        kind = (x >> 28) & 15
        index = x & INDEX_MASK
        serial = x >> 32
        n_todo = 0
        j = np.int64(-1)
        step = VISIT

        if kind <= COMMIT and kind not in (ARRIVE, TIMER, FAIL):
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
            t = renew(flows, segments, f, now)
            if t < np.inf:
                push(heap, control, t, ARRIVE, f, flows[f].serial)
            step = VISIT
        elif kind == TIMER:
            e = index
            edges[e].armed = 0
            while True:
                k = edges[e].timer_head
                if k < 0:
                    break
                fresh = jobs[timers[k].job].serial == timers[k].serial
                if fresh and timers[k].t > now:
                    break
                edges[e].timer_head = timers[k].next
                if timers[k].next < 0:
                    edges[e].timer_tail = -1
                timers[k].next = control[FREE_TIMER]
                control[FREE_TIMER] = k
                control[TIMERS_FREE] += 1
                if fresh:
                    j = np.int64(timers[k].job)
                    break
            k = edges[e].timer_head
            if k >= 0:
                edges[e].armed = 1
                push(heap, control, max(timers[k].t, now), TIMER, e, 0)
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
            nodes[lanes[lane].node].backlog += 1
            j = np.int64(lane)
            step = DELIVERY
        else:  # DELIVER
            j = index
            step = DELIVERY

        while True:
            # Every branch sets the next `step` of `j`, or `step` -1 when j must wait.
            if step == VISIT:
                i = np.int64(jobs[j].inst)
                n = np.int64(jobs[j].node)
                jobs[j].t0 = now if jobs[j].kind != MESSAGE else jobs[j].t0
                jobs[j].place = 3
                insts[i].arrivals += 1
                at = np.int64(jobs[j].step)
                serve = True
                if nodes[n].dns_n > 0:
                    # Only a resolver that holds no answer asks the name server.
                    state = nodes[n].rng + GOLDEN
                    nodes[n].rng = state
                    r = nodes[n].dns_lo + np.int64(unit(state) * nodes[n].dns_n)
                    if resolvers[r] > now:
                        serve = False
                        jobs[j].answered = resolvers[r] - nodes[n].ttl
                    elif insts[i].up == 1:
                        resolvers[r] = now + nodes[n].ttl
                        jobs[j].answered = now
                        nodes[n].lookups += 1
                if serve and insts[i].up == 0:
                    jobs[j].ok = 0
                    step = FINISH
                    continue
                if nodes[n].limit >= 0.0:
                    tokens = nodes[n].tokens + (now - nodes[n].t_tokens) * nodes[n].limit
                    if tokens > nodes[n].burst:
                        tokens = nodes[n].burst
                    nodes[n].t_tokens = now
                    if tokens < 1.0:
                        nodes[n].tokens = tokens
                        insts[i].rejected += 1
                        jobs[j].ok = 0
                        step = FINISH
                        continue
                    nodes[n].tokens = tokens - 1.0
                mean = steps[at].mean * insts[i].slow
                if mean <= 0.0 or not serve:
                    step = AFTER
                    continue
                if insts[i].busy < insts[i].slots:
                    dt = now - insts[i].t_last
                    insts[i].busy_area += dt * insts[i].busy
                    insts[i].queue_area += dt * insts[i].qlen
                    insts[i].t_last = now
                    insts[i].busy += 1
                    jobs[j].place = 2
                    if insts[i].law == 0:
                        state = insts[i].rng_service + GOLDEN
                        s = mean * exponential(state)
                    else:
                        s, state = service(insts[i].law, mean, insts[i].shape, insts[i].rng_service)
                    insts[i].rng_service = state
                    push(heap, control, now + s, DONE, j, jobs[j].serial)
                    step = -1
                elif insts[i].qlen < insts[i].qlimit:
                    dt = now - insts[i].t_last
                    insts[i].busy_area += dt * insts[i].busy
                    insts[i].queue_area += dt * insts[i].qlen
                    insts[i].t_last = now
                    insts[i].qlen += 1
                    if insts[i].qlen > insts[i].qmax:
                        insts[i].qmax = insts[i].qlen
                    jobs[j].place = 1
                    jobs[j].next = -1
                    if insts[i].qtail >= 0:
                        jobs[insts[i].qtail].next = j
                    else:
                        insts[i].qhead = j
                    insts[i].qtail = j
                    step = -1
                else:
                    insts[i].rejected += 1
                    jobs[j].ok = 0
                    step = FINISH
                    continue

            elif step in (AFTER, FINISH):
                i = np.int64(jobs[j].inst)
                # A slot is given back after the service, or at the very end by those who hold it meanwhile.
                if i >= 0 and jobs[j].place == 2 and (step == FINISH or insts[i].holds == 0):
                    jobs[j].place = 3
                    dt = now - insts[i].t_last
                    insts[i].busy_area += dt * insts[i].busy
                    insts[i].queue_area += dt * insts[i].qlen
                    insts[i].t_last = now
                    k = np.int64(insts[i].qhead)
                    if k >= 0 and insts[i].busy <= insts[i].slots:
                        insts[i].qhead = jobs[k].next
                        if jobs[k].next < 0:
                            insts[i].qtail = -1
                        insts[i].qlen -= 1
                        jobs[k].place = 2
                        mean = steps[jobs[k].step].mean * insts[i].slow
                        if insts[i].law == 0:
                            state = insts[i].rng_service + GOLDEN
                            s = mean * exponential(state)
                        else:
                            s, state = service(insts[i].law, mean, insts[i].shape, insts[i].rng_service)
                        insts[i].rng_service = state
                        push(heap, control, now + s, DONE, k, jobs[k].serial)
                    else:
                        insts[i].busy -= 1
                if step == AFTER:
                    n = np.int64(jobs[j].node)
                    at = np.int64(jobs[j].step)
                    if insts[i].fail > 0.0:
                        state = insts[i].rng_fail + GOLDEN
                        insts[i].rng_fail = state
                        if unit(state) < insts[i].fail:
                            jobs[j].ok = 0
                            step = FINISH
                            continue
                    if steps[at].write == 1:
                        if nodes[n].wait > 0.0:
                            push(heap, control, now + nodes[n].wait, COMMIT, j, jobs[j].serial)
                            step = -1
                        else:
                            step = COMMITTED
                    else:
                        if nodes[n].lag >= 0.0:
                            c = np.int64(nodes[n].store)
                            key = draw_key(contents, keys, c)
                            if keys[contents[c].lo + key].expiry > now - nodes[n].lag:
                                flows[jobs[j].flow].stale += 1
                        if steps[at].content >= 0:
                            step = FILL
                        else:
                            jobs[j].gate = steps[at].lo
                            jobs[j].gate_end = steps[at].hi
                            step = NEXT
                            if nodes[n].is_queue == 1:
                                # A message is taken, or not; the publisher hears which.
                                lane = np.int64(steps[at].lane)
                                jobs[j].ok = 1
                                if nodes[n].backlog >= nodes[n].capacity:
                                    if nodes[n].drop == 1 and lanes[lane].head >= 0:
                                        k = np.int64(lanes[lane].head)
                                        lanes[lane].head = jobs[k].next
                                        if jobs[k].next < 0:
                                            lanes[lane].tail = -1
                                        lanes[lane].n -= 1
                                        nodes[n].backlog -= 1
                                        flows[jobs[k].flow].lost_messages += 1
                                        give_back(jobs, control, k)
                                    else:
                                        insts[i].rejected += 1
                                        jobs[j].ok = 0
                                if jobs[j].ok == 1:
                                    k = take(jobs, control)
                                    jobs[k].kind = MESSAGE
                                    jobs[k].parent = -1
                                    jobs[k].edge = -1
                                    jobs[k].flow = jobs[j].flow
                                    jobs[k].op = jobs[j].op
                                    jobs[k].user = jobs[j].user
                                    jobs[k].where = jobs[j].where
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
                                    nodes[n].backlog += 1
                                    todo[n_todo] = (lane << 4) | DELIVERY
                                    n_todo += 1
                                step = FINISH
                    if step >= 0:
                        continue
                else:
                    # The visit is over: count it, release whom it waited for, tell who waits.
                    ok = jobs[j].ok
                    if jobs[j].waiting == 1:
                        jobs[j].waiting = 0
                        edges[jobs[j].out_edge].failed += 1
                        if jobs[j].out_inst >= 0:
                            insts[jobs[j].out_inst].conns -= 1
                    if ok == 1 and jobs[j].cnode >= 0 and jobs[j].hit != 2:
                        c = np.int64(jobs[j].cnode)
                        if contents[c].ratio >= 0.0:
                            contents[c].filled = min(1.0, contents[c].filled + contents[c].fill_step)
                        else:
                            insert(contents, keys, c, np.int64(jobs[j].ckey), now)
                    jk = jobs[j].kind
                    if i >= 0 and jk != BRANCH and jobs[j].place > 0:
                        if ok == 1:
                            insts[i].completed += 1
                        else:
                            insts[i].failed += 1
                    jobs[j].place = 0
                    if jk == ROOT:
                        f = np.int64(jobs[j].flow)
                        if ok == 1:
                            flows[f].completed += 1
                            s = now - jobs[j].t0
                            flows[f].total += s
                            b = (bits_of(s) >> 46) - LOWEST
                            if b < 0:
                                b = 0
                            elif b >= BUCKETS:
                                b = BUCKETS - 1
                            histogram[f, b] += 1
                        else:
                            flows[f].failed += 1
                        give_back(jobs, control, j)
                        step = -1
                    elif jk == MESSAGE:
                        lane = np.int64(jobs[j].lane)
                        n = np.int64(lanes[lane].node)
                        e = np.int64(jobs[j].edge)
                        insts[i].hand -= 1
                        lanes[lane].full = 0
                        if ok == 1:
                            edges[e].completed += 1
                            give_back(jobs, control, j)
                        else:
                            edges[e].failed += 1
                            jobs[j].inst = -1
                            jobs[j].node = n
                            jobs[j].serial = (jobs[j].serial + 1) & _MASK31
                            if nodes[n].at_most == 1 or jobs[j].tries >= nodes[n].max_deliveries:
                                flows[jobs[j].flow].lost_messages += 1
                                give_back(jobs, control, j)
                            else:
                                push(heap, control, now + nodes[n].redelivery, RETURN, j, jobs[j].serial)
                        j = lane
                        step = DELIVERY
                        continue
                    else:
                        p = np.int64(jobs[j].parent)
                        if jobs[p].serial != jobs[j].pserial:
                            give_back(jobs, control, j)
                            step = -1
                        elif jobs[j].back > 0.0:
                            jobs[j].serial = (jobs[j].serial + 1) & _MASK31
                            push(heap, control, now + jobs[j].back, BACK, j, jobs[j].serial)
                            step = -1
                        else:
                            step = REPLY
                            continue

            elif step == REPLY:
                p = np.int64(jobs[j].parent)
                ok = jobs[j].ok
                if jobs[p].serial != jobs[j].pserial:
                    give_back(jobs, control, j)
                    step = -1
                elif jobs[j].kind == BRANCH:
                    give_back(jobs, control, j)
                    jobs[p].pending -= 1
                    if ok == 1:
                        jobs[p].need -= 1
                    j = p
                    if jobs[p].need <= 0:
                        jobs[p].serial = (jobs[p].serial + 1) & _MASK31
                        jobs[p].gate += 1
                        step = NEXT
                        continue
                    if jobs[p].need > jobs[p].pending:
                        jobs[p].serial = (jobs[p].serial + 1) & _MASK31
                        if gates[jobs[p].gate].required == 1:
                            jobs[p].ok = 0
                            step = FINISH
                        else:
                            jobs[p].gate += 1
                            step = NEXT
                        continue
                    step = -1
                elif ok == 0:
                    give_back(jobs, control, j)
                    j = p
                    step = FAILED
                    continue
                else:
                    e = np.int64(jobs[j].edge)
                    edges[e].completed += 1
                    if edges[e].trip >= 0.0:
                        edges[e].errors *= 0.95
                        edges[e].seen += 1
                        if edges[e].trial == 1:
                            edges[e].trial = 0
                            edges[e].open_until = -1.0
                            edges[e].errors = 0.0
                            edges[e].seen = 0
                    insts[jobs[p].out_inst].conns -= 1
                    g = np.int64(jobs[p].gate)
                    if jobs[j].hit == 1:
                        if gates[g].bit >= 0:
                            jobs[p].hits |= 1 << gates[g].bit
                    elif jobs[j].hit == 2:
                        jobs[p].cnode = jobs[j].cnode
                        jobs[p].ckey = jobs[j].ckey
                    give_back(jobs, control, j)
                    jobs[p].serial = (jobs[p].serial + 1) & _MASK31
                    jobs[p].waiting = 0
                    jobs[p].attempt = 0
                    jobs[p].out_inst = -1
                    jobs[p].left -= 1
                    j = p
                    if jobs[p].left <= 0:
                        jobs[p].left = -1
                        jobs[p].shard = -1
                        jobs[p].gate += 1
                        step = NEXT
                    else:
                        step = ATTEMPT
                    continue

            elif step == FAILED:
                # The attempt of j failed or ran out of time: again, or give up.
                e = np.int64(jobs[j].out_edge)
                jobs[j].serial = (jobs[j].serial + 1) & _MASK31
                if jobs[j].waiting == 1:
                    jobs[j].waiting = 0
                    edges[e].failed += 1
                    if jobs[j].out_inst >= 0:
                        insts[jobs[j].out_inst].conns -= 1
                    if edges[e].trip >= 0.0:
                        edges[e].errors = edges[e].errors * 0.95 + 0.05
                        edges[e].seen += 1
                        if edges[e].trial == 1:
                            edges[e].trial = 0
                            edges[e].open_until = now + edges[e].open_s
                        elif edges[e].open_until < 0.0 and edges[e].seen >= 20 and edges[e].errors > edges[e].trip:
                            edges[e].open_until = now + edges[e].open_s
                again = e >= 0 and jobs[j].attempt < edges[e].retries
                if again and edges[e].budget >= 0.0:
                    if edges[e].tokens >= 1.0:
                        edges[e].tokens -= 1.0
                    else:
                        again = False
                if again:
                    jobs[j].attempt += 1
                    if edges[e].backoff > 0.0:
                        state = edges[e].rng_retry + GOLDEN
                        edges[e].rng_retry = state
                        s = 2.0 * unit(state) * edges[e].backoff * (1 << min(jobs[j].attempt - 1, 20))
                        push(heap, control, now + s, RETRY, j, jobs[j].serial)
                        step = -1
                    else:
                        step = ATTEMPT
                        continue
                elif gates[jobs[j].gate].required == 1:
                    jobs[j].ok = 0
                    step = FINISH
                    continue
                else:
                    jobs[j].left = -1
                    jobs[j].attempt = 0
                    jobs[j].shard = -1
                    jobs[j].out_inst = -1
                    jobs[j].gate += 1
                    step = NEXT
                    continue

            elif step == NEXT:
                g = np.int64(jobs[j].gate)
                end = np.int64(jobs[j].gate_end)
                while g < end and jobs[j].hits & gates[g].behind != 0:
                    g += 1
                jobs[j].gate = g
                if g >= end:
                    jobs[j].ok = 1
                    if jobs[j].kind != BRANCH and steps[jobs[j].step].dead == 1:
                        jobs[j].ok = 0
                    step = FINISH
                    continue
                if gates[g].fork == 1:
                    k = np.int64(gates[g].sub_n)
                    jobs[j].pending = k
                    jobs[j].need = gates[g].need
                    for b in range(k):
                        m = take(jobs, control)
                        jobs[m].kind = BRANCH
                        jobs[m].parent = j
                        jobs[m].pserial = jobs[j].serial
                        jobs[m].edge = -1
                        jobs[m].flow = jobs[j].flow
                        jobs[m].op = jobs[j].op
                        jobs[m].user = jobs[j].user
                        jobs[m].where = jobs[j].where
                        jobs[m].answered = jobs[j].answered
                        jobs[m].node = jobs[j].node
                        jobs[m].inst = jobs[j].inst
                        jobs[m].step = jobs[j].step
                        jobs[m].gate = gates[g].sub_lo + b
                        jobs[m].gate_end = gates[g].sub_lo + b + 1
                        todo[n_todo] = (m << 4) | NEXT
                        n_todo += 1
                    step = -1
                else:
                    k = np.int64(gates[g].calls)
                    if gates[g].calls_rest > 0.0:
                        state = gates[g].rng + GOLDEN
                        gates[g].rng = state
                        if unit(state) < gates[g].calls_rest:
                            k += 1
                    if k == 0:
                        jobs[j].gate = g + 1
                        continue
                    jobs[j].left = k
                    jobs[j].attempt = 0
                    step = ATTEMPT
                    continue

            elif step == ATTEMPT:
                g = np.int64(jobs[j].gate)
                state = gates[g].rng
                which = np.int64(gates[g].list)
                if gates[g].geo == 1:
                    which += (jobs[j].where + 1) * max(gates[g].shards, 1)
                if gates[g].members > 0:
                    if jobs[j].shard < 0:
                        state = state + GOLDEN
                        u = unit(state)
                        k = np.int64(0)
                        while k < gates[g].members - 1 and u >= shares[gates[g].member_lo + k].cum:
                            k += 1
                        jobs[j].shard = k
                    which += jobs[j].shard
                elif gates[g].shards > 1:
                    if jobs[j].shard < 0:
                        state = state + GOLDEN
                        u = unit(state)
                        if u < gates[g].hot:
                            jobs[j].shard = 0
                        else:
                            jobs[j].shard = np.int64((u - gates[g].hot) / (1.0 - gates[g].hot) * gates[g].shards)
                    which += jobs[j].shard
                while lists[which].since > jobs[j].answered and lists[which].prev >= 0:
                    which = np.int64(lists[which].prev)
                lo = np.int64(lists[which].lo)
                k = np.int64(lists[which].n)
                if k == 0:
                    gates[g].rng = state
                    jobs[j].out_edge = cands[lo].edge
                    jobs[j].out_inst = -1
                    e = np.int64(jobs[j].out_edge)
                    if e >= 0:
                        edges[e].offered += 1
                        jobs[j].waiting = 1
                        if edges[e].budget >= 0.0 and jobs[j].attempt == 0:
                            edges[e].tokens = min(10.0, edges[e].tokens + edges[e].budget)
                    step = FAILED
                    continue
                algorithm = gates[g].algorithm
                pick = np.int64(0)
                tries = 0
                while True:
                    if k == 1:
                        pick = 0
                    elif algorithm == ROUND_ROBIN:
                        if lists[which].equal == 1:
                            pick = rr[gates[g].rr]
                            if pick >= k:
                                pick = 0
                            rr[gates[g].rr] = pick + 1
                        else:
                            # Weighted round robin: walk the cumulative shares in golden-ratio steps, an even spread.
                            r = rr[gates[g].rr]
                            rr[gates[g].rr] = (r + 1) & 0xFFFFFFFF
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
                            if load < best and (tries == 0 or cands[lo + m].inst != jobs[j].out_inst):
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
                            weight = mix(jobs[j].user ^ (np.uint64(cands[lo + b].inst + 1) * GOLDEN))
                            if weight >= top and (tries == 0 or cands[lo + b].inst != jobs[j].out_inst):
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
                    if jobs[j].attempt == 0 or k == 1 or tries >= 8 or cands[lo + pick].inst != jobs[j].out_inst:
                        break
                    tries += 1
                gates[g].rng = state
                e = np.int64(cands[lo + pick].edge)
                i = np.int64(cands[lo + pick].inst)
                edges[e].offered += 1
                if edges[e].budget >= 0.0 and jobs[j].attempt == 0:
                    edges[e].tokens = min(10.0, edges[e].tokens + edges[e].budget)
                jobs[j].out_edge = e
                jobs[j].out_inst = i
                jobs[j].waiting = 1
                insts[i].conns += 1
                lost = edges[e].cut == 1 or insts[i].part != insts[jobs[j].inst].part
                refused = edges[e].down == 1
                if edges[e].trip >= 0.0 and edges[e].open_until >= 0.0:
                    if now < edges[e].open_until or edges[e].trial == 1:
                        refused = True
                    else:
                        edges[e].trial = 1
                there = edges[e].latency
                if there < 0.0:
                    there = 0.0
                    if regions > 0 and jobs[j].where >= 0 and insts[i].region >= 0:
                        there = rtt[jobs[j].where, insts[i].region]
                there *= edges[e].slow
                back = there
                if edges[e].jitter > 0.0 or edges[e].loss > 0.0 or edges[e].fail > 0.0:
                    state = edges[e].rng_net
                    if edges[e].jitter > 0.0:
                        if there > 0.0:
                            shape = there * there / (edges[e].jitter * edges[e].jitter)
                            there, state = service(4, there, shape, state)
                            back, state = service(4, back, shape, state)
                        else:
                            there, state = service(0, edges[e].jitter, 0.0, state)
                            back, state = service(0, edges[e].jitter, 0.0, state)
                    if edges[e].loss > 0.0:
                        state = state + GOLDEN
                        if unit(state) < edges[e].loss:
                            lost = True
                    if edges[e].fail > 0.0:
                        state = state + GOLDEN
                        if unit(state) < edges[e].fail:
                            refused = True
                    edges[e].rng_net = state
                if edges[e].transfer > 0.0:
                    free = max(edges[e].free_at, now) + edges[e].transfer
                    edges[e].free_at = free
                    there += free - now
                if edges[e].timeout < np.inf and not refused:
                    k = control[FREE_TIMER]
                    control[FREE_TIMER] = timers[k].next
                    control[TIMERS_FREE] -= 1
                    timers[k].t = now + edges[e].timeout
                    timers[k].job = j
                    timers[k].serial = jobs[j].serial
                    timers[k].next = -1
                    if edges[e].timer_tail >= 0:
                        timers[edges[e].timer_tail].next = k
                    else:
                        edges[e].timer_head = k
                    edges[e].timer_tail = k
                    if edges[e].armed == 0:
                        edges[e].armed = 1
                        push(heap, control, timers[k].t, TIMER, e, 0)
                if refused:
                    step = FAILED
                    continue
                if lost:
                    if edges[e].timeout < np.inf:
                        step = -1  # only the timeout will tell
                    else:
                        step = FAILED
                        continue
                else:
                    m = take(jobs, control)
                    jobs[m].kind = CALL
                    jobs[m].parent = j
                    jobs[m].pserial = jobs[j].serial
                    jobs[m].edge = e
                    jobs[m].flow = jobs[j].flow
                    jobs[m].op = jobs[j].op
                    jobs[m].user = jobs[j].user
                    jobs[m].answered = jobs[j].answered
                    n = np.int64(insts[i].node)
                    jobs[m].node = n
                    jobs[m].inst = i
                    jobs[m].step = n * operations + jobs[j].op
                    jobs[m].where = insts[i].region if insts[i].region >= 0 else jobs[j].where
                    jobs[m].back = back
                    if there > 0.0:
                        push(heap, control, now + there, REACH, m, jobs[m].serial)
                        step = -1
                    else:
                        j = m
                        step = VISIT
                        continue

            elif step == COMMITTED:
                n = np.int64(jobs[j].node)
                at = np.int64(jobs[j].step)
                if nodes[n].store >= 0:
                    c = np.int64(nodes[n].store)
                    key = draw_key(contents, keys, c)
                    keys[contents[c].lo + key].expiry = now
                if nodes[n].horizon >= 0.0:
                    # Acknowledged writes that a replica has not seen yet, oldest first.
                    while nodes[n].commit_head >= 0 and timers[nodes[n].commit_head].t < now - nodes[n].horizon:
                        k = np.int64(nodes[n].commit_head)
                        nodes[n].commit_head = timers[k].next
                        if timers[k].next < 0:
                            nodes[n].commit_tail = -1
                        timers[k].next = control[FREE_TIMER]
                        control[FREE_TIMER] = k
                        control[TIMERS_FREE] += 1
                    k = control[FREE_TIMER]
                    control[FREE_TIMER] = timers[k].next
                    control[TIMERS_FREE] -= 1
                    timers[k].t = now
                    timers[k].job = jobs[j].flow
                    timers[k].serial = jobs[j].inst
                    timers[k].next = -1
                    if nodes[n].commit_tail >= 0:
                        timers[nodes[n].commit_tail].next = k
                    else:
                        nodes[n].commit_head = k
                    nodes[n].commit_tail = k
                jobs[j].gate = steps[at].lo
                jobs[j].gate_end = steps[at].hi
                step = NEXT
                continue

            elif step == FILL:
                # Look up; a miss remembers what to put in once it is served.
                n = np.int64(jobs[j].node)
                at = np.int64(jobs[j].step)
                c = np.int64(steps[at].content)
                nodes[n].lookups += 1
                hit = False
                key = np.int64(-1)
                if contents[c].ratio >= 0.0:
                    state = contents[c].rng_key + GOLDEN
                    contents[c].rng_key = state
                    hit = unit(state) < contents[c].ratio * contents[c].filled
                else:
                    key = draw_key(contents, keys, c)
                    hit = look_up(contents, keys, c, key, now)
                if hit:
                    nodes[n].hits += 1
                    jobs[j].hit = 1
                    jobs[j].ok = 1
                    step = FINISH
                    continue
                jobs[j].cnode = c
                jobs[j].ckey = key
                jobs[j].gate = steps[at].lo
                jobs[j].gate_end = steps[at].hi
                if steps[at].lo == steps[at].hi:
                    # A look-up beside the store: the caller fetches, and puts it in when it has it.
                    jobs[j].ok = 1
                    jobs[j].hit = 2
                    step = FINISH
                else:
                    jobs[j].hit = 1  # served from here, so the gates behind are spared
                    step = NEXT
                continue

            else:  # DELIVERY: j is a lane
                lane = j
                n = np.int64(lanes[lane].node)
                while lanes[lane].head >= 0 and lanes[lane].full == 0 and nodes[n].paused == 0 and nodes[n].up == 1:
                    pick = np.int64(-1)
                    for b in range(lanes[lane].count):
                        k = lanes[lane].cursor + b
                        if k >= lanes[lane].count:
                            k -= lanes[lane].count
                        i = np.int64(cands[lanes[lane].lo + k].inst)
                        e = np.int64(cands[lanes[lane].lo + k].edge)
                        if insts[i].up == 1 and insts[i].drain == 0 and insts[i].hand < insts[i].hand_limit \
                                and edges[e].down == 0 and edges[e].cut == 0:  # fmt: skip
                            pick = np.int64(k)
                            break
                    if pick < 0:
                        lanes[lane].full = 1
                        break
                    lanes[lane].cursor = pick + 1
                    i = np.int64(cands[lanes[lane].lo + pick].inst)
                    e = np.int64(cands[lanes[lane].lo + pick].edge)
                    m = np.int64(lanes[lane].head)
                    lanes[lane].head = jobs[m].next
                    if jobs[m].next < 0:
                        lanes[lane].tail = -1
                    lanes[lane].n -= 1
                    nodes[n].backlog -= 1
                    edges[e].offered += 1
                    if now - jobs[m].t0 > nodes[n].oldest:
                        nodes[n].oldest = now - jobs[m].t0
                    insts[i].hand += 1
                    w = np.int64(insts[i].node)
                    jobs[m].next = -1
                    jobs[m].tries += 1
                    jobs[m].edge = e
                    jobs[m].node = w
                    jobs[m].inst = i
                    jobs[m].step = w * operations + jobs[m].op
                    jobs[m].hits = 0
                    jobs[m].left = -1
                    jobs[m].attempt = 0
                    jobs[m].shard = -1
                    jobs[m].cnode = -1
                    jobs[m].place = 0
                    todo[n_todo] = (m << 4) | VISIT
                    n_todo += 1
                    if n_todo > margin:
                        push(heap, control, now, DELIVER, lane, 0)
                        break
                step = -1

            if n_todo == 0:
                break
            n_todo -= 1
            j = todo[n_todo] >> 4
            step = todo[n_todo] & 15
