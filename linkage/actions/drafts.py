"""What a handler answers: the outcome for the journal, and the pushes to be sent, still without numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from approvals.models import Application
from linkage.actions.context import Context
from linkage.models import LinkageEntry, ListVersion, Push, Routing
from linkage.policies import READ_DAYS, is_backlog
from linkage.selectors import owners
from shenguan.events.models import Event
from shenguan.org.models import Department, Office, Staff

LIST_LAW = "审管联动事项清单"


@dataclass(frozen=True)
class Clock:
    """A time limit in 工作日 that starts on the day of the push."""

    kind: str
    days: int
    law: str = LIST_LAW


APPROVAL_KINDS = frozenset({"approval.accepted", "approval.concluded"})  # what comes later of an old case is news
CLAIM, READ, ANSWER = "push.claim", "push.read", "push.answer"  # kinds of clock that linkage itself starts and stops
OWN_CLOCKS = frozenset({CLAIM, READ, ANSWER})


@dataclass
class Draft:
    """A push complete but for its number, sequence and clock."""

    push: Push
    clock: Clock | None = None
    file_uuids: Sequence[str] = ()


@dataclass
class Decision:
    """What becomes of one event."""

    outcome: Routing.Outcome
    reason: str = ""
    list_version: ListVersion | None = None
    drafts: list[Draft] = field(default_factory=list)


def not_applicable(reason: str, list_version: ListVersion | None = None) -> Decision:
    """Nothing to push; the reason is kept."""
    return Decision(Routing.Outcome.NOT_APPLICABLE, reason, list_version)


def pushed(drafts: list[Draft], list_version: ListVersion | None = None) -> Decision:
    """These pushes go out."""
    return Decision(Routing.Outcome.PUSHED, list_version=list_version, drafts=drafts)


def forward(
    event: Event,
    application: Application,
    context: Context,
    *,
    department: Department,
    office: Office | None,
    preferred: Staff | None,
    **fields: Any,
) -> Push:
    """A push to a supervising department, claimed for its owner and to be read, unless `fields` say otherwise."""
    entry = fields.get("entry")
    deputy = entry.deputy if entry is not None else None
    owner = context.owner(owners.supervision_owner, department, office, preferred, deputy)
    push = _push(event, application, context, department=department, office=office, owner=owner)
    push.direction = Push.Direction.FORWARD
    tie(push, sender=application.department)
    push.status, push.next_step = Push.Status.CLAIMED, Push.NextStep.READ
    push.claim_mode = LinkageEntry.ClaimMode.AUTO
    push.claimed_by, push.claimed_at = owner.name, context.now
    push.is_backlog = event.kind in APPROVAL_KINDS and is_backlog(application)
    tie(push, **fields)
    return push


def reverse(
    event: Event,
    application: Application,
    context: Context,
    *,
    sender: Department,
    office: Office | None,
    preferred: Staff | None,
    **fields: Any,
) -> Push:
    """A push back to the deciding department, waiting for its answer, unless `fields` say otherwise."""
    department = application.department
    entry = fields.get("entry")
    deputy = entry.approval_deputy if entry is not None else None
    owner = context.owner(owners.approval_owner, department, office, preferred, deputy)
    push = _push(event, application, context, department=department, office=office, owner=owner)
    push.direction = Push.Direction.REVERSE
    tie(push, sender=sender)
    push.status, push.next_step = Push.Status.WAITING_ANSWER, Push.NextStep.ANSWER
    push.message = event.payload.get("summary", "") or event.summary
    tie(push, **fields)
    return push


def to_read(push: Push) -> Draft:
    """A push that has to be known, within one working day."""
    return Draft(push, Clock(READ, READ_DAYS))


def wait_for_claim(push: Push, entry: LinkageEntry) -> Draft:
    """A push that somebody of the department must claim first (R10.04 MANUAL)."""
    push.status, push.next_step = Push.Status.WAITING_CLAIM, Push.NextStep.CLAIM
    push.claim_mode = LinkageEntry.ClaimMode.MANUAL
    push.claimed_by, push.claimed_at = "", None
    return Draft(push, Clock(CLAIM, entry.claim_days))


def _push(
    event: Event,
    application: Application,
    context: Context,
    *,
    department: Department,
    office: Office | None,
    owner: Staff,
) -> Push:
    subject, item = application.subject, application.item
    push = Push(
        kind=event.kind,
        case_number=application.number or "",
        credit_flag=event.payload.get("credit_flag", ""),
        by_commitment=bool(event.payload.get("by_commitment", False)),
        payload=event.payload
        | {
            "item_code": item.code,
            "item_name": item.name,
            "subject_name": subject.name,
            "subject_code": subject.uscc or "",  # a person's code is the ID number: it does not travel
        },
        pushed_at=context.now,
    )
    tie(
        push,
        event=event,
        application=application,
        subject=subject,
        department=department,
        office=office,
        owner=owner,
    )
    return push


FOREIGN: dict[str, Any] = {field.name: field for field in Push._meta.concrete_fields if field.is_relation}


def tie(push: Push, **fields: Any) -> None:
    """Sets fields of a draft; saved rows it points to without the questions Django asks at each assignment."""
    for name, value in fields.items():
        field = FOREIGN.get(name)
        if field is None:
            setattr(push, name, value)
        else:
            setattr(push, field.attname, None if value is None else value.pk)
            field.set_cached_value(push, value)
