"""Addresses of sockets, and who may open one: origin, credentials, and the right to what it is about."""

import re
from collections import Counter
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from designer import limits
from designer.sessions.editing import Editing
from designer.sharing.access import Forbidden, Hidden, access_design, access_run, scope_on
from designer.sharing.principals import NotAuthentic, Principal, identify, still
from simulation.runs.sockets import (
    FORBIDDEN,
    NOT_AUTHENTIC,
    NOT_FOUND,
    TOO_MANY,
    Receive,
    Send,
    Socket,
    in_thread,
)
from simulation.runs.watching import Permit, Watch

_ADDRESS = re.compile(r"^/ws/v1/(designs|runs)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$")
PROTOCOL = "linchpin"

_open: Counter[str] = Counter()


class Refused(Exception):
    """The socket is closed with a code right after it was accepted, so that the client can tell why."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(reason)


async def sockets(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Lead a socket to what serves it, or close it with a code that says why."""
    await receive()  # websocket.connect
    offered = scope.get("subprotocols") or []
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL if PROTOCOL in offered else None})
    socket = Socket(receive, send)
    try:
        await _serve(scope, socket, offered)
    except Refused as refusal:
        await socket.close(refusal.code, str(refusal))
    except DatabaseError:
        await socket.close(1013, "the database does not answer; try again")


async def _serve(scope: MutableMapping[str, Any], socket: Socket, offered: list[str]) -> None:
    address = _ADDRESS.match(scope["path"])
    if address is None:
        raise Refused(NOT_FOUND, "nothing is at this address")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    authorization = headers.get("authorization", "") or _offered_secret(offered)
    cookies = _cookies(headers.get("cookie", ""))
    _check_origin(headers, bool(authorization))
    query = _query(scope)
    try:
        principal = await in_thread(identify, authorization, cookies, settings.SESSION_COOKIE_NAME)
    except NotAuthentic as error:
        raise Refused(NOT_AUTHENTIC, str(error)) from None
    if await socket.gone():
        return  # it would take somebody's place
    if not principal.key:
        raise Refused(NOT_AUTHENTIC, "a token, a session or a share link is needed")
    if _open[principal.key] >= _most(principal):
        raise Refused(TOO_MANY, "too many sockets")
    _open[principal.key] += 1
    try:
        serve = _serve_design if address[1] == "designs" else _serve_run
        await serve(socket, principal, UUID(address[2]), query)
    finally:
        _open[principal.key] -= 1
        if _open[principal.key] <= 0:
            del _open[principal.key]


def _most(principal: Principal) -> int:
    """A link is shared by many; a user is one."""
    return limits.SOCKETS_PER_USER if principal.user is not None else limits.WATCHERS_PER_RUN


def _offered_secret(offered: list[str]) -> str:
    """Credentials of a page that cannot set headers, as a subprotocol: `link.SECRET`."""
    for name in offered:
        if name.startswith("link."):
            return f"Link {name.removeprefix('link.')}"
    return ""


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _check_origin(headers: dict[str, str], authorized: bool) -> None:
    """Pages may connect from here and from trusted origins; what is no page brings credentials, and no cookie."""
    origin = headers.get("origin")
    host = headers.get("host", "")
    if origin is None:
        if not authorized and headers.get("cookie"):
            raise Refused(FORBIDDEN, "without an Origin, send Authorization instead of cookies")
        return
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return
    name, _ = split_domain_port(host)
    try:
        known = bool(name) and validate_host(name, settings.ALLOWED_HOSTS)
    except DisallowedHost:
        known = False
    if not known or urlsplit(origin).netloc != host:
        raise Refused(FORBIDDEN, "pages of this origin may not connect")


def _query(scope: MutableMapping[str, Any]) -> dict[str, str]:
    text = scope.get("query_string", b"").decode("latin-1")
    return dict(parse_qsl(text, max_num_fields=20)) if len(text) < 2000 else {}


async def _serve_run(socket: Socket, principal: Principal, run_id: UUID, query: dict[str, str]) -> None:
    permit = await in_thread(_run_permit, principal, run_id)
    if permit is None:
        raise Refused(NOT_FOUND, "there is no such run, or none that you may see")
    after, encoding = query.get("after", "0"), query.get("encoding", "json")
    if not (after.isascii() and after.isdigit() and len(after) < 16) or encoding not in ("json", "binary"):
        raise Refused(4400, "after is a frame number, encoding json or binary")
    await Watch(socket, permit, int(after), encoding == "binary").serve()


def _run_permit(principal: Principal, run_id: UUID) -> Permit | None:
    """What the principal may do with the run now."""
    try:
        run = access_run(principal, run_id)
    except (Hidden, Forbidden):
        return None
    try:
        access_run(principal, run_id, "simulate")
        may_act = True
    except Forbidden:
        may_act = False
    return Permit(run, may_act, principal.name, lambda: _run_permit(still(principal), run_id))


async def _serve_design(socket: Socket, principal: Principal, design_id: UUID, query: dict[str, str]) -> None:
    try:
        design = await in_thread(access_design, principal, design_id)
    except Hidden:
        raise Refused(NOT_FOUND, "there is no such design, or none that you may see") from None
    scope = scope_on(principal, design)
    await Editing(socket, principal, design, scope, query.get("history")).serve()
