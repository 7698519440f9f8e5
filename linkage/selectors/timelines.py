"""The timeline of a case: the journal as both sides may see it (DESIGN §3.9), and the deliveries between its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from approvals.models import Application
from linkage.models import Delivery, Push
from shenguan.access import scope
from shenguan.events.models import Event
from shenguan.org.models import Department, Staff


def case_timeline(case_number: str, *, department: Department | None) -> "QuerySet[Event]":
    """The events of one case a department may see; none of a case that does not concern it.

    The deciding department sees what is meant for the approval side, recipients of its pushes the supervision side's,
    a department on both ends everything. `department` None: a coordinator, who sees all.
    """
    everything = Event.objects.filter(case_number=case_number).order_by("recorded_at", "id")
    if department is None:
        return everything
    seen = []
    if Application.objects.filter(number=case_number, department=department).exists():
        seen += [Event.Visibility.BOTH, Event.Visibility.APPROVAL]
    if Push.objects.forward().filter(case_number=case_number, department=department).exists():
        seen += [Event.Visibility.BOTH, Event.Visibility.SUPERVISION]
    return everything.filter(visibility__in=seen)


def timeline_for(staff: Staff, case_number: str) -> "QuerySet[Event]":
    """The same for a signed-in person."""
    return case_timeline(case_number, department=None if scope.sees_all(staff) else staff.department)


@dataclass(frozen=True)
class Fact:
    """One line of the timeline: an event of the journal, or a delivery that ended."""

    kind: str
    summary: str
    actor_name: str
    department_code: str  # the recipient's
    push_number: str
    channel: str
    recorded_at: datetime


def with_deliveries(events: Iterable[Event], case_number: str) -> list[Event | Fact]:
    """The lines of a case in their order. Deliveries stand in rows of their own and not in the journal: there are
    thousands a second, and their Attempts are the proof (RULES R10.12)."""
    lines: list[Event | Fact] = [*events, *_arrivals(case_number)]
    return sorted(lines, key=lambda line: line.recorded_at)


def _arrivals(case_number: str) -> list[Fact]:
    ended = (
        Delivery.objects.filter(push__case_number=case_number, finished_at__isnull=False)
        .select_related("push", "endpoint__department")
        .order_by("finished_at")
    )
    return [_fact(row) for row in ended]


def _fact(row: Delivery) -> Fact:
    again = "补发" if row.is_replay else "推送"
    arrived = row.status == Delivery.Status.DELIVERED
    end = (
        f"已送达{row.endpoint.department}业务系统"
        if arrived
        else f"没有送达{row.endpoint.department}业务系统，已停止投递"
    )
    return Fact(
        kind="push.delivered" if arrived else "push.undelivered",
        summary=f"{again} {row.push.number} {end}",
        actor_name="系统",
        department_code=row.endpoint.department.code,
        push_number=row.push.number,
        channel="webhook",  # a delivery is a call to a department's own system; portal and SMS leave notices instead
        recorded_at=row.finished_at or row.created_at,
    )
