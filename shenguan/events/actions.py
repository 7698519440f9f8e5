"""Writing to the journal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from shenguan.access.actors import Actor
from shenguan.events import nudge
from shenguan.events.kinds import ROUTABLE_KINDS, ROUTING_TASK
from shenguan.events.models import Event, PendingEvent
from shenguan.org.models import Department


@transaction.atomic(savepoint=False)
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
    """Writes one fact, to be called inside the transaction of the change it tells of.

    `summary` is one Chinese sentence for the timeline; `payload` is plain JSON without ID numbers and phones.
    `department` says whose fact it is and defaults to the actor's own. Kinds in ROUTABLE_KINDS are queued for
    linkage as well, and a worker is woken once the transaction is committed.
    """
    owner = department or by.department
    event = Event.objects.create(
        kind=kind,
        case_number=case_number,
        subject_id=subject_id,
        summary=summary,
        payload=dict(payload or {}),
        actor_kind=by.kind,
        actor_key=by.key,
        actor_name=by.name,
        department_code=owner.code if owner else "",
        visibility=visibility,
    )
    if kind in ROUTABLE_KINDS:
        PendingEvent.objects.create(event=event, due_at=event.recorded_at)
        nudge.after_commit(ROUTING_TASK)
    return event
