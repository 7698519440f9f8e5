"""Consultations: opened to departments, replied to by each, closed with a conclusion. FUNCTIONS §2.5 no. 28."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from linkage import policies
from linkage.actions import answers, duties, moves
from linkage.actions import consultation_replies as thread
from linkage.lifecycle import CONSULTATION
from linkage.models import Consultation, ConsultationParty, Push
from shenguan import audit, events, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department, Staff
from shenguan.refusals import Invalid, NotAllowed, StaleVersion
from shenguan.workdays import calendar

LONGEST_DAYS = 20  # 工作日 to reply
Party = tuple[Department, Staff | None]


@dataclass(frozen=True)
class Question:
    """What is to be talked about, and how long the others have."""

    topic: str
    text: str
    reply_days: int  # 工作日


@transaction.atomic
def open_one(
    *,
    by: Actor,
    question: Question,
    parties: Sequence[Party],
    file: StoredFile | None = None,
    push: Push | None = None,
) -> Consultation:
    """Asks departments, or named persons in them, for their opinion; each gets a push it must answer.

    Raises NotAllowed, and Invalid for a missing text, no or one's own department, a person of another department.
    """
    department = thread.speaker(by)
    topic = texts.check_text("topic", question.topic, "请填写议题。")
    text = texts.check_text("text", question.text, "请填写会商内容。")
    if not 1 <= question.reply_days <= LONGEST_DAYS:
        _invalid("reply_days", f"回复时限应为 1 至 {LONGEST_DAYS} 个工作日。")
    _check_parties(parties, department)
    if push is not None:
        policies.check_party(push, by)
    year = calendar.today().year
    [number] = series.take(f"consultation:{year}", year)
    made = Consultation.objects.create(
        department=department,
        push=push,
        file=file,
        number=f"HS{year}{number:05d}",
        topic=topic,
        text=text,
        opened_by=by.name,
        opened_by_key=by.key,
        reply_days=question.reply_days,
        due_on=calendar.add_workdays(calendar.today(), question.reply_days).due_on,
        opened_at=timezone.now(),
    )
    ConsultationParty.objects.bulk_create(
        ConsultationParty(consultation=made, department=asked, person=person) for asked, person in parties
    )
    audit.record("consultation.open", by=by, target=made)
    events.record(
        "consultation.opened",
        by=by,
        case_number=made.number,
        summary=f"{department}发起会商：{topic}",
        payload={
            "title": topic,
            "item_name": f"会商，请于 {made.due_on} 前回复",
            "text": text,
            "reply_days": question.reply_days,
            "push_number": push.number if push else "",
            "file_uuids": [str(file.uuid)] if file else [],
        },
    )
    return made


def reply(number: str, *, by: Actor, text: str, file: StoredFile | None = None) -> Consultation:
    """Says something. The first word of a department that was asked answers its push as well.

    Raises NotAllowed for departments that take no part, StateForbids once closed, Invalid without a text.
    """
    department = thread.speaker(by)
    with transaction.atomic():
        waiting = Push.objects.filter(
            kind="consultation.opened",
            case_number=number,
            department=department,
            status=Push.Status.WAITING_ANSWER,
        ).first()
        if waiting is None:
            return thread.keep_reply(number, by=by, text=text, file=file)
        answers.answer(waiting, by=by, outcome="replied", text=text, file=file)
        return Consultation.objects.get(number=number)


@transaction.atomic
def close(number: str, *, by: Actor, conclusion: str, expected_version: int | None = None) -> Consultation:
    """Ends the consultation with what came of it; whoever has not replied owes nothing any more.

    Raises NotAllowed unless the opening department or a coordinator, StateForbids, StaleVersion, Invalid.
    """
    pushes = Push.objects.filter(
        kind="consultation.opened", case_number=number, status=Push.Status.WAITING_ANSWER
    ).order_by("pk")
    waiting = [moves.lock(push) for push in pushes]  # pushes before the consultation, as a reply does
    made = thread.locked(number)
    steers = by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE)
    if not steers and (by.department is None or by.department.pk != made.department_id):
        raise NotAllowed(f"会商由{made.department}发起，由其结束。", code="other_department")
    thread.speaker(by)
    check_move(CONSULTATION, "close", made.status, Consultation.Status)
    if expected_version is not None and expected_version != made.version:
        raise StaleVersion
    made.conclusion = texts.check_text("conclusion", conclusion, "请填写会商结论。")
    made.status = Consultation.Status.CLOSED
    made.closed_by, made.closed_at = by.name, timezone.now()
    thread.save(made, "status", "conclusion", "closed_by", "closed_at")
    for push in waiting:
        if push.status == Push.Status.WAITING_ANSWER:
            duties.close(push, by=by, reason="会商已结束")
    thread.note(made, "close", by=by, summary=f"{by.name} 结束会商：{made.conclusion}")
    told = Push.objects.filter(kind="consultation.opened", case_number=number).select_related("owner", "assignee")
    for push in told:
        thread.bell(push.handler, made, f"会商已结束：{made.topic}", made.conclusion)
    return made


def _check_parties(parties: Sequence[Party], own: Department) -> None:
    if not parties:
        _invalid("departments", "请选择参加会商的部门或人员。")
    if any(department.pk == own.pk for department, _ in parties):
        _invalid("departments", "参加会商的部门不能是本部门。")
    for department, person in parties:
        if person is not None and person.department_id != department.pk:
            _invalid("people", f"{person.name}不是{department}的人员。")


def _invalid(field: str, sentence: str) -> None:
    raise Invalid(sentence, {field: [sentence]})
