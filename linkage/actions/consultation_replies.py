"""Contributions to a consultation, and what its acts share: who may speak, the lock, telling."""

from django.db import transaction
from django.utils import timezone

from linkage import links
from linkage.lifecycle import CONSULTATION
from linkage.models import Consultation, ConsultationReply
from shenguan import audit, events, notify, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.lifecycle import check_move
from shenguan.org.models import Department, Staff
from shenguan.refusals import NotAllowed

SPEAKERS = (Permission.PUSH_FEEDBACK, Permission.PUSH_ANSWER, Permission.PUSH_ARBITRATE)


@transaction.atomic
def keep_reply(number: str, *, by: Actor, text: str, file: StoredFile | None = None) -> Consultation:
    """Writes one contribution down and tells who opened the consultation.

    Raises NotAllowed for departments that take no part, StateForbids once closed, Invalid without a text.
    """
    made = locked(number)
    department = speaker(by)
    if department.pk != made.department_id and not made.parties.filter(department=department).exists():
        raise NotAllowed("本部门没有参加这次会商，不能发表意见。", code="other_department")
    check_move(CONSULTATION, "reply", made.status, Consultation.Status)
    text = texts.check_text("text", text, "请填写意见。")
    ConsultationReply.objects.create(
        consultation=made,
        department=department,
        file=file,
        text=text,
        author_key=by.key,
        author_name=by.name,
        at=timezone.now(),
    )
    save(made)
    note(made, "reply", by=by, summary=f"{department} {by.name} 回复：{text}")
    opener = Staff.objects.filter(username=made.opened_by_key, department=made.department).first()
    if opener is not None and opener.username != by.key:
        bell(opener, made, f"{department}回复会商：{made.topic}", text)
    return made


def speaker(by: Actor) -> Department:
    """The department the actor speaks for. Raises NotAllowed."""
    if by.department is None or (by.staff is not None and not any(by.staff.may(one) for one in SPEAKERS)):
        raise NotAllowed("您的岗位不参加会商，请由监管联络员或审批端联络人办理。")
    return by.department


def locked(number: str) -> Consultation:
    """The consultation as it is now, locked."""
    rows = Consultation.objects.select_related("department")
    return rows.select_for_update(of=("self",)).get(number=number)


def save(made: Consultation, *fields: str) -> None:
    """Writes fields of a locked consultation; the version grows."""
    made.version += 1
    made.save(update_fields=["version", *fields])


def note(made: Consultation, action: str, *, by: Actor, summary: str) -> None:
    """Audit and the thread."""
    audit.record(f"consultation.{action}", by=by, target=made)
    events.record(
        "consultation.replied" if action == "reply" else "consultation.closed",
        by=by,
        case_number=made.number,
        summary=summary,
    )


def bell(person: Staff, made: Consultation, title: str, body: str) -> None:
    """A line under the bell of somebody who takes part."""
    notify.tell(
        person,
        kind="answer.received",
        title=title,
        body=body,
        url=links.thread_url("consultation", made.number),
        case_number=made.number,
    )
