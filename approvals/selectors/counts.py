"""Numbers beside menu entries: one indexed query over open work each."""

from django.db.models import Count, Q

from approvals.selectors.applications import waiting_for
from shenguan.org.models import Staff
from shenguan.ui.navigation import Count as MenuCount
from shenguan.workdays import calendar


def waiting(staff: Staff) -> MenuCount:
    """What this person could do next; hot when something of it is past its promised day."""
    late = Q(promised_deadline__state="open", promised_deadline__due_on__lt=calendar.today())
    numbers = waiting_for(staff).order_by().aggregate(all=Count("pk"), late=Count("pk", filter=late))
    return MenuCount(numbers["all"], hot=numbers["late"] > 0)
