"""What is done to accounts, tokens and links."""

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from designer import limits, nudges
from designer.designs.models import Design, Job
from designer.sharing.access import Hidden
from designer.sharing.models import Credential, Link, Token, User
from designer.sharing.principals import Principal, digest, links_of, new_secret
from simulation.runs.models import Run
from simulation.topology.document import InvalidInput, Problem


def new_guest() -> User:
    """A user for a visitor who has not signed up."""
    guest = User(username=f"guest-{secrets.token_hex(12)}", guest=True)
    guest.set_unusable_password()
    guest.save()
    return guest


def sign_up(name: str, password: str, guest: User | None) -> User:
    """An account; a guest becomes it and keeps everything. Raises InvalidInput."""
    if not 1 <= len(name) <= 150 or not name.isprintable() or name != name.strip() or name.startswith("guest-"):
        raise InvalidInput([Problem("/username", f"{name[:80]!r} is no name: 1 to 150 printable characters")])
    user = guest if guest is not None and guest.guest else User()
    user.username = name
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput([Problem("/password", " ".join(error.messages))]) from None
    user.set_password(password)
    user.guest = False
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise InvalidInput([Problem("/username", f"{name!r} is taken; choose another")], 409) from None
    return user


def sign_in(name: str, password: str, guest: User | None) -> User | None:
    """The account that name and password belong to, with what the guest had made; None when they do not match."""
    user = authenticate(username=name, password=password)
    if not isinstance(user, User):
        return None
    if guest is not None and guest.guest and guest.pk != user.pk:
        with transaction.atomic():
            for model in (Design, Run, Job):
                model._default_manager.filter(owner=guest).update(owner=user)
            Token.objects.filter(user=guest).update(user=user)
            guest.is_active = False
            guest.save(update_fields=["is_active"])
    return user


def make_token(user: User, label: str, scope: str, expires_at: datetime | None) -> tuple[Token, str]:
    """A token and its secret, which is shown this once."""
    prefix = secrets.token_hex(5)
    secret = f"lp_{prefix}_{new_secret()}"
    token = Token.objects.create(
        user=user, prefix=prefix, digest=digest(secret), scope=scope, label=label, expires_at=expires_at
    )
    return token, secret


def revoke_token(user: User, token_id: UUID) -> None:
    """End a token of the user at once, with its sockets. Raises Hidden."""
    tokens = Token.objects.filter(pk=token_id, user=user, revoked_at=None)
    if tokens.update(revoked_at=timezone.now()) != 1:
        raise Hidden("token")
    nudges.rights_changed()


def make_link(
    design: Design, scope: str, label: str, expires_at: datetime | None, frame_ancestors: str
) -> tuple[Link, str]:
    """A share link and its secret, which is shown this once; it expires after 90 days unless said otherwise."""
    secret = new_secret()
    expires_at = expires_at or timezone.now() + limits.LINK_LIFETIME
    link = Link.objects.create(
        design=design,
        digest=digest(secret),
        scope=scope,
        label=label,
        expires_at=expires_at,
        frame_ancestors=frame_ancestors,
    )
    return link, secret


def links_on(design: Design) -> list[Link]:
    """The links of a design that still count, newest first."""
    valid = Credential.valid_at(timezone.now())
    return list(Link.objects.filter(valid, design=design).order_by("-created_at"))


def revoke_link(principal: Principal, link_id: UUID) -> None:
    """End a link of a design that the principal owns, at once, with its sockets. Raises Hidden."""
    owned = Q(design__owner=principal.user) if principal.user and principal.scope == "own" else Q(pk=None)
    if Link.objects.filter(owned, pk=link_id, revoked_at=None).update(revoked_at=timezone.now()) != 1:
        raise Hidden("link")
    nudges.rights_changed()


def link_for(secret: str, shared_id: UUID) -> Link:
    """The link that the secret opens, named by its own id or by its design's. Raises Hidden."""
    for link in links_of({"": secret}):
        if shared_id in (link.pk, link.design_id):
            return link
    raise Hidden("link")
