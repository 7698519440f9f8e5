"""Papers of an application: what came in, what does not fit, what may follow later."""

from django.db import transaction
from django.utils import timezone

from approvals.actions.cases import open_case, store
from approvals.models import Application, ApplicationMaterial, ItemMaterial
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid

State = ApplicationMaterial.State


@transaction.atomic
def receive(
    row: ApplicationMaterial, *, by: Actor, file: StoredFile | None = None, note: str = ""
) -> ApplicationMaterial:
    """The paper came in and fits. Without `file` it was seen on paper. Store uploads before (files.actions)."""
    return _set(row, State.RECEIVED, by=by, file=file or row.file, note=note, received=True)


@transaction.atomic
def reject(row: ApplicationMaterial, *, by: Actor, note: str) -> ApplicationMaterial:
    """The paper does not fit; `note` says why, for the correction notice. Raises Invalid without it."""
    if not note.strip():
        raise Invalid("请写明不符合要求之处。", {"note": ["请写明不符合要求之处。"]})
    return _set(row, State.REJECTED, by=by, file=row.file, note=note, received=False)


@transaction.atomic
def tolerate(row: ApplicationMaterial, *, by: Actor, note: str = "") -> ApplicationMaterial:
    """The paper may follow within the tolerance period. Raises Invalid for a main paper (R3.02)."""
    if row.material.necessity != ItemMaterial.Necessity.TOLERABLE:
        text = f"“{row.material.name}”是主要材料，不能容缺。"
        raise Invalid(text, {"material": [text]}, code="main_material")
    return _set(row, State.TOLERATED, by=by, file=row.file, note=note, received=False)


@transaction.atomic
def waive(row: ApplicationMaterial, *, by: Actor, note: str) -> ApplicationMaterial:
    """The office gets the paper itself by sharing (R1.27); `note` says from where. Raises Invalid without it."""
    if not note.strip():
        raise Invalid("请写明免提交的依据或共享来源。", {"note": ["请写明免提交的依据或共享来源。"]})
    return _set(row, State.WAIVED, by=by, file=row.file, note=note, received=False)


def _set(
    row: ApplicationMaterial, state: State, *, by: Actor, file: StoredFile | None, note: str, received: bool
) -> ApplicationMaterial:
    application: Application = row.application
    transition = open_case(application, "collect_material", by=by, permission=Permission.APPLICATION_INTAKE)
    put(row, state, file=file, note=note, received=received)
    store(application, transition)
    audit.record(
        "application.collect_material",
        by=by,
        target=application,
        detail={"material": row.material.name, "state": state.value},
    )
    return row


def put(row: ApplicationMaterial, state: State, *, file: StoredFile | None, note: str, received: bool) -> None:
    """Writes the row; its application is open and locked."""
    row.state = state
    row.file = file
    row.note = note.strip()[:200]
    row.received_at = timezone.now() if received else None
    row.save(update_fields=["state", "file", "note", "received_at"])
