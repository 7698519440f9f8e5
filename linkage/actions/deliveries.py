"""Delivering pushes to departments' own systems (DESIGN §3.4): what is taken from the queue and what is written back.

A worker holds a lane (linkage.actions.lanes) and takes its rows in their order; calls are made outside any transaction;
answers are written set-wise while the lane is still held: append-only Attempts, which are the proof of receipt
(RULES R10.12), and the rows finished or put off. A worker killed in between leaves rows that are still pending: the
push goes again under the same id, and the receiver drops it.

Retry plan: an endpoint may be down for a night and a day (CONTRACT §4: at least 24 h), so waits double from five
seconds to an hour and a row is given up thirty hours after its first attempt; time that a breaker or a pause takes
before that is not counted. What only a person can mend (a refused or forbidden address) is given up at once. DEAD is a
state with an alarm and a replay, never a deletion.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from linkage import backoff, links
from linkage.actions import lanes, payloads
from linkage.channels.base import Answer, Parcel, Target
from linkage.lifecycle import DELIVERY
from linkage.models import Attempt, Delivery, Endpoint, Lane
from linkage.selectors import owners
from shenguan import bulk, notify
from shenguan.access.actors import Actor
from shenguan.lifecycle import check_move

DELIVERER = Actor.system("linkage.deliver_due")
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=30)
ALARM_REST = timedelta(hours=1)  # one alarm an hour and endpoint, however many rows die
LEAST_CALLS = 4  # to take for a recipient of large batches, so that some are under way while others are read
Outcome = Attempt.Outcome
PENDING = Delivery.Status.PENDING
Result = tuple[Sequence[Parcel], Answer, str]  # what was sent, how it went, where to


@dataclass(frozen=True, slots=True)
class Load:
    """What was taken from the queue of one lane."""

    target: Target
    parcels: list[Parcel]
    last: int  # the id of the last row looked at; 0 when the queue was read to its end
    probing: bool  # the breaker is half open: nothing more before the answer


@dataclass(frozen=True, slots=True)
class Held:
    """A lane that was just taken; with its queue when that is short."""

    endpoint_id: int
    fence: int
    load: Load | None


class Answered(NamedTuple):
    """What came back over one lane. `leaving`: nothing else is in hand, the lane may be given back."""

    endpoint_id: int
    fence: int
    results: Sequence[Result]
    leaving: bool = False


@transaction.atomic
def take_up(*, besides: Collection[int] = ()) -> list[Held]:
    """Takes every free lane with something due. Short queues come along, by the same statements for all lanes."""
    lanes.unhurried()
    now = timezone.now()
    taken = lanes.grab(now, besides=besides)
    queues = _short_queues([one for one in taken if one.due is not None and lanes.is_plain(one.lane)], now)
    return [
        Held(
            lane.pk,
            lane.fence,
            Load(_target(lane.endpoint, now), queues[lane.pk], last=0, probing=False) if lane.pk in queues else None,
        )
        for lane, _, _ in taken
    ]


def _short_queues(short: Sequence[lanes.Grabbed], now: datetime) -> dict[int, list[Parcel]]:
    """All that can be sent now over these lanes, in order."""
    queues: dict[int, list[Parcel]] = {one.lane.pk: [] for one in short}
    ids = [pk for one in short for pk in one.due or ()]
    if not ids:
        return queues
    rows = list(Delivery.objects.filter(pk__in=ids).order_by("pk").values_list("endpoint_id", *payloads.COLUMNS))
    read = [(endpoint_id, payloads.parcel_of(values)) for endpoint_id, *values in rows]
    careful = [one.lane.pk for one in short if one.puts_off]
    held_up = _held_up(careful, {parcel.case_number for _, parcel in read}, now) if careful else {}
    for endpoint_id, parcel in read:
        if parcel.delivery_id < held_up.get((endpoint_id, parcel.case_number), math.inf):
            queues[endpoint_id].append(parcel)
    return queues


@transaction.atomic
def take(endpoint_id: int, fence: int, *, rows: int, after: int = 0, besides: Collection[int] = ()) -> Load | None:
    """About `rows` next parcels of a held lane, by id; None when it may not be used any more.

    Reads on behind the id `after`; `besides` are the rows this worker has in its hands already.
    """
    lanes.unhurried()
    now = timezone.now()
    lane = lanes.lock({endpoint_id: fence}).get(endpoint_id)
    if lane is None or not lane.endpoint.is_active or lane.endpoint.paused_at is not None:
        return None
    endpoint = lane.endpoint
    calls = lanes.allowance(lane, max(-(-rows // endpoint.batch_size), LEAST_CALLS), now)
    if not calls:
        lane.save(update_fields=lanes.TAKING_FIELDS)
        return None
    probing = lane.breaker != Lane.Breaker.CLOSED
    most = calls * endpoint.batch_size
    waiting = Delivery.objects.due(now).filter(endpoint=endpoint_id).in_queue_order(after)
    if besides and not after:
        waiting = waiting.exclude(pk__in=list(besides))
    ids = list(waiting.values_list("pk", flat=True)[:most])  # from the index alone; then the columns of just these
    read = payloads.parcels(Delivery.objects.filter(pk__in=ids).order_by("pk"))
    cases = {parcel.case_number for parcel in read}
    held_up = _held_up([endpoint_id], cases, now, after=after, besides=besides)
    parcels = [
        parcel for parcel in read if parcel.delivery_id < held_up.get((endpoint_id, parcel.case_number), math.inf)
    ]
    last = 0 if len(read) < most else read[-1].delivery_id
    if probing and parcels:
        parcels = parcels[:1]
        last = parcels[0].delivery_id
    lane.minute_calls += -(-len(parcels) // endpoint.batch_size)
    if parcels and (probing or endpoint.per_minute is not None):  # nothing to probe with: the breaker stays as it is
        lane.save(update_fields=lanes.TAKING_FIELDS)
    return Load(_target(endpoint, now), parcels, last=last, probing=probing)


def _held_up(
    endpoints: Collection[int],
    cases: Collection[str],
    now: datetime,
    *,
    after: int = 0,
    besides: Collection[int] = (),
) -> dict[tuple[int, str], int]:
    """Endpoint and case in which something must go first, with its id: what came later waits too (CONTRACT §4).

    That is what waits for another attempt, and what lies before `after` in nobody's hands: its wait ended, or was cut
    short by _wake, since the queue was read there.
    """
    if not cases:
        return {}
    earlier = Delivery.objects.pending().filter(endpoint__in=endpoints, case_number__in=list(cases))
    earlier = earlier.filter(Q(next_attempt_at__gt=now) | Q(pk__lte=after))
    first: dict[tuple[int, str], int] = {}
    for endpoint_id, case, pk in earlier.order_by().values_list("endpoint_id", "case_number", "pk"):
        if pk not in besides:
            first[endpoint_id, case] = min(pk, first.get((endpoint_id, case), pk))
    return first


def _target(endpoint: Endpoint, now: datetime) -> Target:
    return Target(
        endpoint_id=endpoint.pk,
        channel=endpoint.channel,
        url=endpoint.url,
        allow_http=endpoint.allow_http,
        secrets=endpoint.valid_secrets(now),
        batch_size=endpoint.batch_size,
        max_calls=endpoint.max_calls,
    )


@transaction.atomic
def record(answered: Sequence[Answered]) -> set[int]:
    """Writes down what came back over held lanes; the lanes that have passed on, of which only the calls are kept."""
    lanes.unhurried()
    now = timezone.now()
    held = lanes.lock({one.endpoint_id: one.fence for one in answered})
    before = {pk: str(lane.breaker) for pk, lane in held.items()}
    book = _Book(now)
    for one in answered:
        for result in one.results:
            book.enter(result, held.get(one.endpoint_id))
    _keep(book.outcomes, now)
    _finish("deliver", book.delivered, now, "")
    for (until, error, alone), ids in book.put_off.items():
        _put_off(ids, now, until, error, alone=alone)
    for (pk, error), parcels in book.dead.items():
        _finish("give_up", [parcel.delivery_id for parcel in parcels], now, error)
        _alarm(held[pk], parcels, now)
    for pk in book.back:
        _wake(pk, now)
    succeeded = held.keys() - book.troubled
    lanes.write(list(held.values()), succeeded, {one.endpoint_id for one in answered if one.leaving}, now)
    for pk in book.troubled:
        lanes.tell_change(held[pk], before[pk])
    return {one.endpoint_id for one in answered} - held.keys()


class _Book:
    """Answers sorted by what has to be written, so that equal rows are written together."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.back: set[int] = set()  # recipients that answer again
        self.troubled: set[int] = set()  # lanes of which more than one more success has to be noted
        self.outcomes: list[tuple[Result, list[Outcome]]] = []
        self.delivered: list[int] = []
        self.dead: dict[tuple[int, str], list[Parcel]] = defaultdict(list)
        self.put_off: dict[tuple[datetime, str, bool], list[int]] = defaultdict(list)

    def enter(self, result: Result, lane: Lane | None) -> None:
        """Sorts the parcels of one call; `lane` is None when it has passed on."""
        parcels, answer, _ = result
        if lane is None:
            self.outcomes.append((result, [Outcome.OBSOLETE] * len(parcels)))
            return
        if answer.outcome != Outcome.DELIVERED or lane.breaker != Lane.Breaker.CLOSED:
            self.troubled.add(lane.pk)
        if lanes.observe(lane, answer, self.now):
            self.back.add(lane.pk)
        waits: dict[int, timedelta] = {}  # parcels that failed together come back together
        self.outcomes.append((result, [self._one(parcel, result, lane.pk, waits) for parcel in parcels]))

    def _one(self, parcel: Parcel, result: Result, lane_id: int, waits: dict[int, timedelta]) -> Outcome:
        answer, size = result[1], len(result[0])
        error = answer.error[:200]
        if answer.outcome == Outcome.DELIVERED:
            self.delivered.append(parcel.delivery_id)
            return Outcome.DELIVERED
        if answer.outcome == Outcome.DEAD and size > 1:  # one of the batch is to blame: each goes by itself now
            self.put_off[self.now, f"同批被拒，改为单独投递：{error}"[:200], True].append(parcel.delivery_id)
            return Outcome.RETRY
        if answer.outcome == Outcome.RETRY and self.now - (parcel.first_attempt_at or self.now) < GIVE_UP_AFTER:
            number = parcel.number
            if number not in waits:
                wait = backoff.wait(number, first=FIRST_WAIT, longest=LONGEST_WAIT)
                waits[number] = max(wait, answer.retry_after or timedelta(0))
            self.put_off[self.now + waits[number], error, parcel.alone].append(parcel.delivery_id)
            return Outcome.RETRY
        self.dead[lane_id, error].append(parcel)
        return Outcome.DEAD


