"""Messages to the sockets of every process, after what they are about is committed. The layer is never the record."""

from typing import Any
from uuid import UUID

from django.db import transaction

from simulation.runs.publishing import RIGHTS, publish


def design_group(design_id: UUID) -> str:
    """The group of the rooms of a design."""
    return f"design.{design_id.hex}"


def _after_commit(group: str, message: dict[str, Any]) -> None:
    transaction.on_commit(lambda: publish(group, message))


def rights_changed() -> None:
    """Every process looks again at what its sockets may do."""
    _after_commit(RIGHTS, {"type": "rights"})


def design_changed(design_id: UUID) -> None:
    """Rooms of the design read what is new in the log."""
    _after_commit(design_group(design_id), {"type": "log"})
