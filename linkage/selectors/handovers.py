"""What one person has in hand: the preview of a handover."""

from django.db.models import Count, Q, QuerySet

from linkage.lifecycle import PUSH
from linkage.models import Push
from linkage.selectors.pushes import with_people
from shenguan.org.models import Department, Staff
from supervision.models import CheckTask


def in_hand(person: Staff) -> "QuerySet[Push]":
    """Open pushes the person owns or works on, and those they wait on, the most urgent first."""
    mine = Q(owner=person) | Q(assignee=person)
    pending = Q(is_open=True) | Q(next_step=Push.NextStep.AWAIT)
    rows = Push.objects.filter(mine, pending, department=person.department_id, status__in=PUSH["hand_over"].sources)
    return with_people(rows).select_related("application__variant").order_by("due_on", "id")


def checks_beside(person: Staff) -> int:
    """Open checks assigned to the person that no push stands behind."""
    return CheckTask.objects.open().filter(assignee=person, push_number="").count()


def holders(department: Department) -> "QuerySet[Staff]":
    """Everybody of a department who has open pushes, leavers too, those with the most first."""
    owned = Count("owned_pushes", filter=Q(owned_pushes__is_open=True), distinct=True)
    assigned = Count("assigned_pushes", filter=Q(assigned_pushes__is_open=True), distinct=True)
    people = Staff.objects.filter(department=department).annotate(in_hand=owned + assigned)
    return people.filter(in_hand__gt=0).order_by("status", "-in_hand", "username").select_related("office")
