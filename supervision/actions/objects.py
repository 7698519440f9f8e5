"""The register of supervised objects: a concluded approval puts the holder under supervision."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction

from credit.models import Subject
from shenguan import audit, bulk, events
from shenguan.access.actors import Actor
from shenguan.ledger import Ledger, keep
from shenguan.lifecycle import check_move
from shenguan.org.models import Department, Office
from supervision.actions import tasks
from supervision.lifecycle import OBJECT
from supervision.models import CheckTask, SupervisedObject, SupervisionItem

Key = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Registration:
    """What the register says of one object: a subject under one item of one department by virtue of one case."""

    subject: Subject
    item: SupervisionItem
    department: Department
    office: Office | None
    case_number: str
    approval_item_name: str
    permit_number: str = ""
    valid_to: date | None = None
    address: str = ""
    by_commitment: bool = False
    is_focus: bool = False

    @property
    def key(self) -> Key:
        """What makes two registrations the same (R10.13)."""
        return self.subject.pk, self.item.pk, self.department.pk, self.case_number


def register(registration: Registration, *, by: Actor) -> SupervisedObject:
    """Puts one object on the register (RULES R10.12)."""
    return register_many([registration], by=by)[0]


@transaction.atomic(savepoint=False)
def register_many(
    registrations: Sequence[Registration], *, by: Actor, ledger: Ledger | None = None
) -> list[SupervisedObject]:
    """Puts objects on the register, by a number of statements that does not grow with theirs: none for none.

    Idempotent: the same case, item and department again returns the row there is and writes nothing (R10.13).
    """
    if not registrations:
        return []
    known = _registered(registrations)
    missing = {entry.key: entry for entry in registrations if entry.key not in known}
    created = bulk.create(
        SupervisedObject(**{field.name: getattr(entry, field.name) for field in fields(entry)})
        for entry in missing.values()
    )
    known |= dict(zip(missing, created, strict=True))
    keep(
        (audit.Act("object.register", registered) for registered in created),
        (_registered_fact(registered) for registered in created),
        by=by,
        ledger=ledger,
    )
    return [known[entry.key] for entry in registrations]


def _registered(registrations: Sequence[Registration]) -> dict[Key, SupervisedObject]:
    rows = SupervisedObject.objects.filter(case_number__in={entry.case_number for entry in registrations})
    return {
        (row.subject_id, row.item_id, row.department_id, row.case_number): row
        for row in rows.select_related("subject", "item", "department")
    }


def _registered_fact(registered: SupervisedObject) -> events.Fact:
    return events.Fact(
        "object.registered",
        case_number=registered.case_number,
        subject_id=registered.subject_id,
        department=registered.department,
        summary=f"{registered.department}将{registered.subject}纳入“{registered.item}”监管",
        payload={"object_id": registered.pk},
    )


@transaction.atomic
def end(registered: SupervisedObject, *, by: Actor, reason: str) -> SupervisedObject:
    """Ends supervision of an object, because its permit ended, the duty moved or the party is gone.

    Its open tasks are cancelled with it: nobody can check what is no longer there. Ending twice changes nothing.
    """
    locked = SupervisedObject.objects.select_for_update(of=("self",)).get(pk=registered.pk)
    if locked.status == SupervisedObject.Status.ENDED:
        return locked
    locked.status = SupervisedObject.Status.ENDED
    locked.save(update_fields=["status"])
    for task in locked.tasks.filter(status=CheckTask.Status.OPEN):
        tasks.cancel(task, by=by, reason=reason)
    audit.record("object.end", by=by, target=locked, detail={"reason": reason})
    events.record(
        "object.ended",
        by=by,
        case_number=locked.case_number,
        subject_id=locked.subject_id,
        department=locked.department,
        summary=f"{locked.department}终止对{locked.subject}的“{locked.item}”监管：{reason}",
        payload={"object_id": locked.pk},
    )
    return locked


@transaction.atomic
def restore(registered: SupervisedObject, *, by: Actor, reason: str) -> SupervisedObject:
    """Puts an object back under supervision, because what ended it was undone. Raises StateForbids unless it ended."""
    locked = SupervisedObject.objects.select_for_update(of=("self",)).get(pk=registered.pk)
    check_move(OBJECT, "restore", locked.status, SupervisedObject.Status)
    locked.status = SupervisedObject.Status.ACTIVE
    locked.save(update_fields=["status"])
    audit.record("object.restore", by=by, target=locked, detail={"reason": reason})
    events.record(
        "object.restored",
        by=by,
        case_number=locked.case_number,
        subject_id=locked.subject_id,
        department=locked.department,
        summary=f"{locked.department}恢复对{locked.subject}的“{locked.item}”监管：{reason}",
        payload={"object_id": locked.pk},
    )
    return locked
