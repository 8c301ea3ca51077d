"""Who asks: a signed-in user, a guest, a token, the holders of share links, or nobody."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from designer.sharing.models import Credential, Link, Scope, Token, User

LINK_COOKIE = "linchpin_link_"


class NotAuthentic(Exception):
    """The credentials given are malformed, unknown, expired, or of two kinds at once."""


@dataclass(frozen=True)
class Principal:
    """Who asks. `scope` bounds what a token's user may do with what is the user's own."""

    user: User | None = None
    scope: str = Scope.OWN
    links: tuple[Link, ...] = ()
    token: UUID | None = None
    session: str | None = None

    @property
    def key(self) -> str:
        """A name for the principal that two requests with the same credentials share."""
        if self.token:
            return f"token:{self.token}"
        if self.user:
            return f"user:{self.user.pk}"
        return "links:" + ",".join(sorted(str(link.pk) for link in self.links)) if self.links else ""

    @property
    def name(self) -> str:
        """How others see the principal in a run's log."""
        if self.user and not self.user.guest:
            return self.user.get_username()
        return "guest"


NOBODY = Principal()


def digest(secret: str) -> str:
    """What is stored of a secret: it has enough entropy for a plain hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    """192 random bits, for an address or a header."""
    return secrets.token_urlsafe(24)


def from_token(secret: str) -> Principal:
    """The principal of `Authorization: Bearer SECRET`. Raises NotAuthentic."""
    now = timezone.now()
    token = Token.objects.select_related("user").filter(Credential.valid_at(now), digest=digest(secret)).first()
    if token is None or not token.user.is_active:
        raise NotAuthentic("The token is unknown, expired or revoked.")
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return Principal(user=token.user, scope=token.scope, token=token.pk)


def links_of(found: Mapping[str, str]) -> tuple[Link, ...]:
    """The valid links among secrets, keyed as found (a header, or a cookie a link)."""
    digests = {digest(secret) for secret in list(found.values())[:50]}
    if not digests:
        return ()
    return tuple(Link.objects.filter(Credential.valid_at(timezone.now()), digest__in=digests))


def user_of_session(key: str) -> User | None:
    """The active user whose session cookie this is."""
    data: Mapping[str, Any] = SessionStore(session_key=key).load()
    return User.objects.filter(pk=data[SESSION_KEY], is_active=True).first() if SESSION_KEY in data else None


def identify(authorization: str, cookies: Mapping[str, str], session_cookie: str) -> Principal:
    """The principal of a request or socket.

    A bearer token never reads a cookie, and both at once are refused, so that no page can be made to lend its
    session to a token's request. Link secrets, in the header or as cookies, add to what the session gives.
    Raises NotAuthentic.
    """
    session_key = cookies.get(session_cookie, "")
    user = user_of_session(session_key) if session_key else None
    held = {name: value for name, value in cookies.items() if name.startswith(LINK_COOKIE)}
    scheme, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if scheme.lower() == "bearer" and secret:
        if user is not None:
            raise NotAuthentic("A token and a session cookie came together; send one of them.")
        return from_token(secret)
    if scheme.lower() == "link" and secret:
        held["header"] = secret
    elif authorization:
        raise NotAuthentic("Authorization is neither `Bearer TOKEN` nor `Link SECRET`.")
    return Principal(user=user, links=links_of(held), session=session_key if user else None)


def still(principal: Principal) -> Principal:
    """The principal as it stands now: without what was revoked, expired or signed out since."""
    now = timezone.now()
    user = principal.user
    if principal.token:
        valid = Token.objects.filter(Credential.valid_at(now), pk=principal.token, user__is_active=True).exists()
        user = user if valid else None
    elif principal.session:
        user = user_of_session(principal.session)
    links = principal.links
    if links:
        links = tuple(Link.objects.filter(Credential.valid_at(now), pk__in=[link.pk for link in links]))
    return replace(principal, user=user, links=links)
