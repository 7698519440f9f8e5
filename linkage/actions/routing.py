"""The router: from the journal to pushes (DESIGN §3.3). Every event ends in exactly one Routing; none is passed over.

A pass takes a small batch of due events, one per case so that each handler sees what the one before it did, and routes
it in one transaction. If anything in the batch fails, the batch is undone and its events are routed one by one: the
poisoned one stays pending with its error, is tried again later and holds up nobody else. Two workers may run at once:
they skip each other's events and wait for each other's cases; unique constraints catch whatever else may happen.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from approvals.models import Application
from linkage import backoff
from linkage.actions import duties, outgoing
from linkage.actions.context import NAMED_BY_CASE, Context
from linkage.actions.drafts import LIST_LAW, Decision, Draft
from linkage.actions.handlers import HANDLERS
from linkage.actions.handlers.cases import UnroutableError, WaitsForError, needed
from linkage.models import Push, Routing, UnmappedEvent
from linkage.selectors import owners
from shenguan import bulk, notify
from shenguan.events.models import Event, PendingEvent
from shenguan.workdays import deadlines

logger = logging.getLogger(__name__)

BATCH = 500
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
ALARM_AT = 5  # attempts after which a coordinator is told that an event cannot be routed
UNMAPPED_DAYS = 1  # working days to mend the list
Settled = tuple[Event, Application | None, Decision]


def route_pending(limit: int = BATCH) -> int:
    """One pass over at most `limit` due events; how many were looked at. Zero means that nothing is due."""
    taken: list[int] = []
    try:
        with transaction.atomic():
            batch = _take(limit)
            taken += [pending.event_id for pending in batch]
            _settle(batch)
    except Exception:  # whatever it was belongs to one event: find out which, so that the others go through
        logger.info("a batch of %s events failed and is routed one by one", len(taken), exc_info=True)
        for event_id in taken:
            _route_alone(event_id)
    return len(taken)


def route(event: Event, context: Context) -> tuple[Decision, list[Push]]:
    """Routes one event inside the caller's transaction, without touching its Routing row. For the unmapped worklist."""
    cases = lock_cases([event], context)
    context.know(cases.values())
    decision = decide(event, cases.get(event.case_number), context)
    return decision, carry_out(decision.drafts, context)


def _take(limit: int) -> list[PendingEvent]:
    """Due events, locked, at most one per case; those other workers hold are left to them."""
    due = (
        PendingEvent.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due_at__lte=timezone.now())
        .select_related("event")
        .order_by("event_id")[:limit]
    )
    firsts: dict[str, PendingEvent] = {}
    for pending in due:
        firsts.setdefault(pending.event.case_number or f"event {pending.event_id}", pending)
    return list(firsts.values())


def _settle(batch: Sequence[PendingEvent]) -> None:
    """Decides every event of a batch, then writes all that follows together."""
    if not batch:
        return
    context = Context()
    cases = lock_cases([pending.event for pending in batch], context)
    context.know(cases.values())
    settled = []
    for pending in batch:
        case = cases.get(pending.event.case_number)
        settled.append((pending.event, case, decide(pending.event, case, context)))
    bulk.insert(Routing, [_routing(event, decision, context) for event, _, decision in settled])
    _put_on_worklist([row for row in settled if row[2].outcome == Routing.Outcome.UNMAPPED], context)
    PendingEvent.objects.filter(pk__in=[pending.pk for pending in batch]).delete()
    carry_out([draft for _, _, decision in settled for draft in decision.drafts], context)


class _Routed(NamedTuple):
    """A row of Routing."""

    event_id: int
    list_version_id: int | None
    outcome: str
    reason: str
    push_count: int
    routed_at: datetime


def _routing(event: Event, decision: Decision, context: Context) -> _Routed:
    return _Routed(
        event_id=event.pk,
        list_version_id=decision.list_version.pk if decision.list_version else None,
        outcome=decision.outcome,
        reason=decision.reason,
        push_count=len(decision.drafts),
        routed_at=context.now,
    )


