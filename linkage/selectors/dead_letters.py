"""What the dead-letter desk shows: every recipient with its state, and the deliveries that were given up."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from linkage.models import Delivery, Endpoint, Lane
from linkage.selectors.desk import undelivered


@dataclass(frozen=True)
class Recipient:
    """One line of the list of recipients."""

    endpoint: Endpoint
    lane: Lane | None
    waiting: int
    dead: int
    oldest_at: datetime | None  # of what waits

    @property
    def state(self) -> tuple[str, str, str]:
        """Tone, icon and word, as the `tag` of the pages takes them. What people decided comes before what happens."""
        if not self.endpoint.is_active:
            return "mute", "ban", "已停用"
        if self.endpoint.paused_at is not None:
            return "wn", "clock", "已暂停"
        if self.lane is None or self.lane.breaker == Lane.Breaker.CLOSED:
            return "ok", "circle-check", Lane.Breaker.CLOSED.label
        return "dg", "alert-triangle", self.lane.get_breaker_display()


def recipients(only: str = "") -> list[Recipient]:
    """All recipients with an address, those in trouble first; `only` is a department's code. Four queries."""
    oldest = Delivery.objects.pending().filter(endpoint=OuterRef("pk")).in_queue_order().values("created_at")[:1]
    rows = Endpoint.objects.select_related("department", "lane").annotate(oldest_at=Subquery(oldest))
    if only:
        rows = rows.filter(department__code=only)
    waiting = dict(_numbers(Delivery.objects.pending().filter(endpoint__in=rows.values("pk"))))
    dead = dict(_numbers(undelivered().filter(endpoint__in=rows.values("pk"))))
    found = [
        Recipient(row, getattr(row, "lane", None), waiting.get(row.pk, 0), dead.get(row.pk, 0), row.oldest_at)
        for row in rows
    ]
    trouble = {"dg": 0, "wn": 1, "ok": 2, "mute": 3}
    return sorted(found, key=lambda one: (trouble[one.state[0]], -one.dead, one.endpoint.department.code))


def _numbers(rows: QuerySet[Delivery]) -> "QuerySet[Delivery, tuple[int, int]]":
    return rows.order_by().values_list("endpoint").annotate(number=Count("pk"))


def dead(*, department: str = "", text: str = "") -> QuerySet[Delivery]:
    """Given-up deliveries of one recipient or all, by a word of the error or a push number; with what a line shows."""
    rows = undelivered().select_related("push__owner", "push__assignee", "push__subject", "endpoint__department")
    if department:
        rows = rows.filter(endpoint__department__code=department)
    if text.upper().startswith("TS"):
        rows = rows.filter(push__number=text.upper())
    elif text:
        rows = rows.filter(last_error__contains=text)
    return rows


def oldest_undelivered() -> int | None:
    """Seconds the oldest delivery has been waiting; None when nothing waits. One probe of an index per recipient."""
    oldest = Delivery.objects.pending().filter(endpoint=OuterRef("pk")).in_queue_order().values("created_at")[:1]
    waiting = Endpoint.objects.filter(Exists(Delivery.objects.pending().filter(endpoint=OuterRef("pk"))))
    moments = [at for at in waiting.annotate(at=Subquery(oldest)).values_list("at", flat=True) if at is not None]
    return round((timezone.now() - min(moments)).total_seconds()) if moments else None
