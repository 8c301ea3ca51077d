"""A design as stored: a log of Yjs updates is the record; the document and its figures are derived from it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Design(models.Model):
    """One design. `version` counts commits to the log; `history` changes only when the log begins anew.

    `document` is the projection of the log at `projected_version`, brought up to date when it is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="designs")
    name = models.CharField(max_length=500)
    history = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveBigIntegerField(default=0)
    document = models.TextField(default="{}")
    projected_version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-updated_at", "id"], name="designs_of_an_owner")]


class DesignUpdate(models.Model):
    """One row of the log: a Yjs update, possibly merged from many."""

    id = models.BigAutoField(primary_key=True)
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="updates")
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["design", "id"], name="log_of_a_design")]


class Revision(models.Model):
    """A whole document as it stood, numbered from 1 within its design."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    version = models.PositiveBigIntegerField()
    document = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["design", "number"], name="one_revision_a_number"),
        ]


class Job(models.Model):
    """Work in the background: one evaluation, a grid of them, or a search. Each point is one computation."""

    class Kind(models.TextChoices):
        EVALUATION = "evaluation"
        SWEEP = "sweep"
        SEARCH = "search"

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)


class JobPoint(models.Model):
    """One computation of a job. `answer` is the evaluation or the search as JSON, `problem` why there is none."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="points")
    index = models.PositiveIntegerField()
    vary = models.TextField(default="{}")
    request = models.TextField()
    state = models.CharField(max_length=8, choices=Job.State, default=Job.State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "index"], name="one_point_an_index")]
        indexes: ClassVar = [
            models.Index(
                fields=["lease_until"], name="points_open", condition=models.Q(state__in=["queued", "running"])
            )
        ]
