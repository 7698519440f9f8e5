"""Writing to the journal."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

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
    return record_many([fact], by=by)[0]


@transaction.atomic(savepoint=False)
def record_many(facts: Iterable[Fact], *, by: Actor) -> list[Event]:
    """`record` for each, in their order, by a number of statements that does not grow with the number of facts."""
    events = bulk.create(_event(fact, by) for fact in facts)
    waiting = [PendingEvent(event=event, due_at=event.recorded_at) for event in events if event.kind in ROUTABLE_KINDS]
    if bulk.create(waiting):
        nudge.after_commit(ROUTING_TASK)
    return events


def _event(fact: Fact, by: Actor) -> Event:
    owner = fact.department or by.department
    return Event(
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
    )
