"""Counting days (RULES §1.1). A working day (wd) is a day on which offices work; a calendar day (cd) is any day.

The starting day itself is never counted (R1.40). An answer is provisional (暂定) when it looked at a year whose
calendar is not published yet (R1.46).
"""

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from django.utils import timezone

from shenguan.workdays import imported, provisional

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
CLOSING_TIME = time(17, 30)  # what comes in later is received on the next working day (R1.45)
ONE_DAY = timedelta(1)
WEEKDAY_NAMES = "一二三四五六日"

Pause = tuple[date, date]  # first and last day that do not count, both inside


@dataclass(frozen=True)
class DueDate:
    """The last day of a period."""

    due_on: date
    raw_on: date  # before rolling to a working day (R1.44); the same as `due_on` for working days
    provisional: bool
    skipped: list[date]  # days up to the due date that were not counted: rest days and pauses


def today() -> date:
    """The date on the office wall (Asia/Shanghai)."""
    return timezone.localdate(timezone=OFFICE_ZONE)


def is_workday(day: date) -> bool:
    """Whether offices work on `day`: Mon-Fri minus holidays plus make-up days (R1.41); a guess in unpublished years."""
    return _works(day, imported.current())


def is_published(year: int) -> bool:
    """Whether the official calendar of `year` is known."""
    return year in imported.current().published or _packaged_workdays(year) is not None


def describe(day: date) -> str:
    """Why `day` is special, for people: the holiday's name, else 周一 … 周日."""
    kept = imported.current()
    if day in kept.days:
        return kept.days[day][1]
    if not is_published(day.year) and day in provisional.rest_days(day.year):
        return provisional.rest_days(day.year)[day]
    return f"周{WEEKDAY_NAMES[day.weekday()]}"


def add_workdays(start: date, n: int, pauses: Iterable[Pause] = ()) -> DueDate:
    """The n-th working day (工作日) after `start`, days inside a pause not counted (R1.11, R1.40).

    Overlapping pauses count once. n = 0 is `start` itself. Raises ValueError for a negative n.
    """
    _check_amount(n)
    kept, breaks = imported.current(), list(pauses)
    day, skipped = start, []
    while n:
        day += ONE_DAY
        if _works(day, kept) and not _is_paused(day, breaks):
            n -= 1
        else:
            skipped.append(day)
    return DueDate(day, day, _touches_unpublished(start, day), skipped)


def subtract_workdays(end: date, n: int) -> date:
    """The n-th working day (工作日) before `end`, `end` not counted. Raises ValueError for a negative n."""
    _check_amount(n)
    kept, day = imported.current(), end
    while n:
        day -= ONE_DAY
        n -= _works(day, kept)
    return day


def add_calendar_days(start: date, n: int, roll: bool, pauses: Iterable[Pause] = ()) -> DueDate:
    """The n-th calendar day (自然日) after `start`; with `roll` a last day on a rest day moves on (R1.44).

    `raw_on` is the unrolled date, the safe limit of an office's own power. Raises ValueError for a negative n.
    """
    _check_amount(n)
    breaks = list(pauses)
    day, skipped = start, []
    while n:
        day += ONE_DAY
        if _is_paused(day, breaks):
            skipped.append(day)
        else:
            n -= 1
    if not roll:
        return DueDate(day, day, False, skipped)
    due = next_workday(day)
    skipped += [day + timedelta(offset) for offset in range((due - day).days)]
    return DueDate(due, day, _touches_unpublished(day, due), skipped)


def add_months(start: date, n: int) -> date:
    """The same day n calendar months later; where the month has no such day, its last day (29 Feb -> 28 Feb, R1.23)."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + n, 12)
    last = months.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(start.day, last))


def next_workday(day: date) -> date:
    """`day` itself if offices work on it, else the first working day after it."""
    kept = imported.current()
    while not _works(day, kept):
        day += ONE_DAY
    return day


def workdays_between(after: date, until: date) -> int:
    """Working days after `after` up to and including `until`; negative when `until` is in the past."""
    if until < after:
        return -workdays_between(until, after)
    kept = imported.current()
    return sum(_works(after + timedelta(offset), kept) for offset in range(1, (until - after).days + 1))


def received_on(at: datetime) -> date:
    """The day of receipt: rest days and what arrives after closing time count for the next working day (R1.45).

    Raises ValueError for a time without zone.
    """
    if timezone.is_naive(at):
        raise ValueError("the time of receipt needs a time zone")
    local = at.astimezone(OFFICE_ZONE)
    return next_workday(local.date() + ONE_DAY if local.time() > CLOSING_TIME else local.date())


def _works(day: date, kept: imported.ImportedDays) -> bool:
    """An imported row decides; then a published calendar; in unpublished years only statutory days are known."""
    if day in kept.days:
        return not kept.days[day][0]
    if day.year in kept.published:
        return day.weekday() < 5
    packaged = _packaged_workdays(day.year)
    if packaged is not None:
        return day in packaged
    return day.weekday() < 5 and day not in provisional.rest_days(day.year)


@lru_cache(maxsize=256)
def _packaged_workdays(year: int) -> frozenset[date] | None:
    """The working days of a year whose notice the chinesecalendar package carries; kept, as its look-ups are slow."""
    try:
        return frozenset(chinese_calendar.get_workdays(date(year, 1, 1), date(year, 12, 31)))
    except NotImplementedError:
        return None


def _touches_unpublished(first: date, last: date) -> bool:
    return not all(is_published(year) for year in range(first.year, last.year + 1))


def _is_paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(first <= day <= last for first, last in pauses)


def _check_amount(n: int) -> None:
    if n < 0:
        raise ValueError("a period cannot be negative")
