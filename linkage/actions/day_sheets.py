"""Closing days: our side of the daily comparison, written down once and never changed (DESIGN §3.9)."""

import zlib
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from linkage.models import DaySheet
from linkage.reconciliation import days, sent
from shenguan.org.models import Department
from shenguan.refusals import Refusal

CATCH_UP = 31  # days at most that one pass closes after a long rest


def close_due_days() -> int:
    """Closes every day that is over and not closed yet; how many sheets were written. Safe at any time."""
    until = days.last_closable(timezone.now())
    last = DaySheet.objects.order_by("-day").values_list("day", flat=True).first()
    begin = max(last, until - timedelta(days=CATCH_UP)) if last else until
    return sum(close_day(begin + timedelta(days=n)) for n in range((until - begin).days + 1))


def close_day(day: date) -> int:
    """Writes the missing sheets of a day; how many. Raises Refusal before 02:00 of the next day."""
    if day > days.last_closable(timezone.now()):
        raise Refusal("day_open", f"{day} 尚未结账，次日 02:00 以后才能结账。")
    done = set(DaySheet.objects.filter(day=day).values_list("department", flat=True))
    missing = [department for department in days.participants(day) if department.pk not in done]
    return sum(_close(department, day) for department in missing)


def _close(department: Department, day: date) -> int:
    """All of one department, written by one statement; nothing when another pass was faster."""
    now = timezone.now()
    sheets = DaySheet.objects.bulk_create(
        [
            DaySheet(
                department=department,
                day=day,
                direction=side.direction,
                count=len(side.lines),
                first_sequence=side.first_sequence,
                last_sequence=side.last_sequence,
                digest=side.digest,
                packed_lines=pack(side.lines),
                closed_at=now,
            )
            for side in sent.all_sides(department, day)
        ],
        ignore_conflicts=True,
    )
    return len(sheets)


def pack(lines: Sequence[str]) -> bytes:
    """Lines as they are kept."""
    return zlib.compress("\n".join(lines).encode())
