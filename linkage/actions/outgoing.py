"""Sending drafted pushes: clocks, numbers, rows, deliveries, then the people. The last part of a routing transaction.

Numbers and sequences are taken for the whole batch at once and as late as possible: their series rows stay locked until
the commit (DESIGN §4).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from linkage.actions import duties, moves, withholding
from linkage.actions.context import Context
from linkage.actions.drafts import Clock, Draft
from linkage.links import push_url
from linkage.models import Delivery, Endpoint, Push, PushAttachment
from shenguan import bulk, notify
from shenguan.events import nudge
from shenguan.files.models import StoredFile
from shenguan.identifiers import series
from supervision.models import SupervisedObject

DELIVERING_TASK = "linkage.tasks.deliver_due"
URGENT_KINDS = frozenset({"revocation.proposed", "permit.changed", "freeze.requested"})
NOTICE_KINDS = {
    "finding.reported": "feedback.received",
    "revocation.proposed": "feedback.received",
    "proposal.answered": "answer.received",
}


def send(drafts: Sequence[Draft], context: Context) -> list[Push]:
    """Brings drafted pushes into the world, in their order, by as many statements for many as for one."""
    if not drafts:
        return []
    wanted = [draft.push for draft in drafts]
    ledger = context.ledger
    taken_up = duties.register(duties.duties_among(wanted), by=context.by, ledger=ledger)
    checked = [(push, watched) for push, watched in taken_up if push.status == Push.Status.CLAIMED]
    moves.start_clocks(_clocks(drafts, checked))
    _number(wanted, context.today)
    duties.open_checks(checked, by=context.by, ledger=ledger)
    pushes = bulk.create(wanted)
    _attach(drafts, context)
    deliver(pushes, context)
    moves.tell_many([_created(push) for push in pushes], by=context.by, ledger=ledger)
    ledger.write()
    notify.tell_many(_telling(push) for push in pushes if push.status != Push.Status.CLOSED)
    return pushes


def _clocks(
    drafts: Sequence[Draft], checked: Sequence[tuple[Push, SupervisedObject | None]]
) -> list[tuple[Push, Clock]]:
    """The clocks drafts ask for, but for claimed duties: the first check, or the reading, becomes theirs."""
    without = {id(push) for push, _ in checked}
    return [(draft.push, draft.clock) for draft in drafts if draft.clock and id(draft.push) not in without]


def _number(pushes: Sequence[Push], today: date) -> None:
    """Push numbers of the day and, per recipient, sequences without gaps (RULES R7.12, CONTRACT §3)."""
    day = f"{today:%Y%m%d}"
    of_day = (f"push:{day}", today.year)
    wanted = Counter((f"seq:{push.department.code}", 0) for push in pushes)
    places = {of: iter(taken) for of, taken in series.take_each({of_day: len(pushes)} | wanted).items()}
    for push in pushes:
        push.number = f"TS{day}-{next(places[of_day]):04d}"
        push.sequence = next(places[f"seq:{push.department.code}", 0])


def _attach(drafts: Sequence[Draft], context: Context) -> None:
    """Hangs the papers of an event on its pushes."""
    wanted = {uuid for draft in drafts for uuid in draft.file_uuids}
    if not wanted:
        return
    files = {str(stored.uuid): stored for stored in StoredFile.objects.filter(uuid__in=wanted)}
    PushAttachment.objects.bulk_create(
        PushAttachment(push=draft.push, file=files[uuid], at=context.now)
        for draft in drafts
        for uuid in draft.file_uuids
    )


def _endpoints() -> dict[int, int]:
    """Department -> the address of its own system."""
    return dict(Endpoint.objects.filter(is_active=True).values_list("department_id", "pk"))


class _NewDelivery(NamedTuple):
    """A row of Delivery."""

    push_id: int
    endpoint_id: int
    case_number: str
    next_attempt_at: datetime


def deliver(pushes: Sequence[Push], context: Context) -> None:
    """A row in the delivery queue for every recipient that has a system of its own."""
    endpoints = context.directory.keep("endpoints", _endpoints)
    rows = [
        _NewDelivery(push.pk, endpoints[push.department_id], push.case_number, context.now)
        for push in withholding.within_contracts(pushes, endpoints, context)
    ]
    if rows:
        bulk.insert(Delivery, rows)
        nudge.after_commit(DELIVERING_TASK)


def _created(push: Push) -> moves.Told:
    """What the timeline of the case says of a new push."""
    item = f"“{push.supervision_item}”" if push.supervision_item else ""
    return moves.Told(
        push,
        "push.created",
        f"已推送{push.department}{item}，责任人 {push.owner.name}，推送编号 {push.number}",
        payload={"kind": push.kind, "sequence": push.sequence},
    )


def _telling(push: Push) -> notify.Telling:
    """What its owner hears."""
    due = f"，请于 {push.due_on} 前{Push.NextStep(push.next_step).label}" if push.due_on else ""
    return notify.Telling(
        push.owner,
        NOTICE_KINDS.get(push.kind, "push.received"),
        title=f"{push.payload['item_name']}（{push.heading}）",
        body=f"{push.sender}推送 {push.number}{due}。",
        url=push_url(push.number),
        case_number=push.case_number,
        urgent=push.kind in URGENT_KINDS,
        due_on=push.due_on,
    )
