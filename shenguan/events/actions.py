"""Writing to the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from shenguan import bulk
from shenguan.access.actors import Actor
from shenguan.events import nudge
from shenguan.events.fact import Fact
from shenguan.events.kinds import ROUTABLE_KINDS, ROUTING_TASK
from shenguan.events.models import Event, PendingEvent
from shenguan.org.models import Department


def record(
    kind: str,
    *,
    by: Actor,
    case_number: str = "",
    summary: str,
    payload: Mapping[str, Any] | None = None,
    department: Department | None = None,
    subject_id: int | None = None,
    visibility: str = Event.Visibility.BOTH,
) -> Event:
    """Writes one fact, to be called inside the transaction of the change it tells of. The arguments are Fact's.

    Kinds in ROUTABLE_KINDS are queued for linkage as well, and a worker is woken once the transaction is committed.
    """
    fact = Fact(kind, summary, case_number, payload or {}, department, subject_id, visibility)
    with transaction.atomic(savepoint=False):
        (event,) = bulk.create([Event(**_written(fact, by, timezone.now())._asdict())])
        _queue([event.pk] if kind in ROUTABLE_KINDS else [], event.recorded_at)
    return event


@transaction.atomic(savepoint=False)
def record_many(facts: Iterable[Fact], *, by: Actor) -> list[int]:
    """`record` for each, in their order, by a number of statements that does not grow with the number of facts.

    The keys of the events.
    """
    now = timezone.now()
    rows = [_written(fact, by, now) for fact in facts]
    keys = bulk.insert(Event, rows)
    _queue([key for key, row in zip(keys, rows, strict=True) if row.kind in ROUTABLE_KINDS], now)
    return keys


class _Waiting(NamedTuple):
    """A row of PendingEvent."""

    event_id: int
    due_at: datetime


def _queue(keys: Iterable[int], now: datetime) -> None:
    if bulk.insert(PendingEvent, [_Waiting(key, now) for key in keys]):
        nudge.after_commit(ROUTING_TASK)


class _Written(NamedTuple):
    """A row of Event."""

    kind: str
    case_number: str
    subject_id: int | None
    summary: str
    payload: dict[str, Any]
    actor_kind: str
    actor_key: str
    actor_name: str
    department_code: str
    visibility: str
    recorded_at: datetime


def _written(fact: Fact, by: Actor, now: datetime) -> _Written:
    owner = fact.department or by.department
    return _Written(
        kind=fact.kind,
        case_number=fact.case_number,
        subject_id=fact.subject_id,
        summary=fact.summary,
        payload=dict(fact.payload),
        actor_kind=by.kind,
        actor_key=by.key,
        actor_name=by.name,
        department_code=owner.code if owner else "",
        visibility=fact.visibility,
        recorded_at=now,
    )
