"""The coordinators' desk: events nobody is listed for, duty objections, deliveries that never arrived."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from linkage.models import Delivery, DutyObjection, UnmappedEvent, WithheldPush
from shenguan.access.roles import Permission
from shenguan.counting import count_each
from shenguan.org.models import Department, Staff
from shenguan.org.selectors import staff_who_may

DEAD_SHOWN = 50


@dataclass(frozen=True)
class DeadEndpoint:
    """One department's system that pushes did not reach."""

    department: Department
    number: int
    last_at: datetime


def unmapped_for(staff: Staff) -> QuerySet[UnmappedEvent]:
    """Open events without an entry; list administrators see those of their own department."""
    items = UnmappedEvent.objects.filter(status=UnmappedEvent.Status.OPEN).select_related(
        "event", "application__item", "application__department", "application__subject", "owner", "deadline"
    )
    if staff.may(Permission.PUSH_ARBITRATE):
        return items
    return items.filter(application__department=staff.department_id)


def keepers(departments: Collection[int]) -> dict[int, list[Staff]]:
    """Department -> who may answer for its unmapped events: its list administrators, and every coordinator."""
    coordinators = list(staff_who_may(Permission.PUSH_ARBITRATE).select_related("department"))
    people: dict[int, list[Staff]] = {department: [] for department in departments}
    editors = staff_who_may(Permission.LINKAGE_LIST_EDIT).filter(department__in=departments)
    for person in editors.select_related("department"):
        people[person.department_id].append(person)
    return {department: list(dict.fromkeys([*own, *coordinators])) for department, own in people.items()}


def open_objections() -> QuerySet[DutyObjection]:
    """Objections to be decided, in the order they were raised."""
    return DutyObjection.objects.filter(status=DutyObjection.Status.OPEN).select_related(
        "push__department",
        "push__office",
        "push__subject",
        "push__supervision_item",
        "push__application__variant",
        "suggested_department",
        "owner",
        "deadline",
    )


def undelivered() -> QuerySet[Delivery]:
    """Given-up deliveries whose push did not arrive another way since, and is not on its way again."""
    later = Delivery.objects.filter(push=OuterRef("push"), endpoint=OuterRef("endpoint"), pk__gt=OuterRef("pk"))
    return Delivery.objects.filter(status=Delivery.Status.DEAD).exclude(Exists(later))


def dead_deliveries() -> QuerySet[Delivery]:
    """The latest of them with what a line shows."""
    return undelivered().select_related("push__subject", "endpoint__department").order_by("-id")[:DEAD_SHOWN]


def dead_endpoints() -> list[DeadEndpoint]:
    """How many per department, so that one press replays them all."""
    rows = undelivered().values("endpoint__department").annotate(number=Count("pk"), last=Max("finished_at"))
    numbers = {row["endpoint__department"]: row for row in rows}
    departments = Department.objects.filter(pk__in=numbers)
    return [DeadEndpoint(one, numbers[one.pk]["number"], numbers[one.pk]["last"]) for one in departments]


def queries(staff: Staff) -> dict[str, QuerySet]:
    """What waits on each tab this person sees, over partial indexes of open work."""
    found: dict[str, QuerySet] = {"unmapped": unmapped_for(staff)}
    if staff.may(Permission.PUSH_ARBITRATE):
        found |= {"objections": open_objections(), "failed": undelivered()}
        found["withheld"] = WithheldPush.objects.filter(status=WithheldPush.Status.OPEN)
    return found


def counts(staff: Staff) -> dict[str, int]:
    """The numbers on the tabs, by one query."""
    return count_each(queries(staff))
