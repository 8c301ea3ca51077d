"""Every limit of the two files of limits: what is just within it is taken, what is one beyond is refused."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack, suppress
from typing import Any

import httpx
import websockets

from designer import limits as web_limits
from simulation.topology import limits as document_limits
from simulation.topology import parsing, strict_json, strict_yaml
from simulation.topology.document import InvalidInput
from tests.live.conftest import started, stored
from tests.people import shop
from tests.promises.promise import Kept
from tests.server import Server, serving

QUICK: list[dict[str, Any]] = [{"large": False}]
FULL: list[dict[str, Any]] = [{"large": True}]

#: What is no border of what is taken, or whose border takes minutes and is held by another test.
ELSEWHERE = {
    "RESERVED_KEYS": "names, all refused in tests/api/test_bad_input.py",
    "MAX_PROBLEMS": "how many are reported, not taken",
    "INTERACTIVE_SECONDS": "tests/live/test_budgets.py",
    "BACKGROUND_SECONDS": "tests/live/test_budgets.py",
    "OPEN_SEARCHES": "tests/api/test_searches.py",
    "ACTIVE_RUNS": "tests/live/test_runs.py",
    "QUEUED_RUNS": "tests/live/test_runs.py",
    "PAGE_SIZE": "a default",
    "LINK_LIFETIME": "a default",
    "GUEST_SESSION": "a year",
    "IDEMPOTENCY_LIFETIME": "a day",
    "REQUESTS_PER_MINUTE": "the same code as SIGN_INS_PER_MINUTE",
    "COMPUTATIONS_PER_MINUTE": "the same code as SIGN_INS_PER_MINUTE",
}
#: What keeps a server busy for long is tried at full size only.
LARGE = ("WATCHERS_PER_RUN", "EDITORS_PER_DESIGN", "SEARCH_SECONDS", "SWEEP_POINTS", "SIGN_INS_PER_MINUTE")


async def measure(server: Server | None = None, *, large: bool) -> Kept:
    """Try every limit at itself and one beyond."""
    with ExitStack() as over:
        web = server or over.enter_context(serving())
        outcomes = {name: _border(document_limits, name, take) for name, take in DOCUMENT.items()}
        outcomes |= {name: await asyncio.to_thread(_bodies, web, name) for name in BODIES if large or name not in LARGE}
        outcomes |= await _sockets(web, large)
    names = {name for module in (document_limits, web_limits) for name in vars(module) if name.isupper()}
    broken = [f"{name}: {what}" for name, what in outcomes.items() if what]
    untried = names - {*outcomes, *ELSEWHERE, *(() if large else LARGE)}
    broken += [f"{name} is tried nowhere" for name in sorted(untried)]
    return Kept(
        f"{len(outcomes)} of {len(names)} limits tried at the limit and one beyond, {len(broken)} wrong", (*broken,)
    )


def _border(module: Any, name: str, take: Callable[[int], Any]) -> str:
    """What is wrong with a limit, nothing when it stands where it says."""
    limit = int(getattr(module, name))
    try:
        take(limit)
    except InvalidInput as error:
        return f"{limit} is refused: {error}"
    with suppress(InvalidInput):
        take(limit + 1)
        return f"{limit + 1} is taken"
    return ""


def _read(**changes: Any) -> None:
    parsing.from_object(shop(**changes))


def _nodes(count: int, **members: Any) -> list[dict[str, Any]]:
    return [{"id": f"n{n}", "kind": "service", **members} for n in range(count)]


def _with_edges(count: int) -> None:
    edges = [{"id": f"e{n}", "source": f"n{n // 300}", "target": f"n{300 + n % 300}"} for n in range(count)]
    _read(nodes=[{"id": "users", "kind": "client"}, *_nodes(600)], edges=edges, flows=[])


def _with_flow(**members: Any) -> None:
    _read(flows=[{"id": "f", "source": "users", "rate_rps": 1, **members}])


def _with_shares(count: int) -> None:
    _with_flow(mix={f"o{n}": 1 / count for n in range(count)})


def _with_trace(count: int) -> None:
    _with_flow(shape={"kind": "trace", "times_s": [n / 1000 for n in range(count)]})


def _with_instances(count: int) -> None:
    rest = count - 19 * 10_000
    nodes = [{**node, "replicas": 10_000 if n < 19 else min(rest, 10_000)} for n, node in enumerate(_nodes(20))]
    _read(nodes=[*nodes, *_nodes(21)[20:]] if rest > 10_000 else nodes, edges=[], flows=[])


def _with_number(size: int) -> None:
    _read(nodes=[{"id": "a", "kind": "cache", "position": {"x": size, "y": 0}}], edges=[], flows=[])


def _with_values(count: int) -> None:
    times, rest = divmod(count - 1, 999)
    strict_yaml.loads(f"- &a [{'1,' * 998}]\n" + "- *a\n" * (times - 1) + "- 1\n" * rest)


#: How a document is made that has so much of it.
DOCUMENT: dict[str, Callable[[int], Any]] = {
    "MAX_BYTES": lambda n: parsing.parse(json.dumps(shop()).ljust(n)),
    "MAX_DEPTH": lambda n: strict_json.loads("[" * n + "]" * n),
    "MAX_NODES": lambda n: _read(nodes=_nodes(n), edges=[], flows=[]),
    "MAX_EDGES": _with_edges,
    "MAX_FLOWS": lambda n: _read(flows=[{"id": f"f{k}", "source": "users", "rate_rps": 1} for k in range(n)]),
    "MAX_REPLICAS": lambda n: _read(nodes=_nodes(1, replicas=n), edges=[], flows=[]),
    "MAX_SHARDS": lambda n: _read(nodes=[{"id": "d", "kind": "database", "params": {"shards": n}}], edges=[], flows=[]),
    "MAX_INSTANCES": _with_instances,
    "MAX_LABEL": lambda n: _read(name="e\u0301" * n),
    "MAX_TEXT": lambda n: _read(description="x" * n),
    "MAX_ITEMS": _with_shares,
    "MAX_TRACE": _with_trace,
    "MAX_THRESHOLDS": lambda n: _read(thresholds=["spofs == 0"] * n),
    "MAX_ACCEPTED": lambda n: _read(accepted=[{"code": "TD001", "component": "web", "reason": "x"}] * n),
    "MAX_NUMBER": _with_number,
    "MAX_INTEGER": lambda n: strict_json.loads(str(n)),
    "MAX_DIGITS": lambda n: strict_json.loads("0." + "1" * (n - 2)),
    "MAX_YAML_VALUES": _with_values,
}


def _bodies(web: Server, name: str) -> str:
    with web.client() as alice:
        return BODIES[name](alice)


def _statuses(at: httpx.Response, beyond: httpx.Response, good: int, bad: int) -> str:
    if (at.status_code, beyond.status_code) == (good, bad):
        return ""
    return f"{at.status_code} at it, {beyond.status_code} beyond it: {at.text[:200]} / {beyond.text[:200]}"


def _body_bytes(alice: httpx.Client) -> str:
    text = json.dumps(shop()).encode()
    headers = {"Content-Type": "application/json"}
    at, beyond = (alice.post("designs", content=text.ljust(web_limits.BODY_BYTES + n), headers=headers) for n in (0, 1))
    return _statuses(at, beyond, 201, 413)


def _search_seconds(alice: httpx.Client) -> str:
    body = {"topology": shop(), "thresholds": ["p99_ms < 0.001"]}
    at, beyond = (alice.post("searches", json={**body, "seconds": web_limits.SEARCH_SECONDS + n}) for n in (0, 1))
    return _statuses(at, beyond, 202, 422)


def _sweep_points(alice: httpx.Client) -> str:
    body = {"topology": {"format": "linchpin/1", "name": "x", "nodes": [{"id": "a", "kind": "client"}]},
            "thresholds": ["cost_per_month < 1"]}  # fmt: skip
    values = [list(range(1, web_limits.SWEEP_POINTS + 1 + n)) for n in (0, 1)]
    at, beyond = (alice.post("sweeps", json={**body, "vary": {"/name": [str(v) for v in given]}}) for given in values)
    return _statuses(at, beyond, 202, 422)


def _page_size(alice: httpx.Client) -> str:
    at, beyond = (alice.get("designs", params={"limit": web_limits.PAGE_SIZE_MAX + n}) for n in (0, 1))
    return _statuses(at, beyond, 200, 400)


def _sign_ins(alice: httpx.Client) -> str:
    given = {"username": "nobody", "password": "wrong password"}
    answers = [httpx.post(f"{alice.base_url}sessions", json=given) for _ in range(web_limits.SIGN_INS_PER_MINUTE + 1)]
    return _statuses(answers[-2], answers[-1], 401, 429)


BODIES: dict[str, Callable[[httpx.Client], str]] = {
    "BODY_BYTES": _body_bytes,
    "SEARCH_SECONDS": _search_seconds,
    "SWEEP_POINTS": _sweep_points,
    "PAGE_SIZE_MAX": _page_size,
    "SIGN_INS_PER_MINUTE": _sign_ins,
}


async def _sockets(web: Server, large: bool) -> dict[str, str]:
    with web.client() as alice:
        mine = {"Authorization": alice.headers["Authorization"]}
        design = await asyncio.to_thread(stored, alice)
        run = await asyncio.to_thread(started, alice, scenario={"duration_s": 600})
        secret = alice.post(f"designs/{design}/links", json={"scope": "view"}).json()["secret"]
        address = f"ws{web.address.removeprefix('http')}/ws/v1/designs/{design}/"
        bad, most = web_limits.BAD_MESSAGES, 10 * web_limits.MESSAGES_PER_SECOND
        wrong, query = b"\x09", b"\x03"
        full = bytes(web_limits.MESSAGE_BYTES - 1)
        found = {
            "MESSAGE_BYTES": await _said(address, mine, [wrong + full], [wrong + full + b"\0"], 1009),
            "BAD_MESSAGES": await _said(address, mine, [wrong] * (bad - 1), [wrong] * bad, 4400),
            "MESSAGES_PER_SECOND": await _said(address, mine, [query] * most, [query] * 3 * most, 4429),
            "SOCKETS_PER_USER": await _opened(address, mine, web_limits.SOCKETS_PER_USER),
        }
        if large:
            link = {"Authorization": f"Link {secret}"}
            found["EDITORS_PER_DESIGN"] = await _opened(address, link, web_limits.EDITORS_PER_DESIGN)
            watching = f"ws{web.address.removeprefix('http')}/ws/v1/runs/{run}/"
            shown = await asyncio.to_thread(started, alice, design=design, scenario={"duration_s": 600})
            found["WATCHERS_PER_RUN"] = await _opened(watching.replace(run, shown), link, web_limits.WATCHERS_PER_RUN)
            alice.delete(f"runs/{shown}")
        alice.delete(f"runs/{run}")
        return found


async def _said(address: str, headers: dict[str, str], within: list[bytes], beyond: list[bytes], code: int) -> str:
    codes = [await _code_after(address, headers, messages) for messages in (within, beyond)]
    return "" if codes == [None, code] else f"closed with {codes[0]} within it, {codes[1]} beyond it"


async def _code_after(address: str, headers: dict[str, str], messages: list[bytes]) -> int | None:
    """The code with which the server closes upon these messages; None when it does not."""
    async with websockets.connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        with suppress(websockets.ConnectionClosed):
            for message in messages:
                await socket.send(message)
        with suppress(TimeoutError, websockets.ConnectionClosed):
            async with asyncio.timeout(1.5):
                while True:
                    await socket.recv()
        return socket.close_code


async def _opened(address: str, headers: dict[str, str], most: int) -> str:
    """Open as many as may be, and one more."""
    async with AsyncExitStack() as open_:
        sockets = []
        for _ in range(most + 1):
            connecting = websockets.connect(address, additional_headers=headers, compression=None, open_timeout=60)
            sockets.append(await open_.enter_async_context(connecting))
            with suppress(websockets.ConnectionClosed):
                await asyncio.wait_for(sockets[-1].recv(), 10)  # it is in, or it is told why not
        closed = [n for n, socket in enumerate(sockets) if socket.close_code is not None]
        last = sockets[-1].close_code
    return (
        "" if (closed, last) == ([most], 4429) else f"of {most + 1} sockets {closed} were closed, the last with {last}"
    )
