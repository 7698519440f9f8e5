"""工作日历: days off and make-up working days of published notices (R1.41)."""

from collections.abc import Iterable, Sequence

from linkage.imports import cells, store
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import CellError, Problem
from shenguan.workdays.actions import YES_NO, CalendarRow, import_calendar
from shenguan.workdays.models import CalendarDay


def is_off(raw: str) -> bool:
    """1 or 放假 for a day off, 0 or 上班 for a make-up working day."""
    value = cells.half_width(raw).lower()
    if value not in YES_NO:
        raise CellError(f"“{raw}”无法识别：放假填 1，调休上班填 0。")
    return YES_NO[value]


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """A notice moves days of its own year and of the December before it."""
    if values["notice_year"] not in (None, values["day"].year, values["day"].year + 1):
        yield Problem("通知年度", f"通知年度 {values['notice_year']} 与日期 {values['day']} 不符。")


def build(values: Values, run: Run) -> Sequence[CalendarDay]:
    """The day; without a year of its own the notice is for the year the day lies in."""
    fields = {**values, "notice_year": values["notice_year"] or values["day"].year}
    fields["source"] = values["source"] or run.source
    return [CalendarDay(**fields)]


def save(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Leaves the writing to the calendar's own action, because open deadlines are counted anew with it."""
    store.compare(kind, drafts, run)
    rows = [
        CalendarRow(day.day, day.name, day.is_off, day.notice_year, day.source)
        for draft in drafts
        if draft.outcome is not Outcome.REJECTED
        for day in draft.instances
        if isinstance(day, CalendarDay)
    ]
    if not run.is_rehearsal:
        result = import_calendar(rows, source=run.source, by=run.by)
        if result.changes:
            run.tell_once(f"重新推算了 {len(result.changes)} 个期限。")


KIND = Kind(
    name="calendar",
    title="工作日历",
    model=CalendarDay,
    columns=(
        Column("day", "日期", cells.day, ("date",), required=True),
        Column("name", "节日", aliases=("节日名称", "holiday_name"), required=True),
        Column("is_off", "是否放假", is_off, ("放假", "is_off_day"), required=True),
        Column("notice_year", "通知年度", cells.small_integer, ("year_file",), default=None),
        Column("source", "依据", aliases=("通知", "source_notices")),
    ),
    key=("day",),
    check=check,
    build=build,
    store=save,
    derived={"source": "day", "notice_year": "day"},
)
