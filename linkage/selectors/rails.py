"""The supervision rail of the 双轨图: where a case landed after it left the approval rail (design §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from approvals.models import Application
from credit.models import CreditRecord
from linkage.models import LinkageEntry, Push, UnmappedEvent
from shenguan.workdays.due import due_state_of
from supervision.models import CheckTask

ACCEPTED, CONCLUDED = "approval.accepted", "approval.concluded"


@dataclass(frozen=True)
class Stop:
    """One stop of the rail: column of the picture, heading, the line under it, and whether it is reached."""

    column: str
    title: str
    text: str
    is_done: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class Rail:
    """The stops, and whether the two arrows from above have been drawn."""

    stops: list[Stop]
    told_of_acceptance: bool
    told_of_conclusion: bool
    unmapped: str = ""  # why nobody was told, while somebody still has to mend the list


def rail_of(application: Application, pushes: Sequence[Push], today: date) -> Rail:
    """The rail of one case; `pushes` are all its pushes in order. Four queries, however many pushes."""
    number = application.number or ""
    accepted = _first(pushes, ACCEPTED)
    concluded = _first(pushes, CONCLUDED)
    waiting = UnmappedEvent.objects.filter(application=application, status=UnmappedEvent.Status.OPEN).first()
    checks = CheckTask.objects.filter(case_number=number).select_related("deadline").order_by("due_on", "id")
    replies = [push for push in pushes if not push.is_forward]
    records = CreditRecord.objects.filter(subject=application.subject_id, case_number=number).count()
    return Rail(
        stops=[
            _told("c1", accepted, len(_departments(pushes, ACCEPTED)), "受理后自动"),
            _told("c5", concluded, len(_departments(pushes, CONCLUDED)), "办结后自动"),
            _check(checks, concluded or accepted, today),
            _feedback(replies, concluded),
            Stop("c8", "信用归集", f"已归集 {records} 条" if records else "自动", is_done=records > 0),
        ],
        told_of_acceptance=accepted is not None,
        told_of_conclusion=concluded is not None,
        unmapped=waiting.reason if waiting else "",
    )


def _first(pushes: Sequence[Push], kind: str) -> Push | None:
    """The push of this kind that still counts; one that moved to another department does not."""
    return next((push for push in pushes if push.kind == kind and push.status not in Push.GONE), None)


def _departments(pushes: Sequence[Push], kind: str) -> set[int]:
    return {push.department_id for push in pushes if push.kind == kind and push.status not in Push.GONE}


def _told(column: str, push: Push | None, departments: int, otherwise: str) -> Stop:
    if push is None:
        return Stop(column, "推送即认领", otherwise)
    others = f"等 {departments} 个部门" if departments > 1 else ""
    at = push.claimed_at or push.pushed_at
    text = f"{push.department}{others}　{timezone.localtime(at):%m-%d %H:%M}"
    if push.claimed_at is None:
        return Stop(column, "待认领", text) if push.is_open else Stop(column, "已推送", text, is_done=True)
    is_auto = push.claim_mode == LinkageEntry.ClaimMode.AUTO
    return Stop(column, "推送即认领" if is_auto else "已认领", text, is_done=True)


def _check(checks: QuerySet[CheckTask], told: Push | None, today: date) -> Stop:
    wanted = [check for check in checks if check.status != CheckTask.Status.CANCELLED]
    if not wanted and told is None:
        return Stop("c6", "首次检查", "办结后按清单")
    if not wanted:
        days = told.entry.first_check_days if told and told.entry else None
        return Stop("c6", "首次检查", f"办结后 {days} 个工作日内" if days else "纳入双随机抽查")
    waiting = next((check for check in wanted if check.status == CheckTask.Status.OPEN), None)
    if waiting is None:
        last = wanted[-1]
        done = timezone.localtime(last.done_at).strftime("%m-%d") if last.done_at else ""
        return Stop("c6", last.get_kind_display(), f"{done} 已完成", is_done=True)
    due = due_state_of(waiting.due_on, today)
    return Stop("c6", waiting.get_kind_display(), f"{waiting.due_on:%m-%d} 前，{due.text}", is_late=due.kind == "over")


def _feedback(replies: Sequence[Push], concluded: Push | None) -> Stop:
    if not replies:
        days = concluded.entry.feedback_days if concluded and concluded.entry else None
        return Stop("c7", "结果反馈", f"异常 {days} 个工作日内" if days else "异常时反馈")
    last = replies[-1]
    at = timezone.localtime(last.answered_at or last.pushed_at)
    if last.answered_at:
        return Stop("c7", "反馈已答复", f"{last.department}　{at:%m-%d}", is_done=True)
    return Stop("c7", "结果反馈", f"{last.sender}　{at:%m-%d}", is_done=True)
