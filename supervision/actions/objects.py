"""The register of supervised objects: a concluded approval puts the holder under supervision."""

from datetime import date

from django.db import transaction

from credit.models import Subject
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.org.models import Department, Office
from supervision.actions import tasks
from supervision.models import CheckTask, SupervisedObject, SupervisionItem


@transaction.atomic
def register(
    *,
    by: Actor,
    subject: Subject,
    item: SupervisionItem,
    department: Department,
    office: Office | None,
    case_number: str,
    approval_item_name: str,
    permit_number: str = "",
    valid_to: date | None = None,
    address: str = "",
    by_commitment: bool = False,
    is_focus: bool = False,
) -> SupervisedObject:
    """Puts a subject under one supervision item of one department by virtue of one case (RULES R10.12).

    Idempotent: the same case, item and department again returns the row there is and writes nothing (R10.13).
    """
    registered, created = SupervisedObject.objects.get_or_create(
        subject=subject,
        item=item,
        department=department,
        case_number=case_number,
        defaults={
            "office": office,
            "approval_item_name": approval_item_name,
            "permit_number": permit_number,
            "valid_to": valid_to,
            "address": address,
            "by_commitment": by_commitment,
            "is_focus": is_focus,
        },
    )
    if created:
        audit.record("object.register", by=by, target=registered)
        events.record(
            "object.registered",
            by=by,
            case_number=case_number,
            subject_id=subject.pk,
            department=department,
            summary=f"{department}将{subject}纳入“{item}”监管",
            payload={"object_id": registered.pk},
        )
    return registered


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
