"""The pass of reminders and escalation (DESIGN §3.5): the owner is told in good time, others the later it gets.

Each clock is told of once per level; the row of Escalation is proof and memory. Nobody is reminded on a rest day.
"""

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from credit.actions import freezes
from linkage import links
from linkage.actions import escalations, ladders, withdrawals
from linkage.ladders import Level
from linkage.lifecycle import PUSH
from linkage.models import Escalation, EscalationLadder, LadderVersion, Push, PushWithdrawal
from linkage.selectors.ladders import windows
from shenguan import notify
from shenguan.org.models import Staff
from shenguan.workdays import calendar
from shenguan.workdays.due import SOON_WORKDAYS
from supervision.actions import tasks

BATCH = 100
Purpose = EscalationLadder.Purpose
Told = LadderVersion.Told


def escalate_due(limit: int = BATCH) -> int:
    """One pass: how many clocks somebody was told about. Safe at any time and beside other workers."""
    today = calendar.today()
    follow_moved_clocks()
    freezes.expire_due(limit)
    if not calendar.is_workday(today):
        return 0
    ladders.ensure_standard()
    told = sum(escalations.climb_pushes(window, today, limit) for window in windows(Purpose.PUSH))
    told += sum(escalations.climb_objections(window, today, limit) for window in windows(Purpose.ARBITRATION))
    told += sum(escalations.climb_unmapped(window, today, limit) for window in windows(Purpose.UNMAPPED))
    soon = calendar.add_workdays(today, SOON_WORKDAYS).due_on
    for level, dates in ((Level.OVERDUE, {"lt": today}), (Level.SOON, {"gte": today, "lte": soon})):
        told += _chase_withdrawals(level, dates, limit)
    return told


@transaction.atomic
def _chase_withdrawals(level: Level, dates: dict[str, date], limit: int) -> int:
    """Requests to take a push back that the supervisor has not answered; those of settled pushes lapse."""
    told_of = Escalation.objects.filter(deadline=OuterRef("deadline"), level=level)
    waiting = list(
        PushWithdrawal.objects.filter(status=PushWithdrawal.Status.ASKED)
        .filter(**{f"deadline__due_on__{lookup}": day for lookup, day in dates.items()})
        .exclude(Exists(told_of))
        .select_related("deadline", "push__department", "push__office", "push__sender", "push__owner")
        .select_related("push__assignee")
        .order_by("id")[:limit]
    )
    for kept in waiting:
        push = kept.push
        if push.status not in PUSH["agree_withdrawal"].sources:
            withdrawals.lapse(kept, by=escalations.CLOCKS)
            continue
        words = [Told.HANDLER, Told.OWNER, *((Told.OFFICE_HEAD, Told.COORDINATOR) if level == Level.OVERDUE else ())]
        body = f"{push.sender}请求撤回推送 {push.number}，应于 {kept.deadline.due_on if kept.deadline else ''} 前答复。"
        escalations.tell(
            escalations.recipients(words, push),
            level,
            title="撤回请求待答复",
            body=body,
            url=links.push_url(push.number),
            about=push,
            clock=kept.deadline,
        )
    return len(waiting)


@transaction.atomic
def follow_moved_clocks() -> int:
    """Brings the copies of due dates up to date after a calendar was imported (R1.46). How many pushes moved.

    Whoever works on them is told once, and only where a date moved (RULES §13.3 no. 19).
    """
    tasks.follow_moved_clocks()
    stale = Push.objects.open().filter(deadline__isnull=False).exclude(due_on=F("deadline__due_on"))
    moved: Counter[Staff] = Counter()
    for push in stale.select_related("deadline", "owner", "assignee"):
        due_on = push.deadline.due_on if push.deadline else None
        moved[push.handler] += Push.objects.filter(pk=push.pk).exclude(due_on=due_on).update(due_on=due_on)
    for person, count in (+moved).items():
        notify.tell(
            person,
            kind="push.due_moved",
            title="工作日历更新，到期日有调整",
            body=f"您承办的 {count} 件联动待办按新公布的工作日历重新推算了到期日，请以新日期为准。",
            url=links.INBOX,
        )
    return moved.total()
