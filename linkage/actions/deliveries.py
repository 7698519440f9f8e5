"""Delivering pushes to departments' own systems (DESIGN §3.4).

A pass leases due rows (SKIP LOCKED, expiry, fence) and commits; makes the calls concurrently outside any
transaction; records each answer as an append-only Attempt and finishes or reschedules the row while the lease
is still its own. A worker killed in between leaves a lease that runs out: the push goes again under the same
id, and the receiver drops it.

Retry plan: an endpoint may be down for a night and a day (CONTRACT §4: at least 24 h), so waits double from five
seconds to an hour and a row is given up after thirty. What only a person can mend (a refused or forbidden
address) is given up at once. DEAD is a state with an alarm and a replay, never a deletion.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linkage import backoff, links
from linkage.actions import moves, payloads
from linkage.channels.base import Answer, Parcel
from linkage.lifecycle import DELIVERY
from linkage.models import Attempt, Delivery, Endpoint
from linkage.selectors import owners
from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.lifecycle import check_move

DELIVERER = Actor.system("linkage.deliver_due")
LEASE = timedelta(seconds=60)  # four times the longest call
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=30)
ALARM_REST = timedelta(hours=1)  # one alarm an hour and endpoint, however many rows die
Outcome = Attempt.Outcome


@transaction.atomic
def lease(limit: int, *, busy_endpoints: Sequence[int] = ()) -> list[Parcel]:
    """Takes up to `limit` due deliveries for LEASE; leaves alone what other workers hold and busy endpoints."""
    now = timezone.now()
    rows = list(
        Delivery.objects.due(now)
        .exclude(endpoint__in=busy_endpoints)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("endpoint", "push__event", "push__supervision_item", "push__list_version")
        .order_by("next_attempt_at", "id")[:limit]
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        leased_until=now + LEASE, fence=F("fence") + 1, attempts_made=F("attempts_made") + 1
    )
    for row in rows:
        row.fence += 1
        row.attempts_made += 1
    return [Parcel.of(row, message_id=payloads.message_id(row.push), data=payloads.push_data(row.push)) for row in rows]


@transaction.atomic
def record(results: Sequence[tuple[Parcel, Answer]]) -> list[str]:
    """Writes down what happened to leased parcels; the outcome of each, `obsolete-lease` for late ones."""
    now = timezone.now()
    rows = {
        row.pk: row
        for row in Delivery.objects.select_for_update(of=("self",))
        .select_related("push__department", "push__event", "endpoint__department")
        .filter(pk__in=[parcel.delivery_id for parcel, _ in results])
        .order_by("pk")
    }
    outcomes = []
    for parcel, answer in results:
        row = rows[parcel.delivery_id]
        outcome = _apply(row, parcel, answer, now)
        Attempt.objects.create(
            delivery=row,
            number=parcel.number,
            status_code=answer.status_code,
            error=answer.error,
            response_sha256=answer.response_sha256,
            duration_ms=answer.duration_ms,
            outcome=outcome,
            at=now,
        )
        outcomes.append(str(outcome))
    return outcomes


def _apply(row: Delivery, parcel: Parcel, answer: Answer, now: datetime) -> Outcome:
    """Moves the row by the answer, if the lease is still the one the call was made under."""
    if row.fence != parcel.fence or row.status != Delivery.Status.PENDING:
        return Outcome.OBSOLETE
    if answer.outcome == Outcome.DELIVERED:
        _finish(row, "deliver", answer, now)
        if not row.is_replay:
            _tell_delivered(row)
        return Outcome.DELIVERED
    if answer.outcome == Outcome.RETRY and now - row.created_at < GIVE_UP_AFTER:
        check_move(DELIVERY, "retry", row.status, Delivery.Status)
        wait = backoff.wait(row.attempts_made, first=FIRST_WAIT, longest=LONGEST_WAIT)
        row.next_attempt_at = now + max(wait, answer.retry_after or timedelta(0))
        row.leased_until, row.last_error = None, answer.error[:200]
        row.save(update_fields=["next_attempt_at", "leased_until", "last_error"])
        return Outcome.RETRY
    _finish(row, "give_up", answer, now)
    _alarm(row, now)
    return Outcome.DEAD


def _finish(row: Delivery, action: str, answer: Answer, now: datetime) -> None:
    row.status = check_move(DELIVERY, action, row.status, Delivery.Status).target or row.status
    row.finished_at, row.leased_until, row.last_error = now, None, answer.error[:200]
    row.save(update_fields=["status", "finished_at", "leased_until", "last_error"])


def _tell_delivered(row: Delivery) -> None:
    push = row.push
    moves.tell(
        push,
        "push.delivered",
        by=DELIVERER,
        summary=f"推送 {push.number} 已送达{push.department}业务系统",
        delivery=row.pk,
    )


def _alarm(row: Delivery, now: datetime) -> None:
    """Coordinators hear that deliveries to a department have stopped, once an hour and endpoint."""
    endpoint: Endpoint = row.endpoint
    earlier = Delivery.objects.filter(
        endpoint=endpoint, status=Delivery.Status.DEAD, finished_at__gt=now - ALARM_REST
    ).exclude(pk=row.pk)
    if earlier.exists():
        return
    for person in owners.coordinators():
        notify.tell(
            person,
            kind="delivery.dead",
            title=f"向{endpoint.department}业务系统投递失败",
            body=f"推送 {row.push.number}：{row.last_error}。推送仍在平台收件箱内；系统修复后请补发。",
            url=links.push_url(row.push.number),
            case_number=row.case_number,
            urgent=True,
        )