def carry_out(drafts: Sequence[Draft], context: Context) -> list[Push]:
    """What was decided: pushes that end, then pushes that go out."""
    duties.close_many(context.closings, by=context.by, ledger=context.ledger)
    context.closings.clear()
    pushes = outgoing.send(drafts, context)
    context.ledger.write()
    return pushes


def decide(event: Event, case: Application | None, context: Context) -> Decision:
    """What becomes of one event, by the rule of its kind. Raises Refusal for one that cannot be routed now."""
    handler = HANDLERS.get(event.kind)
    if handler is None:
        raise UnroutableError(f"没有处理“{event.kind}”类事件的规则。")
    return handler(event, case, context)


def lock_cases(events: Sequence[Event], context: Context) -> dict[str, Application]:
    """The applications of these events by number, locked in one order until the end (see moves.lock_case)."""
    numbers = {event.case_number for event in events if event.case_number}
    rows = Application.objects.select_for_update(of=("self",)).filter(number__in=numbers)
    cases = list(rows.select_related("subject", "permit").order_by("pk"))
    context.directory.name(cases, *NAMED_BY_CASE)
    return {row.number: row for row in cases if row.number}


def _put_on_worklist(unmapped: Sequence[Settled], context: Context) -> None:
    """The unmapped worklist: an owner, a deadline, a notice for each (DESIGN §3.3)."""
    if not unmapped:
        return
    rows = [(event, needed(case, event), decision) for event, case, decision in unmapped]
    clocks = deadlines.start_many(
        deadlines.Limit("linkage.unmapped", event.case_number, context.today, UNMAPPED_DAYS, LIST_LAW)
        for event, _, _ in rows
    )
    departments = {case.department for _, case, _ in rows}
    keepers = {department: owners.list_keeper(department, away=context.away) for department in departments}
    waiting = bulk.create(
        UnmappedEvent(
            event=event,
            application=case,
            owner=keepers[case.department],
            deadline=clock,
            reason=decision.reason,
        )
        for (event, case, decision), clock in zip(rows, clocks, strict=True)
    )
    notify.tell_many(_waiting(row) for row in waiting)


def _waiting(row: UnmappedEvent) -> notify.Telling:
    case = row.application
    return notify.Telling(
        row.owner,
        "unmapped.opened",
        title=f"未对应事项：{case.item}",
        body=f"办件 {case.number}：{row.reason}。请于 {row.deadline.due_on} 前修订清单并重新推送。",
        url="/linkage/unmapped/",
        case_number=row.event.case_number,
    )


def _route_alone(event_id: int) -> None:
    """Routes one event in a transaction of its own; a failure stays with it."""
    try:
        with transaction.atomic():
            pending = (
                PendingEvent.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event")
                .filter(pk=event_id)
                .first()
            )
            if pending is not None:
                _settle([pending])
    except Exception as error:  # one poisoned event must not stop the queue; it says what is wrong with it
        if not isinstance(error, WaitsForError):
            logger.exception("event %s cannot be routed", event_id)
        _put_off(event_id, error)


@transaction.atomic
def _put_off(event_id: int, error: Exception) -> None:
    """Keeps the event for later, with its error in plain sight; a coordinator hears of one that keeps failing."""
    pending = PendingEvent.objects.select_for_update(of=("self",)).select_related("event").filter(pk=event_id).first()
    if pending is None:
        return
    pending.attempts += 1
    pending.due_at = timezone.now() + backoff.wait(pending.attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    pending.last_error = f"{type(error).__name__}: {error}"[:500]
    pending.save(update_fields=["attempts", "due_at", "last_error"])
    if pending.attempts == ALARM_AT:
        for person in owners.coordinators():
            notify.tell(
                person,
                kind="routing.failing",
                title="有事件多次分流失败",
                body=f"{pending.event.summary}（办件 {pending.event.case_number}）：{error}",
                url="/linkage/unmapped/",
                case_number=pending.event.case_number,
                urgent=True,
            )
