"""What is asked of the API: bodies beside documents, as the OpenAPI schema shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from designer import limits
from designer.api.answers import Document, LinkScope, TokenScope

Label = Annotated[str, Meta(max_length=500)]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A request's body: unknown members are refused."""


class NewLink(Body):
    """A link to make. Without `expires_at` it lasts 90 days."""

    scope: LinkScope
    label: Label = ""
    expires_at: datetime | None = None
    frame_ancestors: Annotated[str, Meta(max_length=500, pattern=r"^(\*|'none'|[a-zA-Z0-9.:/*' -]+)$")] = "*"


class NewToken(Body):
    """A token to make; without `expires_at` it lasts until it is revoked."""

    label: Label = ""
    scope: TokenScope = "own"
    expires_at: datetime | None = None


class Restoration(Body):
    """Which revision to restore."""

    revision: Annotated[int, Meta(ge=1)]


class NewRun(Body):
    """A run to start, of a document or of a stored design."""

    topology: Document | None = None
    design: UUID | None = None
    scenario: Document | None = None
    live: bool = True
    speed: Annotated[float, Meta(ge=0.01, le=1000)] = 1.0


class RunAction(msgspec.Struct):
    """An action (see the catalogue), or `pause`, `resume`, `stop`, or `speed` with its `value`."""

    action: str
    target: str | None = None


class NewEvaluation(Body):
    """What to hold against thresholds. Without `thresholds` the document's own are taken."""

    topology: Document | None = None
    design: UUID | None = None
    scenario: Document | None = None
    thresholds: Annotated[list[str], Meta(max_length=1000)] | None = None


class NewSweep(NewEvaluation, kw_only=True):
    """Evaluations over a grid: `vary` maps a JSON pointer into the body's `topology` or `scenario` to values."""

    vary: dict[str, list[Any]]


class NewSearch(Body):
    """What to look for the cheapest form of. Without `thresholds` the document's own are to be met.

    `seconds` is how long the search may take; what it has found by then is the answer.
    """

    topology: Document | None = None
    design: UUID | None = None
    thresholds: Annotated[list[str], Meta(max_length=1000)] | None = None
    seconds: Annotated[float, Meta(ge=1, le=limits.SEARCH_SECONDS)] = 20.0


class NewImport(Body):
    """A text in another format. `format` auto recognises it, by what the file of that `name` holds or is called.

    What was made of it is told in `language`.
    """

    content: str
    format: Annotated[str, Meta(max_length=40)] = "auto"
    name: Annotated[str, Meta(max_length=400)] = ""
    language: Literal["en", "ko"] = "en"


class SignIn(Body):
    """A name and a password."""

    username: Annotated[str, Meta(max_length=150)]
    password: Annotated[str, Meta(max_length=1000)]


class Opening(Body):
    """The secret of a link, from the fragment of its address."""

    secret: Annotated[str, Meta(max_length=200)]
