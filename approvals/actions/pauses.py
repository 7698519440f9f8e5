"""Time that does not count: hearing, testing, expert review … (行政许可法 45, RULES R1.11)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from approvals.actions import case_clocks, documents
from approvals.actions.cases import note, open_case, store
from approvals.models import Application, Document
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar, deadlines
from shenguan.workdays.models import Deadline, DeadlinePause


@transaction.atomic
def start(
    application: Application,
    *,
    by: Actor,
    reason: str,
    days: int,
    start_on: date | None = None,
    expected_version: int | None = None,
) -> Application:
    """Stops the statutory and the promised clock; a notice tells the applicant that it takes `days` 工作日.

    `reason` is a DeadlinePause.Reason; anything else (补正, 内部会议, 系统故障) raises Invalid. Raises Refusal when the
    same reason is pausing already.
    """
    transition = open_case(
        application, "pause", by=by, permission=Permission.APPLICATION_EXAMINE, expected_version=expected_version
    )
    if reason not in DeadlinePause.Reason.values:
        text = f"“{reason}”不是法定的不计入期限的事由，只能是：{'、'.join(DeadlinePause.Reason.labels)}。"
        raise Invalid(text, {"reason": [text]}, code="pause_reason")
    if days < 1:
        raise Invalid("请填写所需时间。", {"days": ["请填写所需时间（工作日）。"]})
    first = start_on or calendar.today()
    label = DeadlinePause.Reason(reason).label
    store(application, transition)
    body = {"reason": label, "start_on": first.isoformat(), "days": days}
    paper = documents.issue(application, Document.Kind.PAUSE, by=by, at=timezone.now(), body=body)
    for clock in _running(application, first):
        deadlines.pause(clock, reason=reason, start_on=first, document=paper.number)
    note(
        application,
        "pause",
        "application.paused",
        by=by,
        summary=f"{label}所需时间不计入审批期限，自 {first} 起暂停计时，预计 {days} 个工作日，告知书 {paper.number}。",
        detail={"document": paper.number, **body},
    )
    return application


def _running(application: Application, day: date) -> list[Deadline]:
    """The clocks to stop: a promise that was broken before `day` stays broken."""
    statutory, promised = application.statutory_deadline, application.promised_deadline
    if statutory is None or promised is None:
        raise ValueError("an accepted application has its clocks")
    return [statutory, promised] if promised.is_paused or day <= promised.due_on else [statutory]


@transaction.atomic
def end(
    application: Application,
    *,
    by: Actor,
    reason: str | None = None,
    end_on: date | None = None,
    expected_version: int | None = None,
) -> Application:
    """The clocks go on after `end_on` (default today), the last day that does not count.

    `reason` is needed only while several pauses run. Raises Refusal when none runs; Invalid for a day to come, because
    nobody knows yet whether the hearing or test will last until then.
    """
    transition = open_case(
        application, "resume", by=by, permission=Permission.APPLICATION_EXAMINE, expected_version=expected_version
    )
    last = end_on or calendar.today()
    if last > calendar.today():
        raise Invalid("结束日期不能晚于今天。", {"end_on": ["结束日期不能晚于今天，结束后再恢复计时。"]})
    paused = [clock for clock in case_clocks.handling_clocks(application) if clock.is_paused]
    if not paused:
        raise Refusal("not_paused", "该办件没有正在进行的暂停，无需恢复。")
    ended = [deadlines.resume(clock, end_on=last, reason=reason) for clock in paused]
    store(application, transition)
    note(
        application,
        "resume",
        "application.resumed",
        by=by,
        summary=f"{ended[0].get_reason_display()}于 {last} 结束，恢复计时，法定到期日 {paused[0].due_on}。",
        detail={"end_on": last.isoformat(), "reason": ended[0].reason},
    )
    return application
