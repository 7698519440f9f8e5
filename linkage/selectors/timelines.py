"""The timeline of a case: the journal as both sides may see it (DESIGN §3.9)."""

from django.db.models import QuerySet

from approvals.models import Application
from linkage.models import Push
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
