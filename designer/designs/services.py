"""What is done to designs. Every change, from whomever, is an update appended to the log in one transaction."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from designer import nudges
from designer.designs import living
from designer.designs.models import Design, DesignUpdate, Revision
from designer.sharing.access import Forbidden, Hidden, access_design
from designer.sharing.models import User
from designer.sharing.principals import Principal, still
from simulation.topology import parsing
from simulation.topology.document import Topology

COMPACT_EVERY = 200  # commits
REVISION_EVERY = timedelta(minutes=5)  # of co-editing


class Stale(Exception):
    """The design has moved on since the caller read it."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(f"the design is at version {version}")


def create(owner: User, topology: Topology, reason: str = "created") -> Design:
    """A new design that holds the document."""
    document = parsing.to_object(topology)
    design = Design(owner=owner, name=topology.name, history=uuid.uuid4())
    with transaction.atomic():
        design.save(force_insert=True)
        _write(design, document, owner, reason)
    return design


def document_of(design: Design) -> dict[str, Any]:
    """The design's document as plain data, brought up to date when the log has moved on."""
    if design.projected_version != design.version:
        with transaction.atomic():
            design.refresh_from_db()
            document = living.read(living.load(_log(design.pk)))
        text = json.dumps(document)
        Design.objects.filter(pk=design.pk, version=design.version).update(
            document=text, projected_version=design.version, name=document["name"]
        )
        design.document, design.projected_version, design.name = text, design.version, document["name"]
    found: dict[str, Any] = json.loads(design.document)
    return found


def topology_of(design: Design) -> Topology:
    """The design's document, validated. Raises InvalidInput where a drawing is not complete yet."""
    return parsing.from_object(document_of(design))


def replace(
    principal: Principal, design_id: UUID, topology: Topology, expected: int | None, reason: str = "replaced"
) -> Design:
    """Make the design hold the document. Raises Hidden, Forbidden, or Stale when it is not at `expected`."""
    document = parsing.to_object(topology)
    with transaction.atomic():
        design = access_design(principal, design_id, "edit", lock=True)
        if expected is not None and design.version != expected:
            raise Stale(design.version)
        keep_revision(design, None, "edited")
        _write(design, document, principal.user, reason)
    return design


def delete(principal: Principal, design_id: UUID, expected: int | None) -> None:
    """Delete the design with its history and links. Raises Hidden, Forbidden or Stale."""
    with transaction.atomic():
        design = access_design(principal, design_id, "own", lock=True)
        if expected is not None and design.version != expected:
            raise Stale(design.version)
        design.delete()
        nudges.rights_changed()


def restore(principal: Principal, design_id: UUID, number: int, expected: int | None) -> Design:
    """Make the design hold what it held at a revision; this is an edit like any other."""
    design = access_design(principal, design_id, "edit")
    revision = revision_of(design, number)
    topology = parsing.from_object(json.loads(revision.document))
    return replace(principal, design_id, topology, expected, f"restored revision {number}")


def revision_of(design: Design, number: int) -> Revision:
    """A revision by its number. Raises Hidden."""
    revision = design.revisions.filter(number=number).first()
    if revision is None:
        raise Hidden("revision")
    return revision


def append(design_id: UUID, edits: Sequence[tuple[Principal, bytes]]) -> tuple[int, int, list[bool]]:
    """Commit what co-editors sent, in one transaction.

    Answers the new version, the last row of the log and, for each edit, whether its author still has the right to
    make it; the others' are not stored. Raises Hidden when the design is gone.
    """
    with transaction.atomic():
        design = Design.objects.select_for_update().filter(pk=design_id).first()
        if design is None:
            raise Hidden("design")
        rights = {principal: _may_edit(principal, design_id) for principal in {principal for principal, _ in edits}}
        allowed = [rights[principal] for principal, _ in edits]
        updates = [update for (_, update), right in zip(edits, allowed, strict=True) if right and update]
        last = _append(design, updates) if updates else _last_row(design_id)
    return design.version, last, allowed


def log_after(design_id: UUID, row: int) -> tuple[int, list[bytes]]:
    """What was appended to the log after a row, and the last row. Raises Hidden when the design is gone."""
    if not Design.objects.filter(pk=design_id).exists():
        raise Hidden("design")
    rows = list(DesignUpdate.objects.filter(design=design_id, pk__gt=row).order_by("pk").values_list("pk", "data"))
    return (rows[-1][0] if rows else row), [bytes(data) for _, data in rows]


def snapshot(design_id: UUID, at_once: bool) -> None:
    """Keep a revision of what co-editing has made of the design, now or when the last one has aged."""
    with transaction.atomic():
        design = Design.objects.select_for_update().filter(pk=design_id).first()
        if design is None:
            return
        newest = design.revisions.order_by("-number").first()
        if at_once or newest is None or timezone.now() - newest.created_at > REVISION_EVERY:
            keep_revision(design, None, "edited")


def keep_revision(design: Design, author: User | None, reason: str) -> None:
    """Keep the design as it stands as a revision, unless the newest one is just that."""
    newest = design.revisions.aggregate(version=Max("version"), number=Max("number"))
    if newest["version"] == design.version:
        return
    Revision.objects.create(
        design=design,
        number=(newest["number"] or 0) + 1,
        version=design.version,
        document=json.dumps(document_of(design)),
        author=author,
        reason=reason,
    )


def _may_edit(principal: Principal, design_id: UUID) -> bool:
    try:
        access_design(still(principal), design_id, "edit")
    except (Hidden, Forbidden):
        return False
    return True


def _write(design: Design, document: Mapping[str, Any], author: User | None, reason: str) -> None:
    doc = living.load(_log(design.pk))
    update = living.write(doc, document, str(design.history))
    if update:
        _append(design, [update])
    projected = living.read(doc)
    design.document, design.projected_version, design.name = json.dumps(projected), design.version, projected["name"]
    design.save(update_fields=["document", "projected_version", "name"])
    keep_revision(design, author, reason)


def _append(design: Design, updates: Sequence[bytes]) -> int:
    row = DesignUpdate.objects.create(design=design, data=living.merged(updates))
    design.version += 1
    design.updated_at = timezone.now()
    design.save(update_fields=["version", "updated_at"])
    nudges.design_changed(design.pk)
    if design.version % COMPACT_EVERY == 0:
        return _compact(design.pk)
    return row.pk


def _compact(design_id: UUID) -> int:
    """Replace the log by one row that says the same, without what was deleted."""
    rows = DesignUpdate.objects.filter(design=design_id)
    whole = living.load(_log(design_id)).get_update()
    last = _last_row(design_id)
    compacted = DesignUpdate.objects.create(design_id=design_id, data=whole)
    rows.filter(pk__lte=last).delete()
    return compacted.pk


def _last_row(design_id: UUID) -> int:
    return DesignUpdate.objects.filter(design=design_id).aggregate(last=Max("pk"))["last"] or 0


def _log(design_id: UUID) -> list[bytes]:
    rows = DesignUpdate.objects.filter(design=design_id).order_by("pk").values_list("data", flat=True)
    return [bytes(data) for data in rows]
