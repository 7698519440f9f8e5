"""The numbers beside the menu's entries: all of them by one query over open work."""

from django.db.models import QuerySet

from linkage.models import Push
from linkage.selectors import desk, reconciliation
from shenguan.counting import count_each
from shenguan.org.models import Staff
from shenguan.ui.navigation import Count
from shenguan.workdays import calendar

INBOX, DESK, RECONCILIATION = "linkage:inbox", "linkage:unmapped", "linkage:reconciliation"


def counts(staff: Staff, wanted: frozenset[str]) -> dict[str, Count]:
    """Open pushes (hot when one is overdue), everything on the desk, discrepancies to be worked off."""
    queries: dict[str, QuerySet] = {}
    tabs = desk.queries(staff) if DESK in wanted else {}
    if INBOX in wanted:
        pushes = Push.objects.visible_to(staff).open()
        queries = {"pushes": pushes, "late": pushes.filter(due_on__lt=calendar.today())}
    if RECONCILIATION in wanted:
        queries["discrepancies"] = reconciliation.to_work_off(staff)
    numbers = count_each(queries | tabs)
    found = {
        INBOX: Count(numbers.get("pushes", 0), hot=numbers.get("late", 0) > 0),
        DESK: Count(sum(numbers[name] for name in tabs)),
        RECONCILIATION: Count(numbers.get("discrepancies", 0)),
    }
    return {name: count for name, count in found.items() if name in wanted}
