"""Thresholds: `METRIC[{flow=ID}|{node=ID}] OP NUMBER`, for example `p99_ms{flow=browse} < 200`."""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from simulation.evaluation.metrics import NAMES, Metric, find
from simulation.topology.document import InvalidInput, Problem, Topology

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}

_GRAMMAR = re.compile(
    r"\s*(?P<metric>[A-Za-z_][A-Za-z0-9_]*)\s*"
    r"(?:\{\s*(?P<type>[a-z]+)\s*=\s*(?P<id>[^\s{}=]+)\s*\}\s*)?"
    r"(?P<op><=|>=|==|!=|<|>)\s*"
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*",
    re.ASCII,
)
_SHAPE = "accepted is METRIC[{flow=ID}|{node=ID}] OP NUMBER with OP one of < <= > >= == !="


@dataclass(frozen=True, slots=True)
class Threshold:
    """One bound on one metric. `element` is a flow's or node's id; None means every one of them."""

    text: str
    metric: Metric
    element: str | None
    op: str
    bound: float

    def holds(self, value: float) -> bool:
        """Whether a value keeps the bound; NaN never does."""
        return not math.isnan(value) and OPERATORS[self.op](value, self.bound)

    def badness(self, value: float) -> float:
        """Orders values from harmless to worst for this bound."""
        if self.op in ("<", "<="):
            return value
        if self.op in (">", ">="):
            return -value
        distance = abs(value - self.bound)
        return distance if self.op == "==" else -distance


def parse(text: str, topology: Topology, pointer: str = "") -> Threshold:
    """The threshold that the text states, for this document. Raises InvalidInput that names `pointer`."""
    if not isinstance(text, str) or (match := _GRAMMAR.fullmatch(text)) is None:
        raise InvalidInput([Problem(pointer, f"{text!r} is not a threshold; {_SHAPE}")])
    name, selector, element = match["metric"], match["type"], match["id"]
    bound = float(match["number"])
    if not math.isfinite(bound):
        raise InvalidInput([Problem(pointer, f"{match['number']!r} in {text!r} is not a finite number")])
    if find(name) is None:
        near = get_close_matches(name, NAMES, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"accepted are {', '.join(NAMES)}"
        raise InvalidInput([Problem(pointer, f"{name!r} is not a metric; {hint}")])
    return Threshold(text.strip(), _scoped(name, selector, element, topology, pointer), element, match["op"], bound)


def figure(text: str, value: float, digits: int) -> str:
    """The value in so many digits; in more, where it would read as on the other side of the bound of the threshold."""
    if match := _GRAMMAR.fullmatch(text):
        holds, bound = OPERATORS[match["op"]], float(match["number"])
        while digits < 17 and holds(float(f"{value:.{digits}g}"), bound) != holds(value, bound):
            digits += 1
    return f"{value:.{digits}g}"


def parse_all(texts: Sequence[str], topology: Topology, pointer: str = "/thresholds") -> list[Threshold]:
    """All thresholds; every one that is wrong is reported at once."""
    found: list[Threshold] = []
    problems: list[Problem] = []
    for i, text in enumerate(texts):
        try:
            found.append(parse(text, topology, f"{pointer}/{i}"))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return found


def _scoped(name: str, selector: str | None, element: str | None, topology: Topology, pointer: str) -> Metric:
    """The metric in the scope that the selector names, which must have such an element."""
    if selector is None:
        metric = find(name)
    else:
        scopes: dict[str, Literal["flow", "node"]] = {"flow": "flow", "node": "node"}
        if selector not in scopes:
            raise InvalidInput([Problem(pointer, f"{selector!r} is not a selector; accepted are flow and node")])
        ids = [f.id for f in topology.flows] if selector == "flow" else [n.id for n in topology.nodes]
        if element not in ids:
            near = get_close_matches(element or "", ids, n=3) or sorted(ids)[:10]
            hint = f"there are {', '.join(near)}" if near else "the document has none"
            raise InvalidInput([Problem(pointer, f"{element!r} is not a {selector}; {hint}")])
        metric = find(name, scopes[selector])
    if metric is None:
        raise InvalidInput([Problem(pointer, f"{name!r} is not a figure of a {selector}")])
    return metric
