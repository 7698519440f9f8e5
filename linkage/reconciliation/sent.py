"""What a department's own system sent us on a day: the other half of the daily comparison (docs/integration.md §9).

A line is `kind/number:1`, the number being the sender's own: of an inspection, a penalty or a clue the one it gave, of
feedback that of the push. It belongs to the day on which it arrived here.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.db.models import CharField, Q, QuerySet, Value

from linkage.models import Push, PushNote
from linkage.reconciliation import days
from shenguan.access.models import MachineClient
from shenguan.org.models import Department
from supervision.models import Clue, Inspection, Penalty

INSPECTION, PENALTY, CLUE, FEEDBACK = KINDS = ("inspection", "penalty", "clue", "feedback")
LABELS = {INSPECTION: "检查结果", PENALTY: "行政处罚", CLUE: "线索", FEEDBACK: "反馈"}
ROUTED_WITHIN = timedelta(days=1)  # after its report the push back is there


def side_of(department: Department, day: date) -> days.Side:
    """Our side of it."""
    return days.Side("sent", lines(department, day), None, None)


def all_sides(department: Department, day: date) -> list[days.Side]:
    """Our side of everything a day compares."""
    return [*days.sides(department, day), side_of(department, day)]


def lines(department: Department, day: date) -> list[str]:
    """The sorted lines of a day; one query over all kinds."""
    first, *others = _reported(department, *days.bounds(day))
    return sorted(f"{kind}/{_escaped(number)}:1" for kind, number in first.union(*others))


def _reported(department: Department, start: datetime, end: datetime) -> "list[QuerySet[Any, tuple[str, str]]]":
    """(kind, number) of each kind between two moments."""
    inspections = _inspections(department).filter(submitted_at__gte=start, submitted_at__lt=end)
    penalties = Penalty.objects.filter(department=department, reported_at__gte=start, reported_at__lt=end)
    clues = Clue.objects.filter(reporting_department=department, reported_at__gte=start, reported_at__lt=end)
    back = _feedback(department).filter(
        event__recorded_at__gte=start,
        event__recorded_at__lt=end,
        pushed_at__gte=start,
        pushed_at__lt=end + ROUTED_WITHIN,
        department__in=Department.objects.values("pk"),  # so that their index serves
    )
    late = _late(department).filter(at__gte=start, at__lt=end)
    return [
        _pairs(INSPECTION, inspections, "source_inspection_id"),
        _pairs(PENALTY, penalties, "source_penalty_id"),
        _pairs(CLUE, clues, "source_number"),
        _pairs(FEEDBACK, back, "answers_push__number"),
        _pairs(FEEDBACK, late, "push__number"),
    ]


def _pairs(kind: str, rows: "QuerySet[Any]", name: str) -> "QuerySet[Any, tuple[str, str]]":
    return rows.order_by().values_list(Value(kind, output_field=CharField()), name)


def arrived(department: Department, wanted: Iterable[str]) -> set[str]:
    """Which of these `kind/number` are here, whenever they came."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for name in wanted:
        kind, _, number = name.partition("/")
        by_kind.get(kind, {})[_plain(number)] = name
    rows: list[tuple[str, QuerySet[Inspection] | QuerySet[Penalty] | QuerySet[Clue] | QuerySet[Push], str]] = [
        (INSPECTION, _inspections(department), "source_inspection_id"),
        (PENALTY, Penalty.objects.filter(department=department), "source_penalty_id"),
        (CLUE, Clue.objects.filter(reporting_department=department), "source_number"),
        (FEEDBACK, _feedback(department), "answers_push__number"),
    ]
    here = set()
    for kind, found, name in rows:
        if names := by_kind[kind]:
            here |= {names[number] for number in found.filter(Q(**{f"{name}__in": names})).values_list(name, flat=True)}
    if names := by_kind[FEEDBACK]:
        late = _late(department).filter(push__number__in=names)
        here |= {names[number] for number in late.values_list("push__number", flat=True)}
    return here


def _inspections(department: Department) -> "QuerySet[Inspection]":
    return Inspection.objects.filter(department=department, source=Inspection.Source.OWN_SYSTEM)


def _feedback(department: Department) -> "QuerySet[Push]":
    """Pushes back that its system wrote itself; those that came of an inspection are counted as the inspection."""
    return Push.objects.filter(
        sender=department,
        direction=Push.Direction.REVERSE,
        kind__in=("finding.reported", "revocation.proposed"),
        event__actor_kind="client",
        event__payload__inspection_number="",
        answers_push__isnull=False,
    )


def _late(department: Department) -> "QuerySet[PushNote]":
    """Feedback that came too late and was kept as a note."""
    systems = MachineClient.objects.filter(department=department).values("client_id")
    return PushNote.objects.filter(is_late=True, author_key__in=systems)


def _escaped(number: str) -> str:
    """Blanks, colons and percent signs as in an address, for they part a line."""
    return re.sub(r"[%:\s]", lambda found: quote(found[0], safe=""), number)


def _plain(number: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: chr(int(found[0][1:], 16)), number)
