"""What belongs to a day, and the digest both sides compute over it (CONTRACT §3, docs/integration.md §9).

Of a day are the pushes a department received whose `pushed_at` lies in it, Asia/Shanghai. A line is `number:version`;
the digest is SHA-256 over the lines, sorted by their bytes, each ended by a line feed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from linkage.models import Endpoint, Push
from shenguan.access.models import MachineClient
from shenguan.org.models import Department
from shenguan.workdays.calendar import OFFICE_ZONE

CLOSING_TIME = time(2, 0)  # of the next day: by then the last transaction of the day is long over
DIRECTIONS: tuple[str, ...] = tuple(Push.Direction.values)


@dataclass(frozen=True)
class Side:
    """One direction of one day as one side sees it."""

    direction: str
    lines: Sequence[str]
    first_sequence: int | None
    last_sequence: int | None

    @property
    def digest(self) -> str:
        """SHA-256 over the lines, as the other side computes it."""
        return digest(self.lines)


def digest(lines: Iterable[str]) -> str:
    """SHA-256, in hex, over the sorted lines; of no lines it is that of the empty text."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def bounds(day: date) -> tuple[datetime, datetime]:
    """From 00:00 in Shanghai up to, not including, the next 00:00."""
    start = datetime.combine(day, time(), OFFICE_ZONE)
    return start, start + timedelta(days=1)


def closes_at(day: date) -> datetime:
    """The moment from which a day may be closed."""
    return datetime.combine(day + timedelta(days=1), CLOSING_TIME, OFFICE_ZONE)


def last_closable(now: datetime) -> date:
    """The latest day that is over for good."""
    local = now.astimezone(OFFICE_ZONE)
    return local.date() - timedelta(days=1 if local.time() >= CLOSING_TIME else 2)


def pushes_of(department: Department, day: date) -> "QuerySet[Push]":
    """The pushes of a day, by the index (department, pushed_at)."""
    start, end = bounds(day)
    return Push.objects.filter(department=department, pushed_at__gte=start, pushed_at__lt=end)


def sides(department: Department, day: date) -> list[Side]:
    """Both directions as they are now; one query, and no more of a push than its line needs."""
    lines: dict[str, list[str]] = {direction: [] for direction in DIRECTIONS}
    places: dict[str, list[int]] = {direction: [] for direction in DIRECTIONS}
    rows = pushes_of(department, day).order_by().values_list("direction", "number", "version", "sequence")
    for direction, number, version, sequence in rows.iterator():
        lines[direction].append(f"{number}:{version}")
        places[direction].append(sequence)
    return [
        Side(one, sorted(lines[one]), min(places[one], default=None), max(places[one], default=None))
        for one in DIRECTIONS
    ]


def participants(day: date) -> "QuerySet[Department]":
    """Departments that had a system of their own by the end of that day: an address we call, or a client that reads."""
    _, end = bounds(day)
    called = Endpoint.objects.filter(department=OuterRef("pk"), is_active=True, created_at__lt=end)
    calling = MachineClient.objects.filter(department=OuterRef("pk"), created__lt=end).filter(
        Q(allowed_scopes__contains="pushes:read") | Q(allowed_scopes__contains="reconciliation:")
    )
    return Department.objects.filter(Exists(called) | Exists(calling), is_active=True).order_by("code")
