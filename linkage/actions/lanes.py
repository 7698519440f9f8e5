"""Who carries deliveries to which endpoint, and the breaker of each (see Lane).

A worker takes whole lanes, not rows: such as nobody holds, neither paused nor resting, with something due.
The lease is short and renewed while the worker lives; after a kill another worker takes the lane within LEASE.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from linkage import backoff, links
from linkage.channels.base import Answer
from linkage.models import Attempt, Delivery, Endpoint, Lane
from linkage.selectors import owners
from shenguan import notify

LEASE = timedelta(seconds=10)
TRIP_AT = 10  # failures in a row
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
LONGEST_HUSH = timedelta(minutes=10)  # of a whole recipient at its own wish; the row itself may wait longer
MINUTE = timedelta(minutes=1)
THROTTLED = frozenset({425, 429})  # alive, only busy: no reason to open the breaker
HUSHING = frozenset({429, 503})
Breaker = Lane.Breaker


def acquire(*, besides: Collection[int] = ()) -> dict[int, int]:
    """Takes every free lane with something due; endpoint id -> fence. `besides` are held already."""
    now = timezone.now()
    if missing := list(Endpoint.objects.filter(lane__isnull=True, is_active=True)):
        Lane.objects.bulk_create([Lane(endpoint=row) for row in missing], ignore_conflicts=True)
    free = _free(now).exclude(pk__in=besides).select_for_update(skip_locked=True, of=("self",), no_key=True)
    with transaction.atomic():
        rows = list(free.values_list("pk", "fence"))
        if not rows:
            return {}
        taken = {pk: fence + 1 for pk, fence in rows}
        Lane.objects.filter(pk__in=taken).update(fence=F("fence") + 1, held_until=now + LEASE)
    return taken


def anything_free() -> bool:
    """A lane with something due that nobody holds."""
    return _free(timezone.now()).exists()


def _free(now: datetime) -> QuerySet[Lane]:
    return (
        Lane.objects.filter(Exists(Delivery.objects.due(now).filter(endpoint=OuterRef("pk"))))
        .filter(Q(held_until__isnull=True) | Q(held_until__lt=now))
        .filter(Q(resume_at__isnull=True) | Q(resume_at__lte=now))
        .filter(endpoint__is_active=True, endpoint__paused_at__isnull=True)
    )


def renew(held: Mapping[int, int]) -> set[int]:
    """Prolongs leases; the lanes that have passed on to another worker."""
    until = timezone.now() + LEASE
    return {pk for pk, fence in held.items() if not Lane.objects.filter(pk=pk, fence=fence).update(held_until=until)}


def release(pk: int, fence: int) -> None:
    """Gives a lane back."""
    Lane.objects.filter(pk=pk, fence=fence).update(held_until=None)


def lock(pk: int, fence: int) -> Lane | None:
    """The lane, locked, if it is still held under `fence`."""
    return (
        Lane.objects.select_for_update(of=("self",), no_key=True)
        .select_related("endpoint__department")
        .filter(pk=pk, fence=fence)
        .first()
    )


def allowance(lane: Lane, wanted: int, now: datetime) -> int:
    """How many calls may start now: none while resting, else what the quota leaves. Not saved."""
    if lane.resume_at is not None and lane.resume_at > now:
        return 0
    lane.resume_at = None
    if lane.breaker != Breaker.CLOSED:
        lane.breaker, lane.changed_at = Breaker.HALF_OPEN, now
    quota = lane.endpoint.per_minute
    if quota is None:
        return wanted
    if lane.minute_at is None or lane.minute_at <= now - MINUTE:
        lane.minute_at, lane.minute_calls = now, 0
    left = max(quota - lane.minute_calls, 0)
    if left == 0:
        lane.resume_at = lane.minute_at + MINUTE
    return min(wanted, left)


TAKING_FIELDS = ("breaker", "changed_at", "resume_at", "minute_at", "minute_calls")
OBSERVED_FIELDS = (
    "breaker",
    "failures",
    "trips",
    "changed_at",
    "resume_at",
    "last_success_at",
    "last_failure_at",
    "last_error",
    "alarmed_at",
)


def observe(lane: Lane, answer: Answer, now: datetime) -> bool:
    """Lets the breaker see one answer; whether the recipient has just come back. Not saved.

    Only silence and 5xx count as failures: whoever answers anything else is alive.
    """
    if answer.outcome != Attempt.Outcome.RETRY:
        back = lane.breaker != Breaker.CLOSED
        lane.failures = lane.trips = 0
        if back:
            lane.breaker, lane.changed_at, lane.resume_at = Breaker.CLOSED, now, None
        if answer.outcome == Attempt.Outcome.DELIVERED:
            lane.last_success_at = now
        else:
            lane.last_failure_at, lane.last_error = now, answer.error[:200]
        return back
    lane.last_failure_at, lane.last_error = now, answer.error[:200]
    if answer.status_code in HUSHING and answer.retry_after:
        lane.resume_at = max(now + min(answer.retry_after, LONGEST_HUSH), lane.resume_at or now)
    if answer.status_code in THROTTLED:
        if lane.breaker == Breaker.HALF_OPEN:
            lane.breaker, lane.changed_at, lane.failures, lane.trips = Breaker.CLOSED, now, 0, 0
            return True
        return False
    lane.failures += 1
    if lane.breaker == Breaker.HALF_OPEN or (lane.breaker == Breaker.CLOSED and lane.failures >= TRIP_AT):
        _trip(lane, now)
    return False


def _trip(lane: Lane, now: datetime) -> None:
    lane.trips += 1
    lane.breaker, lane.changed_at = Breaker.OPEN, now
    rest = backoff.wait(lane.trips, first=FIRST_REST, longest=LONGEST_REST)
    lane.resume_at = max(now + rest, lane.resume_at or now)


def tell_change(lane: Lane, before: str) -> None:
    """Coordinators hear that a recipient went silent or came back, once a change and not once a push."""
    opened = before == Breaker.CLOSED and lane.breaker == Breaker.OPEN
    closed = before != Breaker.CLOSED and lane.breaker == Breaker.CLOSED
    if not (opened or closed):
        return
    department = lane.endpoint.department
    for person in owners.coordinators():
        notify.tell(
            person,
            kind="delivery.breaker_open" if opened else "delivery.breaker_closed",
            title=f"{department}业务系统{'连续无应答，已熔断' if opened else '恢复应答'}",
            body=(
                f"连续 {lane.failures} 次失败：{lane.last_error}。推送在平台排队，系统恢复后自动按序补齐。"
                if opened
                else "积压的推送正在按序投递。"
            ),
            url=links.DELIVERIES,
            urgent=opened,
        )
