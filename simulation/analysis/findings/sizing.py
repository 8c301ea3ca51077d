"""How much of a component is enough, and what spares a database: copies to read from, or shards where it is writes."""

import math

from simulation.analysis.advice.changes import Changes
from simulation.analysis.advice.figures import told
from simulation.analysis.findings.context import Context
from simulation.analysis.findings.wording import enumerated, share
from simulation.topology.catalogue.model import Text
from simulation.topology.limits import MAX_REPLICAS, MAX_SHARDS
from simulation.topology.patching import Patch
from simulation.topology.replication import is_replica
from simulation.topology.system import Component, Link
from simulation.topology.wiring import WRITE

#: Who says any of these of a call chooses by himself where to read.
_CHOOSING = frozenset({"policy", "pool", "priority", "weight", "needed"})


def grown(component: Component, utilization: float) -> int | None:
    """To how many replicas autoscaling takes the component at this load; None where there is none, or too few."""
    scale = component.params.get("autoscale")
    if not scale:
        return None
    wanted = math.ceil(round(component.replicas * utilization / float(scale["target_utilization"]), 9))
    count = max(wanted, int(scale["min"]))
    return count if count <= int(scale["max"]) else None


def enough(context: Context, component: Component, outage: str, utilization: float) -> int:
    """Replicas with which those that the outage leaves carry what is now `utilization` of them: more are dealt over
    the same places, so that some of them fall along."""
    node = context.changes.node(component.id)
    places = node.spread or ([node.parent] if node.parent else [])
    homes = [context.system.container_by_id[name] for name in places]
    box = context.system.container_by_id.get(outage)
    falls = [box is not None and box.index in home.ancestors for home in homes] or [False]
    one = int(outage.partition("#")[0] == component.id)

    def left(count: int) -> int:
        whole, rest = divmod(count, len(falls))
        return count - whole * sum(falls) - sum(falls[:rest]) - one

    needed = math.ceil(round(left(component.replicas) * utilization, 9))
    count = max(component.replicas + 1, needed)
    while left(count) < needed and count < MAX_REPLICAS:
        count += 1
    return count


def of_database(
    context: Context, component: Component, utilization: float, target: float, lost: int = 0, *, changes: Changes
) -> tuple[Text, Patch] | None:
    """What keeps a primary at most `target` busy that is offered `utilization` of what is left of it, and its patch.

    Where its writes alone fit, reads go to copies; else its keys are split over shards. `lost` of its replicas are
    gone; who writes where is as today. None for all else, and where neither helps.
    """
    work = context.work
    left = component.replicas - lost
    if component.kind.id != "database" or work is None or not left or is_replica(context.system, component):
        return None
    places = [place for place in work.visited[component.index] if work.places[place][1] == WRITE]
    kept = sum(work.totals[place] * work.busy[place] for place in places) * component.replicas / left
    read = (utilization - kept) * left  # in replicas that it keeps busy
    if kept > target:
        return _shards(context, component, utilization, target, changes)
    return _copies(context, component, read, kept, target, changes)


def _copies(
    context: Context, primary: Component, read: float, kept: float, target: float, changes: Changes
) -> tuple[Text, Patch] | None:
    """Reads go to a copy, which grows with them; None where no caller can read elsewhere than now."""
    calls = _reading(context, primary)
    copy = next((context.target(link) for link in context.copying if link.source == primary.index), None)
    if not calls or (copy is not None and copy.kind.id != "database"):
        return None
    names = [link.id for link in calls]
    if copy is None:
        before, count = 0, math.ceil(round(read / target, 9))
        patch = changes.with_readers(primary.id, count, names)
    else:
        before = copy.replicas
        read *= (primary.slots or 1) * copy.time_ms("") / ((copy.slots or 1) * primary.time_ms(""))
        read *= max(copy.shard_shares) / max(primary.shard_shares)
        read += (context.nodes[copy.id].utilization or 0.0) * before
        count = max(before, math.ceil(round(read / target, 9)))
        patch = changes.with_replicas(copy.id, count) if count > before else []
        patch = patch + changes.read_from(copy.id, primary.id, names)
    callers = enumerated(dict.fromkeys(context.source(link).id for link in calls))
    replicas, are = ("replica", "it is") if count == 1 else ("replicas", "they are")
    what = copy.id if copy else primary.id
    where = f"{what} with {count} {replicas}" if copy else f"{count} read {replicas} of {what}"
    where_ko = f"복제본 {count}개인 {what}" if copy else f"{what}의 읽기 복제본 {count}개"
    price = _price((count - before) * (copy or primary).shards, copy or primary)
    fix = Text(
        f"Let {callers} read from {where}{price.en}, which may be a little behind: then {are} at most "
        f"{share(read / count)} busy, and {primary.id}, with its writes alone, {share(kept)}.",
        f"{callers}이(가) {where_ko}에서 읽게 하세요{price.ko}. 조금 뒤처진 값을 읽을 수 있습니다. 그러면 이용률이 "
        f"읽는 쪽은 {share(read / count)}, 쓰기만 남은 {primary.id}은(는) {share(kept)}를 넘지 않습니다.",
    )
    return (fix, patch) if count <= MAX_REPLICAS else None


def _reading(context: Context, primary: Component) -> list[Link]:
    """The calls that bring reads to a primary and could go to its copy; none where a caller chooses by itself."""
    copies = {link.target for link in context.copying if link.source == primary.index}
    found: dict[int, Link] = {}
    for caller in dict.fromkeys(context.callers(primary)):
        for op, gate in context.gates(context.system.components[caller]):
            targets = {member.target for member in gate.members}
            if op == WRITE or primary.index not in targets:
                continue
            links = [context.system.links[member.link] for member in gate.members if member.target == primary.index]
            if targets - copies != {primary.index} or not all(_CHOOSING.isdisjoint(link.given) for link in links):
                return []
            if targets.isdisjoint(copies):
                found.update((link.index, link) for link in links)
    return [found[index] for index in sorted(found)]


def _shards(
    context: Context, component: Component, utilization: float, target: float, changes: Changes
) -> tuple[Text, Patch] | None:
    """More key ranges, of which the busiest fits; None where one key alone is too much."""
    hot = float(component.params.get("hot_key_share") or 0.0)
    allowed = max(component.shard_shares) * target / utilization  # share of the requests that a shard may get
    if hot >= allowed:
        return None
    count = max(component.shards + 1, math.ceil(round((1 - hot) / (allowed - hot), 9)))
    copies = [context.target(link) for link in context.copying if link.source == component.index]
    alike = [c for c in (component, *copies) if c.kind is component.kind and c.shards == component.shards]
    price = _price((count - component.shards) * sum(c.replicas for c in alike), component)
    busy = share((hot + (1 - hot) / count) / allowed * target)
    fix = Text(
        f"Split {component.id} into {count} shards{price.en}: copies to read from would not take its writes away. "
        f"Then the busiest shard is at most {busy} busy.",
        f"{component.id}을(를) 샤드 {count}개로 나누세요{price.ko}. 읽기 복제본은 쓰기를 덜어 주지 못합니다. 그러면 "
        f"가장 바쁜 샤드의 이용률이 {busy}를 넘지 않습니다.",
    )
    patch = [step for c in alike for step in changes.with_params(c.id, shards=count)]
    return (fix, patch) if count <= MAX_SHARDS else None


def _price(instances: int, component: Component) -> Text:
    """What so many more instances of a component cost, in brackets."""
    cost = instances * float(component.params.get("cost_per_month") or 0.0)
    price = told({"cost_per_month": cost})
    return Text(f" ({price.en})", f" ({price.ko})") if cost else Text("", "")
