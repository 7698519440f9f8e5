"""The imported calendar days, kept in memory per process so that counting days asks the database nothing per day.

Every CHECK_SECONDS at most one small query asks whether another process imported a calendar since; the importing
process calls `reload` itself. Versions are random, so an import that is rolled back is noticed like any other change.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shenguan.workdays.models import CalendarDay, CalendarImport

CHECK_SECONDS = 5.0

# Off in every year. A year counts as published once its rows say so of these days: a single correction is no notice.
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))


@dataclass(frozen=True)
class ImportedDays:
    """What the table held when it was read."""

    version: UUID | None = None
    days: Mapping[date, tuple[bool, str]] = field(default_factory=dict)  # day -> (off, name)
    published: frozenset[int] = frozenset()


@dataclass
class _Memory:
    """What this process knows and when to ask again."""

    days: ImportedDays = field(default_factory=ImportedDays)
    check_at: float = 0.0  # on the monotonic clock


_memory = _Memory()


def current() -> ImportedDays:
    """The imported days, at most CHECK_SECONDS behind an import by another process."""
    if time.monotonic() >= _memory.check_at:
        version = CalendarImport.objects.order_by("-id").values_list("version", flat=True).first()
        remember(_memory.days if version == _memory.days.version else _read(version))
    return _memory.days


def reload() -> None:
    """Makes the next look-up read the table. For the process that has just imported."""
    _memory.check_at = 0.0


def remember(days: ImportedDays) -> None:
    """Answers look-ups from `days` until the next check is due."""
    _memory.days, _memory.check_at = days, time.monotonic() + CHECK_SECONDS


def _read(version: UUID | None) -> ImportedDays:
    rows = CalendarDay.objects.values_list("day", "is_off", "name", "notice_year")
    days = {}
    off_days: dict[int, set[tuple[int, int]]] = {}
    for day, is_off, name, notice_year in rows:
        days[day] = (is_off, name)
        if is_off and day.year == notice_year:
            off_days.setdefault(notice_year, set()).add((day.month, day.day))
    published = frozenset(year for year, off in off_days.items() if off.issuperset(ALWAYS_OFF))
    return ImportedDays(version, days, published)
