"""The tables that the kernel works on: one record type each, flat, in seconds, indices into each other.

-1 is "none" in every index. A job is one request (or message) at one place; jobs are pooled and their
`serial` grows with every attempt and every reuse, so that an event or answer that comes too late is known.
"""

from typing import Any

import numpy as np

from simulation.traffic.machine_code.lines import LINE


def _record(lines: int = 0, **fields: str) -> np.dtype:
    record = np.dtype(list(fields.items()), align=True)
    if not lines:
        return record
    offsets = [field[1] for field in (record.fields or {}).values()]
    shape = {"names": list(fields), "formats": list(fields.values()), "offsets": offsets, "itemsize": lines * LINE}
    return np.dtype(shape, align=True)  # type: ignore[call-overload,no-any-return]


def zeros(count: int, record: np.dtype) -> np.ndarray[Any, Any]:
    """So many records, the first at the start of a processor's line."""
    raw = np.zeros(count * record.itemsize + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + count * record.itemsize].view(record)


def longer(table: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    """The same records and so many more of zeros after them."""
    rows = zeros(len(table) + count, table.dtype)
    rows[: len(table)] = table
    return rows


JOB = _record(
    lines=3,
    # The first line: where the job is and who waits for it.
    serial="i4",
    kind="i1",  # CALL, BRANCH, ROOT, MESSAGE, DIRECT
    place="i1",  # 0 elsewhere, 1 queued, 2 holds a slot, 3 here without a slot
    waiting="i1",  # whether an attempt is out
    hit="i1",
    inst="i4",
    step="i4",
    gate="i4",
    gate_end="i4",
    parent="i4",  # who waits for the answer
    pserial="i4",  # and the serial for which it does (a message: pieces of work that are left of it)
    edge="i4",  # by which it came
    cnode="i4",
    t0="f8",  # when it arrived here (a message: when it was published)
    back="f8",  # latency of the answer
    hits="i8",  # gates that a cache hit spares, as bits from the first gate of the step
    # The second: the attempt that is out, and what is handed on to it.
    ok="i4",
    left="i4",  # calls still to make at the gate
    attempt="i4",
    out_edge="i4",  # by which it waits
    out_inst="i4",
    timer="i4",  # that ends the attempt; -1: none
    shard="i4",
    next="i4",
    user="u8",  # who asks
    answered="f8",  # when the name server's answer in use was given
    node="i4",
    flow="i4",
    op="i4",
    where="i4",  # region of the caller
    # The third is hardly ever looked at.
    ckey="i4",  # key that it will put into cache `cnode` when it is served
    fills="i4",  # further (cache, key) that it will put in, a list in the timers
    pending="i4",  # branches still out
    need="i4",  # branches that must still succeed
    tries="i4",
    lane="i4",
)

STEP = _record(
    lines=1,
    mean="f8",
    lo="i4",
    hi="i4",
    content="i4",
    dead="i4",
    write="i4",
    lane="i4",
    guarded="i4",  # a look-up that a resolver may spare, or a rate limit
    plain="i4",  # nothing but a service
    lone="i4",  # all that it needs is one call, made once
)

GATE = _record(
    lines=2,
    # The first line is all that most gates need.
    behind="i8",  # bits of the look-ups that spare it
    calls_rest="f8",
    rng="u8",
    fork="i4",  # 1: the sub-gates all run at once
    keyed="i4",  # 1: the list depends on a region, a shard or a member
    list="i4",
    algorithm="i4",
    rr="i4",
    calls="i4",
    required="i4",
    bit="i4",  # its own bit, when it is a look-up
    shards="i4",  # a list a shard
    members="i4",  # a list a member, chosen by `member_lo` cumulative shares
    hot="f8",
    member_lo="i4",
    geo="i4",  # a list a region
    sub_lo="i4",
    sub_n="i4",
    need="i4",
    key="u8",  # with who asks it says which key is meant: the same shard wherever a request asks for it
    copies="i4",  # of a fork that nobody waits for: the operation that its calls are; -1: it is waited for
    parts="i4",  # pieces of the keys, dealt to shards by the shares from `part_lo`; 0: evenly
    part_lo="i4",
)

LIST = _record(since="f8", total="f8", lo="i4", n="i4", equal="i4", prev="i4")

CANDIDATE = _record(cum="f8", edge="i4", inst="i4")

EDGE = _record(
    lines=4,
    # The first line is all that an attempt needs over an edge that has latency and a timeout.
    latency="f8",  # one way; -1: by region
    slow="f8",
    timeout="f8",
    offered="i8",
    completed="i8",
    trip="f8",  # breaker's error rate; -1: none
    timer_head="i4",
    timer_tail="i4",
    armed="i4",
    plain="i4",  # of all params and faults an attempt must look at: 1 latency and timeout; 2 latency; 3 none
    jitter="f8",
    loss="f8",
    transfer="f8",
    free_at="f8",
    fail="f8",
    open_until="f8",
    cut="i4",
    down="i4",
    trial="i4",
    seen="i4",
    rng_net="u8",
    budget="f8",  # -1: none
    tokens="f8",
    open_s="f8",
    errors="f8",
    failed="i8",
    backoff="f8",
    rng_retry="u8",
    retries="i4",
    work="f8",  # of a consume edge: mean pieces of work a message makes
)

INSTANCE = _record(
    lines=4,
    # The first two lines are all that a visit needs.
    slow="f8",
    t_last="f8",
    busy_area="f8",
    queue_area="f8",
    rng_service="u8",
    arrivals="i8",
    node="i4",
    slots="i4",  # 2^30: a pure delay
    busy="i4",
    up="i4",
    fail="f8",
    completed="i8",
    law="i4",
    qlen="i4",
    qlimit="i4",
    qhead="i4",
    qtail="i4",
    holds="i4",
    region="i4",
    part="i4",
    conns="i4",
    shape="f8",
    failed="i8",
    rejected="i8",
    slot_area="f8",
    t_slots="f8",
    wait="f8",  # what a write waits here for the synchronous replicas; -1: it fails for want of one
    rng_fail="u8",
    drain="i4",
    hand="i4",
    hand_limit="i4",
)

NODE = _record(
    ttl="f8",
    limit="f8",  # rate limit; -1: none
    burst="f8",
    tokens="f8",
    t_tokens="f8",
    wait="f8",  # what a write waits for its synchronous replicas
    short="f8",  # share of its writes that fail for want of one
    lag="f8",  # how far a replica is behind; -1: it is none
    horizon="f8",  # commits older than this are safe; -1: none are remembered
    redelivery="f8",
    oldest="f8",  # greatest age of a message when it was handed out
    rng="u8",
    sessions="i8",  # users whose sessions a store keeps, each in the keys from `session_lo`
    session_lo="i8",
    lookups="i8",
    hits="i8",
    backlog="i8",
    capacity="i8",
    backlog_max="i8",
    waiting="i8",  # requests in the queues of its instances
    waiting_max="i8",
    backlog_area="f8",  # messages × seconds up to `backlog_t`
    backlog_t="f8",
    dns_lo="i4",
    dns_n="i4",
    store="i4",  # content that remembers when each key was written
    commit_head="i4",
    commit_tail="i4",
    is_queue="i4",
    drop="i4",
    at_most="i4",
    max_deliveries="i4",
    paused="i4",
    up="i4",
)

LANE = _record(node="i4", head="i4", tail="i4", n="i4", lo="i4", count="i4", cursor="i4", full="i4")

FLOW = _record(
    remaining="f8",  # arrivals still to integrate until the next one
    t_last="f8",
    factor="f8",
    copies="f8",  # of recorded time stamps: mean arrivals at each
    total="f8",  # sum of latencies, s
    rng_arrival="u8",
    rng_mix="u8",
    offered="i8",
    completed="i8",
    failed="i8",
    stale="i8",
    lost_writes="i8",
    lost_sessions="i8",
    lost_messages="i8",
    serial="i4",
    client="i4",
    inst="i4",
    poisson="i4",
    stamped="i4",  # the segments end at recorded time stamps
    again="i4",  # arrivals still to come at this time stamp
    seg="i4",
    seg_end="i4",
    mix_lo="i4",
    mix_n="i4",
    region_lo="i4",
    region_n="i4",
    where="i4",
)

SEGMENT = _record(start="f8", rate="f8", slope="f8", end="f8")

SHARE = _record(cum="f8", value="i4")

TIMER = _record(t="f8", job="i4", serial="i4", next="i4", prev="i4")

EVENT = _record(x="i8", t="f8")  # in this order one number of 128 bits, greater when later

LATER = _record(x="i8", t="f8")  # the first ones are the heads of the buckets, then blocks of events

CONTENT = _record(
    ratio="f8",  # given hit ratio; -1: from keys
    filled="f8",  # with a given ratio: share of the keys seen since it was emptied
    fill_step="f8",
    ttl="f8",
    rng_key="u8",
    rng_evict="u8",
    lo="i4",
    keys="i4",
    capacity="i4",
    size="i4",
    policy="i4",
    head="i4",
    tail="i4",
    zipf="i4",
    bucket_lo="i4",
    count_lo="i4",  # where LFU notes, as `next`, how often a key was asked for
    alias_lo="i4",  # the law by which keys are drawn, shared by all contents that have the same
    least="i4",
    flight_lo="i4",  # where its keys' fetches in flight are noted; -1: misses are not coalesced
)

KEY = _record(expiry="f8", next="i4", prev="i4")

ALIAS = _record(cut="f8", other="i4")

#: Places in the control array.
FREE_JOB, JOBS_FREE, HEAP_N, FREE_TIMER, TIMERS_FREE, EVENTS, LATER_N, FREE_LATER = range(8)
BUCKET, PACE, CROWD, TURNS, DONE_THEN = range(8, 13)
CONTROL_SIZE = 16

#: Kinds of jobs. A direct one is a user's request that is at its client and, as its own only call, at another place.
CALL, BRANCH, ROOT, MESSAGE, DIRECT = range(5)

#: What the kernel says when it returns: `t_end` is reached, `max_events` are spent, or a pool must grow.
REACHED, SPENT, MORE_JOBS, MORE_EVENTS, MORE_TIMERS = range(5)

#: Laws of service.
EXPONENTIAL, DETERMINISTIC, LOGNORMAL, PARETO, GAMMA = range(5)

#: Latency histogram: 64 buckets an octave from 2^-24 s; the middle of a bucket is within 0.78 % of any value in it.
OCTAVES, SUB = 38, 64
LOWEST = (1023 - 24) << 6
BUCKETS = OCTAVES * SUB + 1

UNBOUNDED = 1 << 30

RANDOM, ROUND_ROBIN, LEAST_CONNECTIONS, POWER_OF_TWO, CONSISTENT_HASH = range(5)
LRU, LFU, FIFO, RANDOM_EVICTION = range(4)
LFU_COUNTS = 4096
