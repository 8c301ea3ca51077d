"""Accounts, tokens and share links. Of every secret only the hash is stored."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone


class User(AbstractUser):
    """A person, or a guest who has not signed up: guests own designs too and keep them when they sign up."""

    guest = models.BooleanField(default=False)


class Scope(models.TextChoices):
    """What a link or token allows; each includes those before it."""

    VIEW = "view"
    SIMULATE = "simulate"
    EDIT = "edit"
    OWN = "own"


class Credential(models.Model):
    """A secret that stands in for a sign-in: shown once, stored as a hash, with an expiry, revocable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=Scope)
    label = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @staticmethod
    def valid_at(moment: datetime) -> Q:
        """The condition on credentials that count at the moment."""
        return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=moment))


class Token(Credential):
    """A key for scripts, `lp_PREFIX_SECRET`; the prefix may be shown and logged."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=16, unique=True)
    last_used_at = models.DateTimeField(null=True)


class Link(Credential):
    """A share link of a design; whoever holds the secret has the scope."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="links")
    frame_ancestors = models.CharField(max_length=500, default="*")

    class Meta(Credential.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["design", "created_at"], name="links_of_a_design")]
