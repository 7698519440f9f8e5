"""Accepting an application (受理), by the clerk or by lapse of time (RULES R1.01 ⑤, R1.04, R3.03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals import payloads, policies
from approvals.actions import case_clocks, documents
from approvals.actions.cases import add_step, note, open_case, store
from approvals.links import application_url
from approvals.models import Application, ApplicationMaterial, ApplicationStep, Document
from approvals.selectors.people import heads_of
from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import Transition
from shenguan.refusals import Invalid
from shenguan.workdays.calendar import OFFICE_ZONE

Mode = Application.Mode
State = ApplicationMaterial.State


@dataclass(frozen=True)
class Promise:
    """Who promised the missing papers, and in how many 工作日: at most, and by default, the promised time (R3.04)."""

    signed_by: str
    days: int | None = None


@transaction.atomic
def accept(
    application: Application,
    *,
    by: Actor,
    mode: Mode = Mode.STANDARD,
    green_channel: bool = False,
    at: datetime | None = None,
    ban_override_reason: str = "",
    promise: Promise | None = None,
    expected_version: int | None = None,
) -> Application:
    """受理 at `at` (default now): starts the statutory and the promised clock and tells the supervisors.

    `promise` is the applicant's written promise to hand in the missing papers, only for 容缺 (R3.02).
    Raises Refusal while the credit check, papers or commitment are missing; Invalid when credit or item do not allow
    the mode or the green channel, and for a banned applicant without a reason (6.1).
    """
    transition = open_case(
        application, "accept", by=by, permission=Permission.APPLICATION_INTAKE, expected_version=expected_version
    )
    policies.check_posts_apart(application, by, ApplicationStep.Stage.INTAKE)
    policies.check_credit_was_checked(application)
    policies.check_ban(application, ban_override_reason)
    policies.check_mode(application, mode)
    if green_channel:
        policies.check_green_channel(application)
    policies.check_papers(application, mode)
    now = at or timezone.now()
    application.mode = mode
    application.green_channel = green_channel
    application.ban_override_reason = ban_override_reason.strip()
    _date(application, now)
    extra: dict[str, Any] = {}
    if mode == Mode.TOLERANCE:
        extra = _tolerate(application, promise or Promise(""))
    _enter(application, transition, by=by, at=now, body=extra)
    if application.deemed_accepted:
        _alert_heads(application)
    return application


@transaction.atomic
def deem_accepted(application: Application, *, by: Actor) -> Application:
    """Five working days passed without a word: the case counts as accepted from the day of receipt (R1.04).

    After complete corrections it counts from the day they were complete (R1.05). The office head is told.
    """
    transition = open_case(application, "accept", by=by, permission=Permission.APPLICATION_INTAKE)
    now = timezone.now()
    application.mode = Mode.STANDARD
    _date(application, now)
    _enter(application, transition, by=by, at=now, body={})
    _alert_heads(application)
    return application


def _alert_heads(application: Application) -> None:
    """The head of the office hears of every acceptance that the window owed and time brought (R1.04)."""
    number, day = application.number or "", application.accepted_on
    title, body = f"办件 {number} 补正齐全后未及时受理", f"已自补正齐全之日 {day} 起受理，审批时限已起算。"
    if application.deemed_accepted:
        title = f"办件 {number} 逾期未告知，视为受理"
        body = f"依行政许可法第三十二条自 {day} 起受理，审批时限已起算。"
    for head in heads_of(application):
        notify.tell(
            head,
            kind="application.deemed_accepted",
            title=title,
            body=body,
            url=application_url(number),
            case_number=number,
            urgent=True,
        )


def _enter(application: Application, transition: Transition, *, by: Actor, at: datetime, body: dict[str, Any]) -> None:
    """What every acceptance does: clocks, step, voucher, audit, and the event that linkage routes."""
    if application.accepted_on is None:
        raise ValueError("an accepted application needs its day of acceptance")
    case_clocks.meet(application, "correction_deadline", on=application.accepted_on)
    application.statutory_deadline, application.promised_deadline = case_clocks.start_handling(application)
    add_step(application, ApplicationStep.Stage.INTAKE, by=by, at=at, conclusion=ApplicationStep.Conclusion.PASS)
    store(
        application,
        transition,
        "mode",
        "green_channel",
        "ban_override_reason",
        "deemed_accepted",
        "accepted_at",
        "accepted_on",
        "statutory_deadline",
        "promised_deadline",
        "tolerance_deadline",
    )
    kind = Document.Kind.TOLERANCE if application.mode == Mode.TOLERANCE else Document.Kind.ACCEPTANCE
    facts = {
        "accepted_on": application.accepted_on.isoformat(),
        "statutory_due_on": application.statutory_deadline.due_on.isoformat(),
        "promised_due_on": application.promised_deadline.due_on.isoformat(),
        "deemed": application.deemed_accepted,
    }
    voucher = documents.issue(application, kind, by=by, at=at, body={**facts, **body})
    note(
        application,
        "accept",
        "approval.accepted",
        by=by,
        summary=_summary(application, voucher),
        payload=payloads.approval(application, stage="accepted"),
        detail={"document": voucher.number, "mode": application.mode, "green_channel": application.green_channel},
    )


def _date(application: Application, now: datetime) -> None:
    """The day the corrections were complete (R1.05), or the time of receipt once the five days are over (R1.04).

    Else now, but never a day before that of receipt (R1.45).
    """
    deadline = application.correction_deadline
    if application.received_on is None or deadline is None:
        raise ValueError("an application is received before it is accepted")
    today = now.astimezone(OFFICE_ZONE).date()
    application.accepted_at = now
    if application.corrected_on is not None:
        application.accepted_on = application.corrected_on
    elif today > deadline.due_on:
        application.accepted_at, application.accepted_on = application.received_at, application.received_on
        application.deemed_accepted = True
    else:
        application.accepted_on = max(today, application.received_on)


def _tolerate(application: Application, promise: Promise) -> dict[str, Any]:
    """Marks the missing papers, starts their clock; what the notice says about them (R3.03)."""
    longest = application.variant.promised_days
    days = promise.days or longest
    if not promise.signed_by.strip():
        raise Invalid("请填写补齐材料承诺的签署人。", {"signed_by": ["请填写补齐材料承诺的签署人。"]})
    if not 1 <= days <= longest:
        text = f"补齐期限应为 1 至 {longest} 个工作日，不得超过承诺办理时限。"
        raise Invalid(text, {"days": [text]})
    missing = policies.missing_materials(application)
    application.materials.filter(pk__in=[row.pk for row in missing]).update(state=State.TOLERATED)
    deadline = case_clocks.start_tolerance(application, days)
    application.tolerance_deadline = deadline
    return {
        "missing": [row.material.name for row in missing],
        "due_on": deadline.due_on.isoformat(),
        "promise_signed_by": promise.signed_by.strip(),
        "effect": "逾期未补齐或者补齐后仍不符合要求的，终止办理，并记入信用记录。",
    }


def _summary(application: Application, voucher: Document) -> str:
    due = application.promised_deadline.due_on if application.promised_deadline else ""
    if application.deemed_accepted:
        return f"逾期未告知补正，自 {application.accepted_on} 视为受理，出具 {voucher.number}，承诺 {due} 前办结。"
    how = f"{application.get_mode_display()}{'，绿色通道' if application.green_channel else ''}"
    return f"受理：{application.variant.name}（{how}），出具 {voucher.number}，承诺 {due} 前办结。"
