"""Who is away, asked by whoever hands out work."""

from collections.abc import Mapping
from datetime import date

from shenguan.org.models import Absence, Staff
from shenguan.workdays import calendar

Away = Mapping[int, Staff | None]  # id of somebody who is away -> the person who stands in, if one was named


def away_on(day: date | None = None) -> dict[int, Staff | None]:
    """Everybody away on a day, today by default, with who stands in for them. One query."""
    rows = Absence.objects.on(day or calendar.today()).select_related("deputy").order_by("recorded_at", "pk")
    return {row.staff_id: row.deputy for row in rows}
