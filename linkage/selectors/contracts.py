"""Questions to exchange contracts, for their pages."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from linkage.models import Endpoint, ExchangeContract, RefusedReport, WithheldPush
from shenguan.access import scope
from shenguan.org.models import Department, Staff

REFUSED_SHOWN_DAYS = 30  # 自然日; the row stays, the desk looks at what is still of use


@dataclass(frozen=True)
class MatrixRow:
    """One department: what holds in either direction, what is in the making, what waits."""

    department: Department
    outgoing: ExchangeContract | None
    incoming: ExchangeContract | None
    making: list[ExchangeContract]
    has_endpoint: bool
    withheld: int


def matrix(staff: Staff, day: date) -> list[MatrixRow]:
    """A row per active department the viewer may see, in four queries however many there are."""
    departments = Department.objects.filter(is_active=True).order_by("kind", "code")
    if not scope.sees_all(staff):
        departments = departments.filter(pk=staff.department_id)
    current: dict[tuple[int, str], ExchangeContract] = {}
    making: dict[int, list[ExchangeContract]] = {}
    kind = ExchangeContract.Status
    live = ExchangeContract.objects.visible_to(staff).exclude(status=kind.ENDED).order_by("edition")
    for row in live:
        if row.status != kind.IN_FORCE:
            making.setdefault(row.department_id, []).append(row)
        elif row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            current[row.department_id, row.direction] = row
        else:
            making.setdefault(row.department_id, []).append(row)
    addressed = set(Endpoint.objects.filter(is_active=True).values_list("department_id", flat=True))
    waiting = withheld_counts()
    outgoing, incoming = ExchangeContract.Direction.TO_DEPARTMENT, ExchangeContract.Direction.FROM_DEPARTMENT
    return [
        MatrixRow(
            one,
            current.get((one.pk, outgoing)),
            current.get((one.pk, incoming)),
            making.get(one.pk, []),
            one.pk in addressed,
            waiting.get(one.pk, 0),
        )
        for one in departments
    ]


def withheld_counts() -> dict[int, int]:
    """Department id -> pushes kept from its system; one query over the partial index of open rows."""
    rows = WithheldPush.objects.filter(status=WithheldPush.Status.OPEN).order_by()
    return dict(rows.values_list("department").annotate(number=Count("pk")))


def withheld_departments() -> list[tuple[Department, int]]:
    """Departments with pushes kept from their systems, and how many."""
    numbers = withheld_counts()
    return [(one, numbers[one.pk]) for one in Department.objects.filter(pk__in=numbers)]


def withheld() -> QuerySet[WithheldPush]:
    """Pushes kept from their recipients' systems, the oldest first."""
    return WithheldPush.objects.filter(status=WithheldPush.Status.OPEN).select_related("push__subject", "department")


def editions(contract: ExchangeContract, staff: Staff) -> QuerySet[ExchangeContract]:
    """All editions for the same department and direction, the newest first."""
    rows = ExchangeContract.objects.visible_to(staff)
    return rows.filter(department=contract.department_id, direction=contract.direction).order_by("-edition")


def refused_reports(day: date) -> QuerySet[RefusedReport]:
    """What departments' systems were not let report in the last REFUSED_SHOWN_DAYS, the newest first."""
    since = day - timedelta(REFUSED_SHOWN_DAYS)
    return RefusedReport.objects.filter(day__gte=since).select_related("department").order_by("-last_at")
