"""Duty objections as their desk shows them: age, owner, what was decided before, and which share one cause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from linkage.models import DutyObjection
from shenguan.workdays import calendar
from shenguan.workdays.due import DueState, due_state

PRECEDENTS_SHOWN = 5
Cause = tuple[int, int | None, str]  # department, supervision item, reason code


@dataclass
class Line:
    """One objection of the desk; `age` in 工作日; `alike` others of the same cause wait too."""

    objection: DutyObjection
    due: DueState
    age: int
    alike: int = 0
    precedents: list[DutyObjection] = field(default_factory=list)


def cause_of(objection: DutyObjection) -> Cause:
    """What two objections share when one decision fits both."""
    push = objection.push
    return push.department_id, push.supervision_item_id, objection.reason_code


def lines(objections: Sequence[DutyObjection], today: date) -> list[Line]:
    """The desk's rows with two more queries, however many there are."""
    waiting = Counter(cause_of(one) for one in open_objections())
    earlier: dict[Cause, list[DutyObjection]] = {}
    items = {one.push.supervision_item_id for one in objections}
    decided = DutyObjection.objects.exclude(status=DutyObjection.Status.OPEN).filter(push__supervision_item__in=items)
    for one in decided.select_related("push", "new_push__department").order_by("-decided_at"):
        earlier.setdefault(cause_of(one), []).append(one)
    return [
        Line(
            objection=one,
            due=due_state(one.deadline, today),
            age=calendar.workdays_between(timezone.localdate(one.raised_at), today),
            alike=waiting[cause_of(one)] - 1,
            precedents=earlier.get(cause_of(one), [])[:PRECEDENTS_SHOWN],
        )
        for one in objections
    ]


def open_objections() -> "QuerySet[DutyObjection]":
    """Everything to be decided, the oldest first."""
    return DutyObjection.objects.filter(status=DutyObjection.Status.OPEN).select_related("push").order_by("id")


def of_one_cause(objection: DutyObjection) -> "QuerySet[DutyObjection]":
    """The open objections that share the cause of this one, itself included."""
    department, item, code = cause_of(objection)
    return (
        open_objections()
        .filter(push__department=department, push__supervision_item=item, reason_code=code)
        .select_related("push__department", "push__subject", "push__application__variant", "deadline", "owner")
    )
