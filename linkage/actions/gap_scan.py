"""The hourly gap scan (DESIGN §3.9): every check once, its findings as rows of Discrepancy.

Each check runs in a transaction of its own under the lock of its mark, so scans may overlap, repeat and be killed. A
row per gap, however often it is seen; what is not found any more closes by itself. People hear of new gaps only.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linkage import links
from linkage.actions import discrepancies
from linkage.models import Discrepancy, Push, ScanMark
from linkage.reconciliation import gaps, sequences
from linkage.reconciliation.looks import MOST, OVERLAP, Gap, Kind, Look
from shenguan import notify
from shenguan.events.models import Event
from shenguan.org.models import Staff
from shenguan.workdays import calendar

logger = logging.getLogger(__name__)

Head = Callable[[datetime, int], int]
# People hear of these by the clocks of each push; the scan only keeps them together.
QUIET = frozenset({Kind.NOT_TAKEN_UP, Kind.ANSWER_OVERDUE})


@dataclass(frozen=True)
class Check:
    """One kind of gap: how to find it, and (for a window) up to where this scan may move the mark.

    `also`: what is known under this kind is looked at again too, as it may turn into the other. `daily`: the first look
    of a day leaves nothing out, the others keep to the window and take known gaps as they were judged then.
    """

    kind: Kind
    find: Callable[[Look], Iterable[Gap]]
    head: Head | None = None
    also: Kind | None = None
    daily: bool = False


def events_before(moment: datetime, after: int) -> int:
    """The id below which no event can still be committed: the newest one an OVERLAP old."""
    old = Event.objects.filter(pk__gt=after, recorded_at__lt=moment - OVERLAP).order_by("-pk")
    return old.values_list("pk", flat=True).first() or after


def pushes_before(moment: datetime, after: int) -> int:
    """The same of pushes."""
    old = Push.objects.filter(pk__gt=after, pushed_at__lt=moment - OVERLAP).order_by("-pk")
    return old.values_list("pk", flat=True).first() or after


CHECKS = (
    Check(Kind.UNROUTED, gaps.unrouted, events_before, also=Kind.ROUTING_STUCK),
    Check(Kind.ROUTING_STUCK, gaps.routing_stuck),
    Check(Kind.PUSHES_MISSING, gaps.pushes_missing, events_before),
    Check(Kind.DELIVERY_MISSING, gaps.delivery_missing, pushes_before),
    Check(Kind.DELIVERY_STUCK, gaps.delivery_stuck),
    Check(Kind.NOT_TAKEN_UP, gaps.not_taken_up),
    Check(Kind.SEQUENCE_GAP, sequences.sequence_gap),
    Check(Kind.DUTY_UNREGISTERED, gaps.duty_unregistered, pushes_before, daily=True),
    Check(Kind.CHECK_MISSING, gaps.check_missing, events_before, daily=True),
    Check(Kind.ANSWER_OVERDUE, gaps.answer_overdue),
    Check(Kind.AUDIT_UNSEALED, gaps.audit_unsealed),
)


def scan() -> Counter[str]:
    """One pass over all checks; how many gaps were newly opened, by kind. Safe at any time and beside other scans."""
    opened: list[Discrepancy] = []
    for check in CHECKS:
        try:
            opened += run(check)
        except Exception:  # one broken check must not blind the others; its mark shows that it does not run
            logger.exception("the gap scan could not look for %s", check.kind)
    _tell(opened)
    return Counter(row.kind for row in opened)


@transaction.atomic
def run(check: Check) -> list[Discrepancy]:
    """Looks, writes, moves the mark. An empty answer when another scan is at it."""
    ScanMark.objects.get_or_create(name=check.kind)
    mark = ScanMark.objects.select_for_update(skip_locked=True, of=("self",)).filter(name=check.kind).first()
    if mark is None:
        return []
    now = timezone.now()
    present = {row.key: row for row in Discrepancy.objects.present().filter(kind=check.kind)}
    known = [*present, *Discrepancy.objects.present().filter(kind=check.also).values_list("key", flat=True)]
    today = calendar.today()
    is_full = check.daily and (mark.full_on is None or mark.full_on < today)
    look = Look(now, today, mark.last_id, known, is_full, places=dict(mark.places))
    head = check.head(now, mark.last_id) if check.head else mark.last_id
    found = {gap.key: gap for gap in check.find(look)}
    opened = discrepancies.settle(check.kind, found, present, now=now, complete=len(found) < MOST)
    if len(found) < MOST:  # else the same window again, once these are worked off
        mark.last_id, mark.places = head, look.places
        mark.full_on = today if is_full else mark.full_on
    mark.scanned_at = now
    mark.save(update_fields=["last_id", "places", "full_on", "scanned_at"])
    return opened


def _tell(opened: Iterable[Discrepancy]) -> None:
    """One bell a person and scan, and only about what is new."""
    by_owner: dict[Staff, list[Discrepancy]] = defaultdict(list)
    for row in opened:
        if row.kind not in QUIET and row.state == Discrepancy.State.OPEN:
            by_owner[row.owner].append(row)
    notify.tell_many(
        notify.Telling(
            owner,
            kind="reconciliation.gaps",
            title=f"对账扫描新发现 {len(rows)} 处缺口",
            body=f"{_numbers(rows)}。请在对账页面处理。",
            url=links.DISCREPANCIES,
            urgent=True,
        )
        for owner, rows in by_owner.items()
    )


def _numbers(rows: Iterable[Discrepancy]) -> str:
    """接收序号不连续 1 处；…"""
    counted = Counter(row.get_kind_display() for row in rows)
    return "；".join(f"{label} {number} 处" for label, number in counted.items())
