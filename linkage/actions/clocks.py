"""The pass of reminders and escalation (DESIGN §3.5): the owner is told in good time, others the later it gets.

Each clock is told of once per level; the row of Escalation is proof and memory. Nobody is reminded on a rest day.
"""

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from credit.actions import freezes
from linkage import links
from linkage.actions import escalations, ladders
from linkage.ladders import Level
from linkage.models import Escalation, EscalationLadder, Push, UnmappedEvent
from linkage.selectors import owners
from linkage.selectors.ladders import windows
from shenguan import notify
from shenguan.org.models import Staff
from shenguan.workdays import calendar
from shenguan.workdays.due import SOON_WORKDAYS
from supervision.actions import tasks

BATCH = 100
Purpose = EscalationLadder.Purpose


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
    soon = calendar.add_workdays(today, SOON_WORKDAYS).due_on
    for level, dates in ((Level.OVERDUE, {"lt": today}), (Level.SOON, {"gte": today, "lte": soon})):
        told += _escalate_unmapped(level, dates, limit)
    return told


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


@transaction.atomic
def _escalate_unmapped(level: Level, dates: dict[str, date], limit: int) -> int:
    """Events without an entry in the list, the coordinators' and list keepers' own clock: no push, so no ladder."""
    told_of = Escalation.objects.filter(deadline=OuterRef("deadline"), level=level)
    items = list(
        UnmappedEvent.objects.filter(status=UnmappedEvent.Status.OPEN)
        .filter(**{f"deadline__due_on__{lookup}": day for lookup, day in dates.items()})
        .exclude(Exists(told_of))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("application", "owner", "deadline")
        .order_by("id")[:limit]
    )
    for item in items:
        people = [item.owner, *(owners.coordinators() if level == Level.OVERDUE else ())]
        body = f"办件 {item.application.number} 未对应监管事项，应于 {item.deadline.due_on} 前处理。"
        escalations.tell(people, level, title="未对应事项待处理", body=body, url=links.UNMAPPED, about=item)
    return len(items)
