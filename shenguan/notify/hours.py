"""When messages may leave the house: settings.NOTIFY_HOURS on working days (RULES R1.41), Asia/Shanghai wall clock.

Urgent ones leave at any hour. Everything else waits for the next opening: nobody is texted at night or on a rest day.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from shenguan.workdays import calendar


def are_open(now: datetime) -> bool:
    """Whether ordinary messages may leave at this moment. The closing minute itself no longer counts."""
    opens, closes = _hours()
    local = now.astimezone(calendar.OFFICE_ZONE)
    return opens <= local.time() < closes and calendar.is_workday(local.date())


def next_opening(now: datetime) -> datetime:
    """`now` itself within the hours, else the next opening on a working day (工作日)."""
    if are_open(now):
        return now
    opens, _ = _hours()
    local = now.astimezone(calendar.OFFICE_ZONE)
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(calendar.next_workday(day), opens), calendar.OFFICE_ZONE)


def opened_today(now: datetime) -> bool:
    """Whether it is a working day and the hours have begun, even if they are over."""
    local = now.astimezone(calendar.OFFICE_ZONE)
    return local.time() >= _hours()[0] and calendar.is_workday(local.date())


def _hours() -> tuple[time, time]:
    hours: tuple[time, time] = settings.NOTIFY_HOURS
    return hours
