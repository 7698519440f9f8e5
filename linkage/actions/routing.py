"""The router: from the journal to pushes (DESIGN §3.3). Every event ends in exactly one Routing; none is passed over.

A pass takes a small batch of due events, one per case so that each handler sees what the one before it did, and routes
it in one transaction. If anything in the batch fails, the batch is undone and its events are routed one by one: the
poisoned one stays pending with its error, is tried again later and holds up nobody else. Two workers may run at once:
they skip each other's events and wait for each other's cases; unique constraints catch whatever else may happen.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from approvals.models import Application
from linkage import backoff
from linkage.actions import outgoing
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft
from linkage.actions.handlers import HANDLERS
from linkage.actions.handlers.cases import UnroutableError, WaitsForError
from linkage.models import Push, Routing, UnmappedEvent
from linkage.selectors import owners
from shenguan import notify
from shenguan.events.models import Event, PendingEvent
from shenguan.workdays import deadlines

logger = logging.getLogger(__name__)

BATCH = 50
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
ALARM_AT = 5  # attempts after which a coordinator is told that an event cannot be routed
UNMAPPED_DAYS = 1  # working days to mend the list


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
    cases = _cases_of([event])
    context.know(cases.values())
    decision = _decide(event, cases.get(event.case_number), context)
    return decision, outgoing.send(decision.drafts, context)


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
    """Decides every event of a batch, then sends all pushes together."""
    if not batch:
        return
    context = Context()
    cases = _cases_of([pending.event for pending in batch])
    context.know(cases.values())
    drafts: list[Draft] = []
    for pending in batch:
        event = pending.event
        case = cases.get(event.case_number)
        decision = _decide(event, case, context)
        Routing.objects.create(
            event=event,
            list_version=decision.list_version,
            outcome=decision.outcome,
            reason=decision.reason,
            push_count=len(decision.drafts),
            routed_at=context.now,
        )
        if decision.outcome == Routing.Outcome.UNMAPPED:
            _put_on_worklist(event, case, decision, context)
        drafts += decision.drafts
    PendingEvent.objects.filter(pk__in=[pending.pk for pending in batch]).delete()
    outgoing.send(drafts, context)


def _decide(event: Event, case: Application | None, context: Context) -> Decision:
    handler = HANDLERS.get(event.kind)
    if handler is None:
        raise UnroutableError(f"没有处理“{event.kind}”类事件的规则。")
    return handler(event, case, context)


def _cases_of(events: Sequence[Event]) -> dict[str, Application]:
    """The applications of these events by number, locked in one order until the end (see moves.lock_case)."""
    numbers = {event.case_number for event in events if event.case_number}
    rows = (
        Application.objects.select_for_update(of=("self",))
        .filter(number__in=numbers)
        .select_related("item__office", "variant", "subject", "department", "permit")
        .order_by("pk")
    )
    return {row.number: row for row in rows if row.number}


def _put_on_worklist(event: Event, case: Application | None, decision: Decision, context: Context) -> None:
    """The unmapped worklist: an owner, a deadline, a notice (DESIGN §3.3)."""
    if case is None:
        raise UnroutableError(f"事件所指办件“{event.case_number}”不存在。")
    owner = owners.list_keeper(case.department, away=context.away)
    clock = deadlines.start(
        kind="linkage.unmapped",
        case_number=event.case_number,
        start_on=context.today,
        amount=UNMAPPED_DAYS,
        law="审管联动事项清单",
    )
    UnmappedEvent.objects.create(event=event, application=case, owner=owner, deadline=clock, reason=decision.reason)
    notify.tell(
        owner,
        kind="unmapped.opened",
        title=f"未对应事项：{case.item}",
        body=f"办件 {case.number}：{decision.reason}。请于 {clock.due_on} 前修订清单并重新推送。",
        url="/linkage/unmapped/",
        case_number=event.case_number,
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
