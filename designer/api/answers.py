"""What the API answers beside documents, reports and results, as the OpenAPI schema shows it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

LinkScope = Literal["view", "simulate", "edit"]
TokenScope = Literal["view", "simulate", "edit", "own"]
Document = dict[str, Any]


class ProblemDetail(msgspec.Struct):
    """One thing that is wrong: where (JSON pointer into the body) and what."""

    pointer: str
    detail: str


class ProblemAnswer(msgspec.Struct):
    """An error (RFC 9457). `type` is stable."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemDetail]


class DesignSummary(msgspec.Struct, kw_only=True):
    """A design in a list."""

    id: UUID
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


class DesignAnswer(DesignSummary, kw_only=True):
    """A design with its document. `scope` is what the asker may do; `history` names the co-editing history."""

    scope: TokenScope
    history: UUID
    topology: Document


class RevisionSummary(msgspec.Struct, kw_only=True):
    """A revision in a list."""

    number: int
    version: int
    created_at: datetime
    author: str | None
    reason: str


class RevisionAnswer(RevisionSummary, kw_only=True):
    """A revision with its document."""

    topology: Document


class LinkAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A link. `secret`, `url` and `embed_url` are answered once, when it is made."""

    id: UUID
    design: UUID
    scope: LinkScope
    label: str
    created_at: datetime
    expires_at: datetime | None
    secret: str | None = None
    url: str | None = None
    embed_url: str | None = None


class SharedDesign(msgspec.Struct):
    """What a link opens."""

    id: UUID
    name: str
    topology: Document
    version: int


class RunSummary(msgspec.Struct, kw_only=True):
    """A run in a list. `frame` is the newest frame recorded, `t_s` its simulated time."""

    id: UUID
    design: UUID | None
    state: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    reason: str | None
    live: bool
    speed: float
    frame: int
    t_s: float
    topology_digest: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class RunAnswer(RunSummary, kw_only=True):
    """A run with its scenario, the order of elements in its frames and, when it is over, its result."""

    scenario: Document
    hello: Document
    result: Document | None


class SharedAnswer(msgspec.Struct, kw_only=True):
    """A design as its link shows it, with the newest live run."""

    id: UUID
    design: SharedDesign
    scope: LinkScope
    label: str
    expires_at: datetime | None
    run: RunSummary | None


class TokenAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A token. `token` is the secret, answered once, when it is made."""

    id: UUID
    prefix: str
    scope: TokenScope
    label: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    token: str | None = None


class ActionAnswer(msgspec.Struct):
    """The frame at whose beginning the action took effect."""

    id: int
    frame: int | None
    t_s: float | None


class FramesAnswer(msgspec.Struct):
    """Kept frames after a number, in order; `next_after` for the following ones, null at the end."""

    frames: list[Document]
    next_after: int | None
    state: str


class SearchAnswer(msgspec.Struct, kw_only=True):
    """A search in the background; `search` is the `Search` when it is done, `problem` when it failed."""

    id: UUID
    state: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    verdict: str | None = None
    search: Document | None = None
    problem: Document | None = None
    reason: str | None = None


class JobAnswer(msgspec.Struct, kw_only=True):
    """An evaluation in the background; `evaluation` when it is done, `problem` when it failed."""

    id: UUID
    state: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    verdict: str | None = None
    evaluation: Document | None = None
    problem: Document | None = None
    reason: str | None = None


class SweepPoint(msgspec.Struct, kw_only=True):
    """One point of the grid: the values by pointer, and what came of it."""

    vary: Document
    state: Literal["queued", "running", "done", "failed"]
    verdict: str | None = None
    evaluation: Document | None = None
    problem: Document | None = None


class SweepAnswer(msgspec.Struct, kw_only=True):
    """A sweep and its points."""

    id: UUID
    state: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    total: int
    finished: int
    points: list[SweepPoint]


class ImportAnswer(msgspec.Struct):
    """The document that the text amounts to, what it was read as, what was understood, assumed, and left out."""

    topology: Document
    format: str
    understood: list[Any]
    assumed: list[Any]
    left_out: list[Any]


class Place(msgspec.Struct):
    """Where a node stands: its corner, relative to its container, and its extent, in canvas units."""

    x: float
    y: float
    width: float
    height: float


class LayoutAnswer(msgspec.Struct):
    """The place of every node by its id."""

    places: dict[str, Place]


class TemplateSummary(msgspec.Struct):
    """A ready topology, with its texts by language; `group` is its drawer in the gallery."""

    id: str
    group: dict[str, str]
    title: dict[str, str]
    summary: dict[str, str]
    topology: Document


class UserAnswer(msgspec.Struct):
    """An account; a guest has no name of its own."""

    id: int
    username: str
    guest: bool


class Me(msgspec.Struct):
    """Who asks, and the limits that apply."""

    user: UserAnswer | None
    guest: bool
    limits: dict[str, float]
