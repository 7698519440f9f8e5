"""The moves of one push: locks, the state table, its clock. Every change of a push's state passes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from approvals.models import Application
from linkage import policies
from linkage.actions.drafts import LIST_LAW, OWN_CLOCKS, Clock
from linkage.lifecycle import PUSH, SENDERS
from linkage.models import Push
from shenguan import audit, events
from shenguan import ledger as ledgers
from shenguan.access.actors import Actor
from shenguan.ledger import Ledger
from shenguan.lifecycle import check_move, offer
from shenguan.refusals import StateForbids
from shenguan.workdays import calendar, deadlines
from shenguan.workdays.models import Deadline


def lock_case(application_id: int | None) -> None:
    """Holds one case, if there is one, until the transaction ends.

    Whatever changes pushes of a case takes this lock before any push's: one order of locks, so that the router and
    people never wait for each other in a ring.
    """
    if application_id is not None:
        Application.objects.select_for_update(of=("self",)).filter(pk=application_id).values_list("pk").first()


def lock(push: Push) -> Push:
    """The push as it is now, locked together with its case."""
    lock_case(push.application_id)
    return Push.objects.with_everything().select_for_update(of=("self",)).get(pk=push.pk)


def begin(push: Push, action: str, *, by: Actor, expected_version: int | None = None) -> Push:
    """Locks a push for an action of its recipient and checks right, department, version and state.

    Raises NotAllowed, StaleVersion or StateForbids (which names what is allowed instead).
    """
    by.require(policies.permission_of(push, action))
    locked = lock(push)
    policies.check_recipient(locked, by)
    policies.check_version(locked, expected_version)
    if locked.status not in PUSH[action].sources:
        forbid(locked, action)
    return locked


def forbid(push: Push, action: str) -> None:
    """Raises StateForbids for this action, with the buttons the push has instead."""
    names = [] if action in SENDERS else policies.allowed(push)
    raise StateForbids(
        f"推送 {push.number} 当前状态为“{push.get_status_display()}”，不能{PUSH[action].label}。{offer(PUSH, names)}",
        state=push.status,
        allowed=names,
    )


def move(push: Push, action: str, **fields: Any) -> Push:
    """Writes the state `action` leads to, and `fields`, into a locked push. Raises StateForbids by the table."""
    transition = check_move(PUSH, action, push.status, Push.Status)
    if transition.target is not None:
        push.status = transition.target
    return write(push, **fields)


def write(push: Push, **fields: Any) -> Push:
    """Saves fields of a locked push; the version grows, so that older forms are refused."""
    for name, value in fields.items():
        setattr(push, name, value)
    push.version += 1
    push.save(update_fields=["status", "version", *fields])
    return push


@dataclass(frozen=True, slots=True)
class Told:
    """What audit and timeline say of one move of a push."""

    push: Push
    action: str
    summary: str
    visibility: str = "both"
    payload: Mapping[str, object] = field(default_factory=dict)


def tell(push: Push, action: str, *, by: Actor, summary: str, visibility: str = "both", **payload: object) -> None:
    """The audit row and the timeline entry of one move."""
    tell_many([Told(push, action, summary, visibility, payload)], by=by)


def tell_many(told: Sequence[Told], *, by: Actor, ledger: Ledger | None = None) -> None:
    """`tell` for each, in their order; with the rest of the pass where the caller keeps a ledger."""
    ledgers.keep(
        (audit.Act(row.action, row.push, detail=row.payload) for row in told),
        (
            events.Fact(
                row.action,
                row.summary,
                case_number=row.push.case_number,
                payload={"push_number": row.push.number, **row.payload},
                department=row.push.department,
                subject_id=row.push.subject_id,
                visibility=row.visibility,
            )
            for row in told
        ),
        by=by,
        ledger=ledger,
    )


def start_clock(push: Push, kind: str, days: int, *, law: str = LIST_LAW, start_on: date | None = None) -> None:
    """Starts a clock of linkage for a push, in 工作日, and hangs it on the row (not saved)."""
    start_clocks([(push, Clock(kind, days, law))], start_on=start_on)


def start_clocks(clocks: Sequence[tuple[Push, Clock]], *, start_on: date | None = None) -> list[Deadline]:
    """`start_clock` for each push, by one statement. What is older than the city's cut-over runs on none."""
    clocks = [(push, clock) for push, clock in clocks if not push.is_backlog]
    day = start_on or calendar.today()
    started = deadlines.start_many(
        deadlines.Limit(clock.kind, push.case_number, day, clock.days, clock.law) for push, clock in clocks
    )
    for (push, _), deadline in zip(clocks, started, strict=True):
        push.deadline, push.due_on = deadline, deadline.due_on
    return started


def own_clock(push: Push) -> Deadline | None:
    """The running clock if linkage started it; a check task's clock belongs to supervision."""
    clock = push.deadline
    return clock if clock and clock.kind in OWN_CLOCKS and clock.state == Deadline.State.OPEN else None


CLOCK_FIELDS = ("deadline", "due_on")


def clock_fields(push: Push) -> dict[str, Any]:
    """The clock as fields for `move` and `write`."""
    return {name: getattr(push, name) for name in CLOCK_FIELDS}
