"""Questions about cards: which stand on the pushes of a page, and the assessment of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from linkage.models import Card, Push
from linkage.models.card import CardQuerySet
from shenguan.org.models import Department, Staff

THING = (
    "push__subject",
    "push__application__variant",
    "unmapped__application__subject",
    "unmapped__application__item",
)
RANK = {Card.Level.YELLOW: 1, Card.Level.RED: 2, Card.Level.LIFTED: 3}


@dataclass(frozen=True)
class Asked:
    """What one look at the cards asks for; `until` is included."""

    since: date
    until: date
    department: Department | None = None
    level: str = ""
    withdrawn: bool = False  # show those too


def current(pushes: Iterable[Push]) -> dict[int, Card]:
    """Push id -> the hardest standing card of its running clock; one query for a page."""
    clocks = [push.deadline_id for push in pushes if push.deadline_id and push.is_open]
    if not clocks:
        return {}
    hardest: dict[int, Card] = {}
    for card in Card.objects.standing().filter(deadline__in=clocks, push__isnull=False):
        known = hardest.get(card.push_id or 0)
        if known is None or RANK[Card.Level(card.level)] > RANK[Card.Level(known.level)]:
            hardest[card.push_id or 0] = card
    return hardest


def of_push(push: Push) -> "QuerySet[Card]":
    """All cards of one push, the oldest first."""
    return push.cards.select_related("owner", "handler", "withdrawal").order_by("id")


def found(staff: Staff, asked: Asked) -> CardQuerySet:
    """The cards of a period by the day they were earned, for those who may see them."""
    rows = _of_period(staff, asked)
    if asked.level:
        rows = rows.filter(level=asked.level)
    if not asked.withdrawn:
        rows = rows.standing()
    return rows.select_related(*THING, "department", "office", "owner", "handler", "ladder__ladder").select_related(
        "withdrawal"
    )


def by_department(staff: Staff, asked: Asked) -> list[dict[str, object]]:
    """Per department the standing cards of each level and the withdrawn ones, the most cards first."""
    standing = Q(withdrawal__isnull=True)
    numbers = {level.value: Count("pk", filter=standing & Q(level=level)) for level in Card.Level}
    rows = (
        _of_period(staff, asked)
        .order_by()
        .values("department__name")
        .annotate(**numbers, total=Count("pk", filter=standing), withdrawn=Count("withdrawal"))
        .order_by("-total", "department__name")
    )
    return [dict(row) for row in rows]


def _of_period(staff: Staff, asked: Asked) -> CardQuerySet:
    rows = Card.objects.visible_to(staff).filter(earned_on__gte=asked.since, earned_on__lte=asked.until)
    return rows.filter(department=asked.department) if asked.department else rows
