"""Importing official calendars (RULES R1.46)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shenguan.access.actors import Actor
from shenguan.refusals import Invalid
from shenguan.workdays import deadlines, imported
from shenguan.workdays.models import CalendarDay, CalendarImport, DeadlineChange


@dataclass(frozen=True)
class CalendarRow:
    """One day of a notice."""

    day: date
    name: str
    is_off: bool
    notice_year: int
    source: str = ""


@dataclass(frozen=True)
class ImportResult:
    """Counts of calendar days, and the deadlines that changed because of them."""

    created: int
    updated: int
    unchanged: int
    changes: list[DeadlineChange]


YES_NO = {"1": True, "true": True, "是": True, "放假": True, "0": False, "false": False, "否": False, "上班": False}


def read_row(row: Mapping[str, object]) -> CalendarRow:
    """A row of the open calendar data: date, holiday_name, is_off_day, optional year_file and source_notices.

    Raises Invalid with the column that cannot be read.
    """
    day = _read_day(row.get("date"))
    name = _text(row, "holiday_name")
    if not name:
        raise _invalid("holiday_name", "节日名称不能为空。")
    is_off = YES_NO.get(_text(row, "is_off_day").lower())
    if is_off is None:
        raise _invalid("is_off_day", f"“{_text(row, 'is_off_day')}”无法识别：放假填 1，调休上班填 0。")
    year = _text(row, "year_file") or str(day.year)
    if year not in (str(day.year), str(day.year + 1)):
        raise _invalid("year_file", f"通知年度“{year}”与日期 {day} 不符。")
    return CalendarRow(day, name, is_off, int(year), _text(row, "source_notices"))


def import_calendar(rows: Iterable[CalendarRow], *, source: str, by: Actor) -> ImportResult:
    """Stores the days of one or more notices, then counts open deadlines anew. Importing the same rows changes nothing.

    `source` names the file or notice; it is kept for rows that bring none of their own. The caller audits.
    Raises Invalid when one day comes twice with different contents.
    """
    given: dict[date, CalendarRow] = {}
    for row in rows:
        if given.setdefault(row.day, row) != row:
            raise _invalid("date", f"{row.day} 出现两次，内容不同。")
    created, updated = _store(given, source, by)
    imported.reload()
    changes = deadlines.recompute(f"导入工作日历：{source}")
    return ImportResult(created, updated, len(given) - created - updated, changes)


@transaction.atomic
def _store(given: Mapping[date, CalendarRow], source: str, by: Actor) -> tuple[int, int]:
    """Writes what differs; how many days were created and updated."""
    known = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__in=given)}
    fields = ["name", "is_off", "notice_year", "source"]
    written = []
    for row in given.values():
        new = CalendarDay(
            day=row.day, name=row.name, is_off=row.is_off, notice_year=row.notice_year, source=row.source or source
        )
        old = known.get(row.day)
        if old is None or any(getattr(old, field) != getattr(new, field) for field in fields):
            written.append(new)
    CalendarDay.objects.bulk_create(written, update_conflicts=True, unique_fields=["day"], update_fields=fields)
    if written:
        CalendarImport.objects.create(source=source, day_count=len(written), actor_key=by.key, actor_name=by.name)
    updated = sum(row.day in known for row in written)
    return len(written) - updated, updated


def _read_day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or "").strip())
    except ValueError:
        raise _invalid("date", f"“{value or ''}”不是日期，请写成 2027-01-01。") from None


def _text(row: Mapping[str, object], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
