"""What the reconciliation pages show: days by departments, one day, discrepancies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from linkage.actions import remedies
from linkage.models import DayReport, DaySheet, Discrepancy, ScanMark
from linkage.reconciliation import days
from shenguan.access import scope
from shenguan.org.models import Department, Staff

DAYS = 14
MATCHED, DIFFERS, WAITING = DayReport.Result.MATCHED, DayReport.Result.DIFFERS, "waiting"


OPEN = "open"


@dataclass(frozen=True)
class Asked:
    """What one look at the discrepancies asks for; `state` "all" asks for every state."""

    state: str = OPEN
    kind: str = ""
    department: Department | None = None
    mine: bool = False


@dataclass(frozen=True)
class Cell:
    """One department and day over both directions: the worse of the two, and what is still open."""

    day: date
    count: int = 0
    state: str = ""  # empty: no sheet
    open: int = 0

    @property
    def words(self) -> str:
        """What a screen reader and the cell say."""
        return {"": "未结账", WAITING: "对方未报", MATCHED: "一致", "settled": "差异已处理"}.get(
            self.state, f"差异 {self.open}" if self.open else "待报明细"
        )

    @property
    def tone(self) -> tuple[str, str]:
        """Label tone and icon."""
        tones = {MATCHED: ("ok", "circle-check"), WAITING: ("mute", "hourglass"), "settled": ("ok", "checks")}
        return tones.get(self.state, ("dg", "alert-triangle"))


@dataclass
class Line:
    """One department's row."""

    department: Department
    cells: list[Cell] = field(default_factory=list)


def shown_days(until: date) -> list[date]:
    """The days of the matrix, the latest first."""
    return [until - timedelta(days=n) for n in range(DAYS)]


def matrix(staff: Staff, wanted: Sequence[date]) -> list[Line]:
    """Departments by days; three queries however many there are."""
    sheets = with_last_report(DaySheet.objects.visible_to(staff).filter(day__in=wanted)).defer("packed_lines")
    found = list(sheets.select_related("department").order_by("department__code"))
    open_rows = dict(
        Discrepancy.objects.open()
        .filter(sheet__in=[sheet.pk for sheet in found])
        .order_by()
        .values_list("sheet")
        .annotate(Count("pk"))
    )
    lines: dict[int, tuple[Department, dict[date, list[DaySheet]]]] = {}
    for sheet in found:
        _, by_day = lines.setdefault(sheet.department_id, (sheet.department, {}))
        by_day.setdefault(sheet.day, []).append(sheet)
    return [
        Line(department, [_cell(day, by_day.get(day, []), open_rows) for day in wanted])
        for department, by_day in lines.values()
    ]


def _cell(day: date, sheets: list[DaySheet], open_rows: dict[int, int]) -> Cell:
    if not sheets:
        return Cell(day)
    still_open = sum(open_rows.get(sheet.pk, 0) for sheet in sheets)
    received = [sheet for sheet in sheets if sheet.direction != DaySheet.Direction.SENT]
    results = {getattr(sheet, "last_result", None) for sheet in received}
    # What a department sent it need not report: older systems know nothing of it.
    results |= {getattr(sheet, "last_result", None) for sheet in sheets} - {None}
    count = sum(sheet.count for sheet in received)
    if still_open:
        return Cell(day, count, DIFFERS, still_open)
    if None in results:
        return Cell(day, count, WAITING)
    return Cell(day, count, MATCHED if results == {MATCHED} else "settled")


def with_last_report(sheets: "QuerySet[DaySheet]") -> "QuerySet[DaySheet]":
    """With the result of the last report, None before the first."""
    last = DayReport.objects.filter(sheet=OuterRef("pk")).order_by("-pk")
    return sheets.annotate(last_result=Subquery(last.values("result")[:1]))


def discrepancies(staff: Staff, asked: Asked) -> "QuerySet[Discrepancy]":
    """The rows a filter asks for."""
    found = Discrepancy.objects.visible_to(staff).select_related("department", "owner", "push", "sheet")
    if asked.state != "all":
        found = found.filter(state=asked.state)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.department is not None:
        found = found.filter(department=asked.department)
    return found.filter(owner=staff) if asked.mine else found


def remedy_label(row: Discrepancy) -> str:
    """The words of the one-click remedy; empty when there is none or nothing to do."""
    wanted = remedies.of(row.kind)
    return wanted.label if wanted is not None and row.state == Discrepancy.State.OPEN else ""


def numbers(staff: Staff) -> list[tuple[str, str, int]]:
    """Open discrepancies by kind, most first: (kind, label, number)."""
    rows = Discrepancy.objects.visible_to(staff).open().order_by().values_list("kind").annotate(number=Count("pk"))
    found = [(kind, str(Discrepancy.Kind(kind).label), number) for kind, number in rows]
    return sorted(found, key=lambda row: (-row[2], row[0]))


def to_work_off(staff: Staff) -> QuerySet[Discrepancy]:
    """What this person has to do something about."""
    rows = Discrepancy.objects.visible_to(staff).open()
    return rows if scope.sees_all(staff) else rows.filter(sheet__isnull=False)


def last_scan() -> datetime | None:
    """When the slowest of the checks last ran."""
    return ScanMark.objects.aggregate(at=Min("scanned_at"))["at"]


def last_day() -> date:
    """The latest day on the matrix: the last closed one, or the one that could be."""
    return DaySheet.objects.aggregate(day=Max("day"))["day"] or days.last_closable(timezone.now())
