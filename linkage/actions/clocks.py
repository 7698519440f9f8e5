"""Reminders and escalation (DESIGN §3.5): the owner is told in good time, head and coordinators when it is late.

Each clock is told of once per level; the row of Escalation is proof and memory. Nobody is reminded on a rest day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils import timezone

from linkage import links
from linkage.models import DutyObjection, Escalation, Push, UnmappedEvent
from linkage.selectors import owners
from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.org.models import Staff
from shenguan.workdays import calendar
from shenguan.workdays.due import SOON_WORKDAYS
from shenguan.workdays.models import Deadline
from supervision.actions import tasks

CLOCKS = Actor.system("linkage.escalate_due")
BATCH = 100
Level = Escalation.Level
Row = TypeVar("Row", bound=Model)


def escalate_due(limit: int = BATCH) -> int:
    """One pass: how many clocks somebody was told about. Safe at any time and beside other workers."""
    today = calendar.today()
    follow_moved_clocks()
    if not calendar.is_workday(today):
        return 0
    soon = calendar.add_workdays(today, SOON_WORKDAYS).due_on
    told = 0
    for level, dates in ((Level.OVERDUE, {"lt": today}), (Level.SOON, {"gte": today, "lte": soon})):
        told += _escalate_pushes(level, dates, limit)
        told += _escalate_desks(level, dates, limit)
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
def _escalate_pushes(level: Level, dates: dict[str, date], limit: int) -> int:
    due = (
        Push.objects.open()
        .filter(deadline__state="open", deadline__is_paused=False, **_between("due_on", dates))
        .exclude(_told_of(level))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("department", "office", "owner", "assignee", "subject", "deadline")
        .order_by("due_on", "id")[:limit]
    )
    pushes = list(due)
    for push in pushes:
        people: list[Staff] = [push.owner, push.handler]
        if level == Level.OVERDUE:
            people += owners.heads(push.department, push.office) + list(owners.coordinators())
        step = push.get_next_step_display()
        body = f"推送 {push.number}（{push.department} {push.owner.name}）应于 {push.due_on} 前{step}。"
        _tell(people, level, title=f"{step}：{push.heading}", body=body, url=links.push_url(push.number), about=push)
    return len(pushes)


@transaction.atomic
def _escalate_desks(level: Level, dates: dict[str, date], limit: int) -> int:
    """The coordinators' own desks: objections to decide, events without an entry in the list."""
    open_objections = DutyObjection.objects.filter(status=DutyObjection.Status.OPEN).select_related("push", "deadline")
    objections = list(_due_rows(open_objections, level, dates, limit))
    for objection in objections:
        body = f"{objection.push.number} 的职责异议应于 {objection.deadline.due_on} 前裁定。"
        _tell(owners.coordinators(), level, title="职责异议待裁定", body=body, url=links.OBJECTIONS, about=objection)
    open_items = UnmappedEvent.objects.filter(status=UnmappedEvent.Status.OPEN)
    items = list(_due_rows(open_items.select_related("application", "owner", "deadline"), level, dates, limit))
    for item in items:
        people = [item.owner, *(owners.coordinators() if level == Level.OVERDUE else ())]
        body = f"办件 {item.application.number} 未对应监管事项，应于 {item.deadline.due_on} 前处理。"
        _tell(people, level, title="未对应事项待处理", body=body, url=links.UNMAPPED, about=item)
    return len(objections) + len(items)


def _due_rows(rows: "QuerySet[Row]", level: Level, dates: dict[str, date], limit: int) -> "QuerySet[Row]":
    return (
        rows.filter(**_between("deadline__due_on", dates))
        .exclude(_told_of(level))
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("id")[:limit]
    )


def _between(field: str, dates: dict[str, date]) -> dict[str, date]:
    return {f"{field}__{lookup}": day for lookup, day in dates.items()}


def _told_of(level: Level) -> Exists:
    return Exists(Escalation.objects.filter(deadline=OuterRef("deadline"), level=level))


def _tell(
    people: Iterable[Staff],
    level: Level,
    *,
    title: str,
    body: str,
    url: str,
    about: Push | DutyObjection | UnmappedEvent,
) -> None:
    """Tells each person once and writes down who was told."""
    everyone: Sequence[Staff] = list({person.pk: person for person in people}.values())
    deadline = Deadline.objects.get(pk=about.deadline_id or 0)
    late = level == Level.OVERDUE
    for person in everyone:
        notify.tell(
            person,
            kind="push.overdue" if late else "push.due_soon",
            title=title,
            body=body,
            url=url,
            case_number=deadline.case_number,
            urgent=late,
        )
    escalation = Escalation.objects.create(
        deadline=deadline,
        push=about if isinstance(about, Push) else None,
        objection=about if isinstance(about, DutyObjection) else None,
        unmapped=about if isinstance(about, UnmappedEvent) else None,
        level=level,
        told=[person.username for person in everyone],
        due_on=deadline.due_on,
        at=timezone.now(),
    )
    audit.record(f"clock.{level}", by=CLOCKS, target=escalation, label=body)
