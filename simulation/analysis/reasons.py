"""Why a figure is null or incomplete, and what the figures leave out: each with a stable code, in both languages."""

from simulation.analysis.report import Reason

NO_FLOW = Reason(
    "no_flow",
    "The document has no flow: nothing says what traffic there is.",
    "문서에 흐름이 없어 트래픽이 얼마인지 알 수 없습니다.",
)
OUT_OF_BUDGET = Reason("out_of_budget", "The budget ran out.", "허용된 시간을 다 썼습니다.")
UNSTABLE = Reason(
    "unstable",
    "Calls run in a circle that multiplies itself: there is no finite load.",
    "호출이 스스로를 늘리는 순환을 이루어 부하가 유한하지 않습니다.",
)
CIRCULAR = Reason("circular_calls", "Synchronous calls run in a circle.", "동기 호출이 순환합니다.")
SAMPLED = Reason(
    "sampled",
    "Too large for the exact solvers within the budget: a sampled answer with its 95% interval, the careful end of it "
    "where no sample failed. How often it breaks, and what each part means for it, is not known.",
    "예산 안에서 정확히 풀기에는 너무 커서 표본으로 구한 값과 95% 구간이며, 실패한 표본이 없으면 구간의 나쁜 "
    "쪽 끝입니다. 얼마나 자주 끊기는지, 각 부분이 얼마나 중요한지는 알 수 없습니다.",
)
UNSERVED = Reason(
    "ends_unserved",
    "A part of the flow ends where nothing serves it; it counts as lost.",
    "흐름의 일부가 처리할 것이 없는 곳에서 끝나며, 잃은 것으로 셉니다.",
)
NO_LIMIT = Reason("no_limit", "Nothing on its way has a limit.", "가는 길에 한도가 있는 것이 없습니다.")
NOTHING_OFFERED = Reason("nothing_offered", "The flow offers nothing.", "흐름에 트래픽이 없습니다.")
HEAVY_TAIL = Reason(
    "heavy_tail", "The tail is too heavy for the grid.", "꼬리가 너무 두꺼워 격자로 계산할 수 없습니다."
)
SINGLES_INCOMPLETE = Reason(
    "singles_incomplete",
    "The single losses that they are compared with are not complete.",
    "비교할 단일 손실이 모두 계산되지 않았습니다.",
)
ADVICE_CUT_SHORT = Reason(
    "advice_cut_short",
    "Not every change was tried: the time for advice was used up.",
    "조언에 쓸 시간이 다 되어 모든 변경을 시험하지 못했습니다.",
)
ADVICE_LEFT_OUT = Reason(
    "advice_left_out",
    "No change was tried: analysing this design takes longer than there is time for advice.",
    "이 설계를 분석하는 데 조언에 쓸 시간보다 오래 걸려 변경을 시험하지 않았습니다.",
)
TORNADO_LEFT_OUT = Reason(
    "tornado_left_out",
    "No number was moved to see what depends on it: analysing this design takes longer than there is time for that.",
    "이 설계를 분석하는 데 시간이 오래 걸려 어떤 값이 답을 좌우하는지 시험하지 않았습니다.",
)


def overloaded(node: str) -> Reason:
    """A station on the way is offered at least what it can do."""
    return Reason(
        "overloaded",
        f"{node} is offered at least what it can do: the queue grows without end.",
        f"{node}에 처리할 수 있는 만큼 이상이 들어와 대기열이 끝없이 길어집니다.",
    )


def cuts_up_to(order: int) -> Reason:
    """Cut sets of a higher order were not looked for."""
    return Reason(
        "cut_sets_up_to",
        f"Only complete up to order {order}: the budget ran out.",
        f"차수 {order}까지만 완전합니다. 허용된 시간을 다 썼습니다.",
    )


def cuts_of_extremes(kinds: int) -> Reason:
    """Of so many kinds of requests only two were looked at."""
    return Reason(
        "cut_sets_of_extremes",
        f"By hits, calls made or not, and shards there are {kinds:,} kinds of requests: listed are the cut sets of the "
        "worst and of the luckiest; those in between may have others.",
        f"캐시 적중, 호출 여부, 샤드에 따라 요청이 {kinds:,}가지로 갈립니다. 운이 가장 나쁜 요청과 가장 좋은 요청의 "
        "절단 집합만 실었으며, 그 사이의 요청에는 다른 것이 있을 수 있습니다.",
    )


