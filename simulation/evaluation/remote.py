"""The same questions put to a Linchpin server over its API, with the standard library."""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from simulation.topology.document import InvalidInput, Problem

if TYPE_CHECKING:
    from urllib.error import HTTPError

#: Seconds that one request may take, and that a run or an evaluation may take in all.
REQUEST_S = 60.0
TOTAL_S = 3600.0


class Unreachable(Exception):
    """The server could not be asked, or it could not answer. The text says why."""


class Server:
    """A Linchpin server. `token` is the user's API token; without one the server treats the caller as a guest."""

    def __init__(self, url: str, token: str | None) -> None:
        if not url.startswith(("http://", "https://")):
            raise InvalidInput([Problem("", f"--server {url!r} is not an address; it starts with http:// or https://")])
        self._root = url.rstrip("/") + "/api/v1/"
        self._token = token

    def analyze(self, document: Any, max_order: int | None = None, **more: bool) -> Any:
        """The report of a document, with the parts that come on request (`pairs`, `falls`)."""
        asked = "&".join(f"{name}=true" for name, wanted in more.items() if wanted)
        if max_order is not None:
            asked += f"{asked and '&'}max_order={max_order}"
        return self._ask("POST", f"analyses?{asked}" if asked else "analyses", document)

    def evaluate(self, document: Any, thresholds: list[str] | None, scenario: Any) -> Any:
        """The evaluation of a document; waits where the server answers later."""
        body: dict[str, Any] = {"topology": document}
        if thresholds is not None:
            body["thresholds"] = thresholds
        if scenario is not None:
            body["scenario"] = scenario
        found = self._ask("POST", "evaluations", body)
        return self._settled(found, "evaluations") if "verdict" not in found else found

    def search(self, document: Any, thresholds: list[str] | None, seconds: float) -> Any:
        """What a search for the cheapest document found."""
        body: dict[str, Any] = {"topology": document, "seconds": seconds}
        if thresholds is not None:
            body["thresholds"] = thresholds
        return self._settled(self._ask("POST", "searches", body), "searches")["search"]

    def simulate(self, document: Any, scenario: Any) -> Any:
        """The result of a run of a document."""
        run = self._ask("POST", "runs", {"topology": document, "scenario": scenario or {}, "live": False})
        return self._settled(run, "runs").get("result")

    def import_(self, format_: str, content: str, name: str) -> Any:
        """What the server makes of another tool's file of that name."""
        return self._ask("POST", "imports", {"format": format_, "content": content, "name": name})

    def export(self, document: Any, format_: str) -> bytes:
        """A document in another format; the server is left as it was."""
        design = self._store(document)
        try:
            return self._send("GET", f"designs/{design['id']}/export?format={quote(format_)}", None)
        finally:
            self._send("DELETE", f"designs/{design['id']}", None, {"If-Match": str(design["etag"])})

    def compare(self, first: Any, second: Any) -> Any:
        """What the step from one document to the other changes; the server is left as it was."""
        design = self._store(first)
        address = f"designs/{design['id']}"
        try:
            body = {"topology": second}
            changed = self._fetch("PUT", address, body, {"If-Match": str(design["etag"])})
            design["etag"] = changed[1].get("ETag", "*")
            revisions = self._ask("GET", f"{address}/revisions")["results"]
            numbers = sorted(revision["number"] for revision in revisions)
            return self._ask("GET", f"{address}/compare?from={numbers[0]}&to={numbers[-1]}")
        finally:
            self._send("DELETE", address, None, {"If-Match": str(design["etag"])})

    def _store(self, document: Any) -> dict[str, Any]:
        name = document.get("name") if isinstance(document, dict) else None
        data, headers = self._fetch("POST", "designs", {"name": name or "Command line", "topology": document})
        design: dict[str, Any] = json.loads(data)
        design["etag"] = headers.get("ETag", "*")
        return design

    def _settled(self, found: Any, collection: str) -> Any:
        """The finished object of a run or evaluation that the server works on."""
        until = time.monotonic() + TOTAL_S
        address, pause = f"{collection}/{found['id']}", 0.05
        while time.monotonic() < until:
            state = found.get("state")
            if state in ("done", "succeeded", "finished") or found.get("verdict"):
                return found
            if state in ("failed", "stopped", "cancelled"):
                errors = (found.get("problem") or {}).get("errors") or []
                problems = [Problem(p.get("pointer", ""), p["detail"]) for p in errors]
                if problems:
                    raise InvalidInput(problems)
                raise Unreachable(f"the server gave up: {found.get('reason') or state}")
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)
            found = self._ask("GET", address)
        raise Unreachable(f"the server did not finish within {TOTAL_S:g} s")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self._send(method, path, body))

    def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None) -> bytes:
        return self._fetch(method, path, body, headers)[0]

    def _fetch(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        import urllib.error  # slow to load, and computing here does without
        import urllib.request

        request = urllib.request.Request(urljoin(self._root, path), method=method)
        request.add_header("Accept", "application/json, */*;q=0.5")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body, allow_nan=False).encode()
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_S) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            raise _refusal(error, is_known=bool(self._token)) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(f"{self._root} cannot be reached: {reason}") from error


def _refusal(error: "HTTPError", *, is_known: bool) -> Exception:
    """What the server's problem document means here: wrong input, or a failure.

    A server shows to nobody in particular (no token: not `is_known`) not even what was stored a moment ago.
    """
    try:
        problem = json.loads(error.read())
        detail = str(problem.get("detail") or problem.get("title") or error.reason)
        errors = problem.get("errors") or []
    except (ValueError, AttributeError):
        detail, errors = str(error.reason), []
    if error.code in (400, 413, 422):
        problems = [
            Problem(str(e.get("pointer", "")).removeprefix("/topology"), str(e.get("detail", ""))) for e in errors
        ]
        return InvalidInput(problems or [Problem("", detail)], error.code)
    is_refused = error.code in (401, 403) or (error.code == 404 and not is_known)
    hint = "; set LINCHPIN_TOKEN to a token of the server" if is_refused else ""
    return Unreachable(f"the server answered {error.code}: {detail}{hint}")
