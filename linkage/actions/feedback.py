"""Feedback a supervisor writes by hand (R10.05, R10.06); inspections report by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from linkage import links, policies
from linkage.actions import duties, missed, moves, pushes
from linkage.lifecycle import PUSH
from linkage.models import Push, PushAttachment, PushNote
from linkage.selectors import owners
from shenguan import events, notify, texts
from shenguan.access.actors import Actor
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar
from supervision.models import Finding, Inspection

LATE = frozenset({Push.Status.OBJECTED, Push.Status.CLOSED}) | Push.GONE


@dataclass(frozen=True)
class Reported:
    """What became of a feedback: it moved the push, or it was kept as a late note."""

    push: Push
    note: PushNote | None = None


def report(
    push: Push,
    *,
    by: Actor,
    text: str,
    proposal: str = "",
    uploaded: UploadedFile | None = None,
    expected_version: int | None = None,
) -> Reported:
    """Tells the deciding department what was found; with a `proposal` it must decide on the permit.

    Feedback on a push that is over, or under objection, is kept as a flagged note and the approver is told: it is never
    turned away (DESIGN §3.7). Raises Invalid (text, proposal, file), StateForbids before a claim, StaleVersion,
    NotAllowed.
    """
    by.require(policies.PERMISSION_OF["feedback"])
    policies.check_recipient(push, by)
    text = texts.check_text("text", text, "请填写反馈内容：发现了什么、采取了什么措施。")
    policies.check_choice("proposal", proposal, policies.PROPOSALS, "请选择对许可的处理建议。")
    _check_state(push)  # before a file is kept, and again under the lock
    stored = store_upload(uploaded, by=by, purpose="push.feedback") if uploaded else None
    with transaction.atomic():
        push = moves.lock(push)
        _check_state(push)
        if push.status in LATE:
            note = pushes.keep_note(push, by=by, text=text, stored=stored, is_late=True)
            _tell_of_late(push, note)
            return Reported(push, note)
        policies.check_version(push, expected_version)
        _check_proposal(push, proposal, by=by, has_paper=stored is not None)
        send_back(push, by=by, text=text, proposal=proposal, stored=stored)
        return Reported(push)


def _check_state(push: Push) -> None:
    """Raises StateForbids where neither a report nor a late note has a place."""
    open_or_late = PUSH["feedback"].sources | LATE
    if push.application_id is None or not push.is_forward or push.status not in open_or_late:
        moves.forbid(push, "feedback")


def send_back(
    push: Push,
    *,
    by: Actor,
    text: str,
    proposal: str,
    stored: StoredFile | None,
    measure: Mapping[str, str] | None = None,
) -> None:
    """The locked push waits for the answer; the event carries the report to the deciding department."""
    if stored is not None:
        PushAttachment.objects.create(push=push, file=stored, at=timezone.now())
    missed.stop_clock(push)
    if not duties.show_next_check(push):
        push.next_step = Push.NextStep.AWAIT
    moves.move(push, "feedback", next_step=push.next_step, is_open=True, **moves.clock_fields(push))
    moves.tell(push, "push.fed_back", by=by, summary=f"{push.department} {by.name} 反馈：{text}", proposal=proposal)
    suffix = f"（{policies.PROPOSALS[proposal]}）" if proposal else ""
    events.record(
        "revocation.proposed" if proposal else "finding.reported",
        by=by,
        case_number=push.case_number,
        subject_id=push.subject_id,
        department=push.department,
        summary=f"{push.department}向{push.sender}反馈监管情况{suffix}",
        payload={
            "application_case": push.case_number,
            "inspection_number": "",
            "object_id": None,
            "push_number": push.number,
            "department_code": push.department.code,
            "subject_id": push.subject_id,
            "finding_numbers": [],
            "result_codes": [],
            "commitment_result": "",
            "severity": "",
            "summary": text,
            "proposal": proposal,
            "measure": dict(measure or {}),
            "file_uuids": [str(stored.uuid)] if stored else [],
        },
    )


def _check_proposal(push: Push, proposal: str, *, by: Actor, has_paper: bool) -> None:
    """A proposal comes with its papers (R10.06), and a broken promise is first to be mended (R2.12, R2.13).

    A paper is a file handed in now or before, or the record of an inspection under this push; a department's own
    system keeps its papers itself. Raises Invalid for the field `uploaded`, Refusal while a period for mending runs.
    """
    if not proposal:
        return
    inspections = Inspection.objects.filter(task__push_number=push.number, status=Inspection.Status.SUBMITTED)
    if by.kind == "staff" and not (has_paper or push.attachments.exists() or inspections.exists()):
        sentence = "建议变动许可须附相关文书，例如检查笔录、责令改正通知书或处罚决定书。"
        raise Invalid(sentence, {"uploaded": [sentence]})
    if proposal != "revoke" or not push.by_commitment:
        return
    if inspections.filter(commitment_result=Inspection.CommitmentResult.FALSE).exists():
        return
    mending = Finding.objects.filter(
        inspection__in=inspections, status=Finding.Status.OPEN, deadline__due_on__gte=calendar.today()
    ).first()
    if mending is not None and mending.deadline is not None:
        text = f"问题 {mending.number} 责令限期整改至 {mending.deadline.due_on}，期满仍未改正的方可建议撤销许可。"
        raise Refusal("rectify_first", text)


def _tell_of_late(push: Push, note: PushNote) -> None:
    """The approver's liaison reads a late note: it moves nothing, but nobody may miss it."""
    office = push.entry.approval_office if push.entry else None
    liaison = push.entry.approval_liaison if push.entry else None
    notify.tell(
        owners.approval_owner(push.sender, office, liaison, deputy=push.entry.approval_deputy if push.entry else None),
        kind="feedback.late",
        title=f"{push.department}补充反馈：{push.heading}",
        body=f"推送 {push.number} 当前为“{push.get_status_display()}”，反馈已作为备注留存：{note.text}",
        url=links.push_url(push.number),
        case_number=push.case_number,
    )
