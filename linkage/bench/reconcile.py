"""Reconciliation over a long history: the gap scan, a day's sheets, a month's statement.

The seeded duties have neither register entry nor check task, so `duty_unregistered` and `check_missing` show the worst
case: thousands of open gaps looked at again, in full at the first look of a day. The other checks show a city that
works.
"""

import resource
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from linkage.actions import gap_scan, statements
from linkage.bench import seed
from linkage.bench.figures import timed
from linkage.models import Push, ScanMark
from linkage.reconciliation import days, papers
from linkage.reconciliation.statements import bounds, of_city, of_department
from shenguan.events.models import Event
from shenguan.org.models import Department
from shenguan.workdays import calendar


def run(applications: int, pushes_each: int, a_day: int) -> dict[str, object]:
    """The history is taken as scanned; the day on top of it lies at the end of last month."""
    seed.fill(applications, pushes_each)
    month = statements.last_month(calendar.today())
    moment = bounds(month)[1] - timedelta(hours=9)
    if not Push.objects.filter(pushed_at=moment).exists():
        _take_as_scanned()
        seed.busy_day(a_day, pushes_each, moment)
    day, today = moment.astimezone(calendar.OFFICE_ZONE).date(), calendar.today()
    first = _ms(gap_scan.scan)
    again = _ms(gap_scan.scan)
    per_check = {str(check.kind): _ms(partial(gap_scan.run, check)) for check in gap_scan.CHECKS}
    ScanMark.objects.update(full_on=None)
    in_full = {str(check.kind): _ms(partial(gap_scan.run, check)) for check in gap_scan.CHECKS if check.daily}
    fullest = Push.objects.filter(pushed_at=moment).values("department").annotate(n=Count("pk")).order_by("-n")[0]
    department = Department.objects.get(pk=fullest["department"])
    content = of_department(department, month, today)
    return {
        "bench": "reconcile",
        "engine": connection.vendor,
        "pushes": Push.objects.count(),
        "a_day": Push.objects.filter(pushed_at=moment).count(),
        "scan_of_the_day_ms": first,
        "scan_again_ms": again,
        "again_by_check_ms": per_check,
        "first_of_a_day_by_check_ms": in_full,
        "day_sheets_all_departments_ms": _ms(lambda: [days.sides(one, day) for one in Department.objects.all()]),
        "statement_rows": len(content.pushes),
        "statement_content_ms": _ms(lambda: of_department(department, month, today)),
        "statement_xlsx_ms": _ms(lambda: papers.workbook(content, edition=1, made_on=today)),
        "statement_docx_ms": _ms(lambda: papers.document(content, edition=1, made_on=today)),
        "city_summary_ms": _ms(lambda: of_city(month, today)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _take_as_scanned() -> None:
    """Moves every mark to the end of what is there: history was scanned when it was new."""
    events = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    pushes = Push.objects.aggregate(last=Max("pk"))["last"] or 0
    now: datetime = timezone.now()
    today = calendar.today()
    for check in gap_scan.CHECKS:
        last = events if check.head == gap_scan.events_before else pushes if check.head else 0
        ScanMark.objects.update_or_create(
            name=check.kind, defaults={"last_id": last, "scanned_at": now, "full_on": today}
        )


def _ms(act: Callable[[], Any]) -> float:
    return round(1000 * timed(act), 1)
