"""Who carries deliveries to which endpoint, and the breaker of each (see Lane).

A worker takes whole lanes, not rows: such as nobody holds, neither paused nor resting, with something due.
The lease is short and renewed while the worker lives; after a kill another worker takes the lane within LEASE.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from linkage import backoff, links
from linkage.channels.base import Answer
from linkage.models import Attempt, Delivery, Endpoint, Lane
from linkage.selectors import owners
from shenguan import notify

LEASE = timedelta(seconds=10)
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # stands for "now" in a text that is made once
THEIRS = "endpoint_s_"  # before the names of an endpoint's columns
FEW = 50  # rows of a lane that are read while it is taken
TRIP_AT = 10  # failures in a row
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
LONGEST_HUSH = timedelta(minutes=10)  # of a whole recipient at its own wish; the row itself may wait longer
MINUTE = timedelta(minutes=1)
THROTTLED = frozenset({425, 429})  # alive, only busy: no reason to open the breaker
HUSHING = frozenset({429, 503})
Breaker = Lane.Breaker


def unhurried() -> None:
    """The commit of the caller's transaction does not wait for the disk (decision 0042): what a crash of the server
    takes is sent again. By transaction, not by session: a connection pool may hand the session on to others."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")


def prepare() -> None:
    """Gives every endpoint its lane. Those registered meanwhile have one already (linkage.actions.endpoints)."""
    if missing := list(Endpoint.objects.filter(lane__isnull=True, is_active=True)):
        Lane.objects.bulk_create([Lane(endpoint=row) for row in missing], ignore_conflicts=True)


class Grabbed(NamedTuple):
    """A lane that was just taken, and what was seen of its queue."""

    lane: Lane
    due: list[int] | None  # the deliveries due, in order; None when they are more than FEW
    puts_off: bool  # something waits for another attempt, perhaps before these


def grab(now: datetime, *, besides: Collection[int] = ()) -> list[Grabbed]:
    """Takes every free lane with something due, in the caller's transaction. `besides` are left alone."""
    seen = _seen_at_once(now) if connection.vendor == "postgresql" else _seen(now)
    taken = [one for one in seen if one.lane.pk not in besides]
    if taken:
        pks = [one.lane.pk for one in taken]
        Lane.objects.filter(pk__in=pks).update(fence=F("fence") + 1, held_until=now + LEASE)
    for one in taken:
        one.lane.fence += 1
    return taken


def _seen_at_once(now: datetime) -> list[Grabbed]:
    """Free lanes, locked, with their queues."""
    statement, values = _text_of_free(FEW)
    found = []
    rows: Iterable[Any] = Lane.objects.raw(statement, [_as_of(now, value) for value in values])
    for lane in rows:
        columns = [getattr(lane, f"{THEIRS}{field.attname}") for field in Endpoint._meta.concrete_fields]
        lane.endpoint = Endpoint.from_db(lane._state.db, *_plain(columns))
        found.append(Grabbed(lane, lane.due if len(lane.due) <= FEW else None, lane.puts_off))
    return found


def _as_of(now: datetime, value: Any) -> Any:
    """A value of the statement made once: its moments, "now" and what is counted from it, moved to this now."""
    return now + (value - SOME_TIME) if isinstance(value, datetime) else value


@cache
def _text_of_free(few: int) -> tuple[str, tuple[Any, ...]]:
    """The statement behind, and its values. Made once: to make it costs several times what it costs to run it."""
    due = Delivery.objects.due(SOME_TIME).filter(endpoint=OuterRef("pk")).in_queue_order().values("pk")
    theirs = {f"{THEIRS}{field.attname}": F(f"endpoint__{field.attname}") for field in Endpoint._meta.concrete_fields}
    free = _to_take(SOME_TIME).annotate(due=ArraySubquery(due[: few + 1]), **theirs)
    statement, values = free.query.sql_with_params()
    return statement, tuple(values)