def _put_off(ids: Collection[int], now: datetime, until: datetime, error: str, *, alone: bool) -> None:
    check_move(DELIVERY, "retry", PENDING, Delivery.Status)
    Delivery.objects.filter(pk__in=ids, status=PENDING).update(
        next_attempt_at=until,
        attempts_made=F("attempts_made") + 1,
        first_attempt_at=Coalesce("first_attempt_at", now),
        last_error=error,
        alone=alone,
    )


def _finish(action: str, ids: Collection[int], now: datetime, error: str) -> None:
    if not ids:
        return
    target = check_move(DELIVERY, action, PENDING, Delivery.Status).target
    Delivery.objects.filter(pk__in=ids, status=PENDING).update(
        status=target,
        attempts_made=F("attempts_made") + 1,
        first_attempt_at=Coalesce("first_attempt_at", now),
        finished_at=now,
        last_error=error,
    )


def _keep(done: Sequence[tuple[Result, Sequence[Outcome]]], now: datetime) -> None:
    """One Attempt for every parcel of every call."""
    rows = [
        Attempt(
            delivery_id=parcel.delivery_id,
            number=parcel.number,
            url=url,
            request_sha256=answer.request_sha256,
            batch_size=len(parcels),
            status_code=answer.status_code,
            error=answer.error[:200],
            response_sha256=answer.response_sha256,
            duration_ms=answer.duration_ms,
            outcome=outcome,
            at=now,
        )
        for (parcels, answer, url), outcomes in done
        for parcel, outcome in zip(parcels, outcomes, strict=True)
    ]
    bulk.create(rows)


def _wake(endpoint_id: int, now: datetime) -> None:
    """A recipient came back: what waited because of it need not wait longer, what it asked to wait for does."""
    waiting = Delivery.objects.pending().filter(endpoint=endpoint_id, next_attempt_at__gt=now)
    waiting.filter(next_attempt_at__lte=now + LONGEST_WAIT * (1 + backoff.JITTER)).exclude(
        last_error__startswith="应答 429"
    ).update(next_attempt_at=now)


def _alarm(lane: Lane, dead: Sequence[Parcel], now: datetime) -> None:
    """Coordinators hear that pushes to a department were given up, once an hour and endpoint."""
    if not dead or (lane.alarmed_at is not None and lane.alarmed_at > now - ALARM_REST):
        return
    lane.alarmed_at = now
    first = dead[0].data
    for person in owners.coordinators():
        notify.tell(
            person,
            kind="delivery.dead",
            title=f"向{lane.endpoint.department}业务系统投递失败",
            body=f"推送 {first['number']}：{lane.last_error}。推送仍在平台收件箱内；系统修复后请补发。",
            url=links.push_url(first["number"]),
            case_number=first["case_number"],
            urgent=True,
        )