def cuts_left_out(count: int) -> Reason:
    """So many cut sets are not listed."""
    return Reason(
        "cut_sets_left_out",
        f"The {count} least probable of them are left out.",
        f"가장 드문 {count}개는 싣지 않았습니다.",
    )


def pairs_assessed(assessed: int, number: int) -> Reason:
    """Not every pair was assessed."""
    return Reason(
        "pairs_assessed",
        f"The {assessed:,} most probable of {number:,} pairs were assessed.",
        f"쌍 {number:,}개 가운데 가장 일어나기 쉬운 {assessed:,}개를 평가했습니다.",
    )


def pairs_left_out(count: int) -> Reason:
    """So many pairs are not listed."""
    return Reason(
        "pairs_left_out",
        f"{count:,} pairs that do less harm are left out.",
        f"피해가 더 작은 쌍 {count:,}개는 싣지 않았습니다.",
    )


def losses_looked_at(looked_at: int, number: int) -> Reason:
    """What falls was not looked for after every loss."""
    return Reason(
        "losses_looked_at",
        f"{looked_at:,} of {number:,} losses were looked at.",
        f"손실 {number:,}건 가운데 {looked_at:,}건을 살폈습니다.",
    )


# -- what the figures leave out ---------------------------------------------------------------------------

AUTOSCALING = Reason(
    "autoscaling",
    "Autoscaling: figures are for the replicas as drawn.",
    "자동 확장: 그려진 복제본 수에 대한 수치입니다.",
)
TIMEOUTS = Reason(
    "timeouts",
    "Time-outs: times are shown as if callers waited.",
    "타임아웃: 호출자가 기다린다고 보고 시간을 보입니다.",
)
RETRIES = Reason(
    "retries",
    "Retries count in rates and utilization, not in latency; contingencies count every call once.",
    "재시도: 요청률과 사용률에는 들어가지만 지연 시간에는 들어가지 않으며, 손실 분석은 호출을 한 번씩만 셉니다.",
)
BREAKERS = Reason("breakers", "Circuit breakers.", "회로 차단기.")
SHAPES = Reason(
    "shapes",
    "Shapes of flows: figures are for the rate as given.",
    "흐름의 모양: 적힌 요청률에 대한 수치입니다.",
)
EVEN_ARRIVALS = Reason(
    "even_arrivals",
    "Deterministic arrivals: waits are those of random arrivals, which are longer.",
    "일정한 간격의 도착: 대기는 무작위 도착일 때의 값이며, 실제보다 깁니다.",
)
NAME_LOOKUPS = Reason(
    "name_lookups",
    "The time until name servers notice a loss and resolvers forget it.",
    "네임 서버가 손실을 알아차리고 리졸버가 잊기까지의 시간.",
)
FAILOVERS = Reason(
    "failovers",
    "The time a failover takes; work that asynchronous replication causes at replicas, not simulated either.",
    "장애 조치에 걸리는 시간. 비동기 복제가 복제본에 주는 부하는 시뮬레이션도 세지 않습니다.",
)
DEEP_CHECKS = Reason(
    "deep_checks",
    "Balancers are taken to see whether what stands behind a target answers; one that checks the target alone keeps "
    "sending into a dead half.",
    "밸런서가 대상 뒤에 있는 것까지 확인한다고 봅니다. 대상만 확인하는 밸런서는 죽은 쪽으로 계속 보냅니다.",
)
DEEP_EDGES = Reason(
    "deep_edges",
    "The loss of an edge behind one of several targets: whoever chooses among them is taken to see it, and to go to "
    "another; one that does not keeps sending there.",
    "여러 대상 가운데 하나의 뒤에 있는 간선을 잃는 경우. 대상을 고르는 쪽이 이를 알고 다른 대상으로 보낸다고 봅니다. "
    "알지 못하면 계속 그리로 보냅니다.",
)
UNLIKE_SERVERS = Reason(
    "unlike_servers",
    "Least connections, or the better of two, over servers of unlike speed or distance: each is taken to get the same; "
    "those that answer sooner get more, the more the busier they are.",
    "속도나 거리가 다른 서버 사이의 최소 연결 또는 둘 중 나은 쪽 선택. 서버마다 같은 양이 간다고 보지만, 실제로는 빨리 "
    "답하는 서버에 더 가며 바쁠수록 그 차이가 커집니다.",
)
EXPIRY = Reason(
    "expiry",
    "That entries of a cache expire: after the loss of what stands behind it, hits count as served, which they are "
    "until the time to live is over.",
    "캐시 항목의 만료. 뒤에 있는 것을 잃은 뒤에도 적중은 처리된 것으로 셉니다. 실제로는 TTL이 끝날 때까지만 "
    "그렇습니다.",
)
HELD_CONTENT = Reason(
    "held_content",
    "What a cache that evicts also popular keys holds when what stands behind it is lost: hits count as served as on "
    "average; a run sees one content, in which a popular key may be missing until the loss is over.",
    "인기 있는 키도 내보내는 캐시가 뒤에 있는 것을 잃는 순간 담고 있던 내용. 적중은 평균만큼 처리된 것으로 셉니다. "
    "시뮬레이션은 그 순간의 한 내용을 보며, 인기 있는 키가 손실이 끝날 때까지 빠져 있을 수 있습니다.",
)
LOST_CONTENT = Reason(
    "lost_content",
    "What a replica of a cache held that is lost together with what stands behind the cache: hits count as before, "
    "though nothing brings it back meanwhile.",
    "캐시 복제본 하나를 캐시 뒤에 있는 것과 함께 잃을 때 그 복제본이 담고 있던 내용. 그동안 다시 채울 수 없지만 적중은 "
    "전과 같이 셉니다.",
)
LOST_WITH_A_COPY = Reason(
    "lost_with_a_copy",
    "A primary lost together with a copy that its writes wait for: writes count as lost, though another copy that is "
    "promoted goes on without it.",
    "주 서버를 쓰기가 기다리는 사본과 함께 잃는 경우. 쓰기를 잃은 것으로 셉니다. 실제로는 승격된 다른 사본이 그 사본 "
    "없이 쓰기를 이어 갑니다.",
)
LOOK_UPS = Reason(
    "look_ups",
    "Alternatives that find what they look up in caches unequally often: after a loss that also takes some of them, "
    "hits count as often as on average over all.",
    "대안마다 캐시에서 찾는 비율이 다른 경우. 일부 대안까지 함께 잃은 뒤에도 적중은 모두의 평균 비율로 셉니다.",
)
LOST_CALLS = Reason(
    "lost_calls",
    "Calls that the network loses: what a request then no longer asks for is counted where the call was made, not "
    "further up; times are those of requests of which nothing is lost; a message is not handed out again for it.",
    "네트워크가 잃는 호출. 그 요청이 더는 부르지 않는 것은 호출한 곳에서만 세고 그 위쪽에서는 세지 않습니다. 시간은 "
    "아무것도 잃지 않은 요청의 값이며, 그 때문에 메시지를 다시 내보내지는 않습니다.",
)
STICKINESS = Reason("stickiness", "Uneven load from sticky balancing.", "세션 고정이 만드는 고르지 않은 부하.")
SELDOM_CALLS = Reason(
    "seldom_calls",
    "Requests that make none of less than one call on average: with this many such edges every request is taken to "
    "need them all, so that more is lost with a node here than in truth.",
    "요청당 평균 한 번 미만인 호출을 하지 않는 요청. 이런 간선이 많아 모든 요청에 그 호출이 필요하다고 보므로, "
    "노드를 잃을 때의 손실이 실제보다 크게 나옵니다.",
)
LEARNING = Reason(
    "learning",
    "How long LFU takes to learn which keys are popular: its hit ratio is that of the most popular keys, a bound.",
    "LFU가 어떤 키가 인기 있는지 알아내는 데 걸리는 시간. 적중률은 가장 인기 있는 키를 담았을 때의 값으로 상한입니다.",
)
BEHIND_QUEUES = Reason(
    "behind_queues",
    "Availability of what happens behind a queue; latency ends when the queue has taken the message.",
    "큐 뒤에서 일어나는 일의 가용성. 지연 시간은 큐가 메시지를 받으면 끝납니다.",
)