def _plain(columns: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Names and values of an endpoint's fields, as its model would have read them."""
    names, values = [], []
    for field, value in zip(Endpoint._meta.concrete_fields, columns, strict=True):
        read = getattr(field, "from_db_value", None)
        names.append(field.attname)
        values.append(read(value, None, connection) if read else value)
    return names, values


def _seen(now: datetime) -> list[Grabbed]:
    """Where there are no arrays: short queues are read together, of long ones nothing is known."""
    rows = list(_to_take(now).select_related("endpoint"))
    most = FEW * len(rows)
    due = Delivery.objects.due(now).in_queue_order().filter(endpoint__in=[row.pk for row in rows])
    found = list(due.values_list("endpoint_id", "pk")[: most + 1]) if rows else []
    if len(found) > most:
        return [Grabbed(row, None, row.puts_off) for row in rows]
    return [Grabbed(row, [pk for lane, pk in found if lane == row.pk], row.puts_off) for row in rows]


def anything_free() -> bool:
    """A lane with something due that nobody holds."""
    return _free(timezone.now()).exists()


def _free(now: datetime) -> QuerySet[Lane]:
    """Lanes nobody holds, with something due, neither resting nor paused.

    A lease that ends later than any lease given now was given by a clock that ran ahead: it holds nobody off.
    """
    held = Q(held_until__gte=now, held_until__lte=now + 2 * LEASE)
    return (
        Lane.objects.filter(Exists(Delivery.objects.due(now).filter(endpoint=OuterRef("pk"))))
        .exclude(held)
        .filter(Q(resume_at__isnull=True) | Q(resume_at__lte=now))
        .filter(endpoint__is_active=True, endpoint__paused_at__isnull=True)
    )


def _to_take(now: datetime) -> Any:
    """The free lanes, locked but for those that somebody else takes now."""
    later = Delivery.objects.pending().filter(endpoint=OuterRef("pk"), next_attempt_at__gt=now)
    free = _free(now).annotate(puts_off=Exists(later))
    return free.select_for_update(skip_locked=True, of=("self",), no_key=True)


def renew(held: Mapping[int, int]) -> set[int]:
    """Prolongs leases; the lanes that have passed on to another worker."""
    until = timezone.now() + LEASE
    return {pk for pk, fence in held.items() if not Lane.objects.filter(pk=pk, fence=fence).update(held_until=until)}


def release(held: Mapping[int, int]) -> None:
    """Gives lanes back; endpoint id -> fence."""
    for pk, fence in held.items():
        Lane.objects.filter(pk=pk, fence=fence).update(held_until=None)


def lock(held: Mapping[int, int]) -> dict[int, Lane]:
    """Those of these lanes (endpoint id -> fence) that are still held, locked in one order."""
    rows = Lane.objects.select_for_update(of=("self",), no_key=True).select_related("endpoint")
    return {row.pk: row for row in rows.filter(pk__in=held).order_by("pk") if row.fence == held[row.pk]}


def is_plain(lane: Lane) -> bool:
    """Nothing has to be counted, probed or waited for before calls to this recipient."""
    return lane.breaker == Breaker.CLOSED and lane.resume_at is None and lane.endpoint.per_minute is None


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


def write(lanes: Sequence[Lane], succeeded: Collection[int], leaving: Collection[int], now: datetime) -> None:
    """Saves what answers did to locked lanes. Those that only `succeeded` with a closed breaker are written together;
    `leaving` lanes are given back by the same statement."""
    for going in (False, True):
        pks = [lane.pk for lane in lanes if lane.pk in succeeded and (lane.pk in leaving) == going]
        free: dict[str, None] = {"held_until": None} if going else {}
        if pks:
            Lane.objects.filter(pk__in=pks).update(failures=0, trips=0, last_success_at=now, **free)
    for lane in lanes:
        if lane.pk in succeeded:
            continue
        if lane.pk in leaving:
            lane.held_until = None
        lane.save(update_fields=[*OBSERVED_FIELDS, "held_until"] if lane.pk in leaving else OBSERVED_FIELDS)


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
