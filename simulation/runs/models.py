"""A run and what belongs to it. The rows are the truth; broker and channel layer only nudge."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Run(models.Model):
    """One simulation. `lease_token` fences: who does not hold it writes nothing.

    `frame_s` is the simulated length of a frame at speed 1 (live) or of every frame (not live); `frame` the
    number of the newest frame that is recorded, `keep_every` which frames are kept.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OPEN = (State.QUEUED, State.RUNNING, State.PAUSED)
    ACTIVE = (State.RUNNING, State.PAUSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    design_id = models.UUIDField(null=True)
    topology = models.TextField()
    topology_digest = models.CharField(max_length=64)
    scenario = models.TextField()
    hello = models.TextField()
    live = models.BooleanField()
    speed = models.FloatField()
    initial_speed = models.FloatField()
    frame_s = models.FloatField()
    keep_every = models.PositiveIntegerField(default=1)

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    reason = models.TextField(blank=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    frame = models.PositiveBigIntegerField(default=0)
    t_s = models.FloatField(default=0.0)
    result = models.TextField(blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "id"], name="runs_of_an_owner"),
            models.Index(fields=["design_id", "-created_at"], name="runs_of_a_design"),
            models.Index(
                fields=["lease_until"],
                name="runs_open",
                condition=models.Q(state__in=["queued", "running", "paused"]),
            ),
        ]

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in Run.OPEN


class RunCommand(models.Model):
    """An order to a run, answered with the frame at whose beginning it took effect, or with why it did not."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="commands")
    body = models.TextField()
    by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    frame = models.PositiveBigIntegerField(null=True)
    t_s = models.FloatField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["run", "id"], name="commands_waiting", condition=models.Q(frame=None) & models.Q(error="")
            )
        ]


class RunBlock(models.Model):
    """A stretch of the recording: frames `first` to `last`, as written on the wire, compressed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="blocks")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    data = models.BinaryField()
    events = models.TextField(default="[]")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "first"], name="one_block_a_frame")]
