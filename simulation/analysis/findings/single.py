"""The sentence that all single points of failure share: who, what is lost, what a second one would buy."""

from simulation.analysis.findings.context import Context
from simulation.analysis.findings.rule import Sighting
from simulation.analysis.findings.wording import share
from simulation.analysis.report import Spof
from simulation.topology.catalogue.model import Text
from simulation.topology.patching import Patch


def single(context: Context, spof: Spof, what: Text, fix: Text | None = None, patch: Patch | None = None) -> Sighting:
    """A sighting on a component whose failure alone loses traffic; by default the fix is a second one."""
    node = spof.component.partition("#")[0]
    lost = share(spof.loss_share)
    gain, gain_ko = _gain(context, node)
    return Sighting(
        [node],
        Text(
            f"{node} {what.en}: losing it loses {lost} of the traffic.",
            f"{node}: {what.ko}. 잃으면 트래픽의 {lost}를 잃습니다.",
        ),
        fix
        or Text(
            f"Add a redundant {node} in another zone{gain}.",
            f"다른 가용 영역에 {node}을(를) 하나 더 두세요{gain_ko}.",
        ),
        patch if patch is not None else context.changes.another(node),
    )


def _gain(context: Context, node: str) -> tuple[str, str]:
    """What an independent copy would add to the availability of all traffic, in both languages."""
    figures = context.nodes.get(node)
    if figures is None or figures.importance is None or figures.importance.duplication_gain <= 0:
        return "", ""
    gain = share(figures.importance.duplication_gain)
    return f" (+{gain} availability)", f" (가용성 +{gain})"
