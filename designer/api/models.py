"""Answers kept so that a repeated request is not done twice."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class KeptAnswer(models.Model):
    """What a POST with an Idempotency-Key was answered; `status` 0 while it is in progress."""

    key = models.CharField(max_length=200)
    credentials = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "credentials"], name="one_answer_a_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="answers_by_age")]
