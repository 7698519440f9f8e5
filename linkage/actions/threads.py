"""Pushes of no case: a freeze, a change of law, a consultation. Their case number is the number of that thread."""

from collections.abc import Sequence
from typing import Any

from linkage.actions.context import Context
from linkage.actions.drafts import ANSWER, Clock, Draft, to_read
from linkage.models import LinkageEntry, Push
from linkage.selectors import owners
from shenguan.events.models import Event
from shenguan.org.models import Department, Office, Staff


def ask(
    event: Event,
    context: Context,
    *,
    sender: Department,
    department: Department,
    direction: str,
    days: int,
    law: str,
    office: Office | None = None,
    preferred: Staff | None = None,
    subject_id: int | None = None,
    file_uuids: Sequence[str] = (),
) -> Draft:
    """A push the department must answer within `days` 工作日."""
    push = _push(event, context, sender, department, direction, office, preferred, subject_id)
    push.status, push.next_step = Push.Status.WAITING_ANSWER, Push.NextStep.ANSWER
    return Draft(push, Clock(ANSWER, days, law), file_uuids)


def inform(
    event: Event,
    context: Context,
    *,
    sender: Department,
    department: Department,
    direction: str,
    office: Office | None = None,
    preferred: Staff | None = None,
    subject_id: int | None = None,
) -> Draft:
    """A push the department has only to know of."""
    push = _push(event, context, sender, department, direction, office, preferred, subject_id)
    push.status, push.next_step = Push.Status.CLAIMED, Push.NextStep.READ
    push.claim_mode = LinkageEntry.ClaimMode.AUTO
    push.claimed_by, push.claimed_at = push.owner.name, context.now
    return to_read(push)


def _push(
    event: Event,
    context: Context,
    sender: Department,
    department: Department,
    direction: str,
    office: Office | None,
    preferred: Staff | None,
    subject_id: int | None,
) -> Push:
    is_forward = direction == Push.Direction.FORWARD
    owner_of: Any = owners.supervision_owner if is_forward else owners.approval_owner
    return Push(
        event=event,
        subject_id=subject_id,
        sender=sender,
        department=department,
        office=office,
        owner=context.owner(owner_of, department, office, preferred, None),
        direction=direction,
        kind=event.kind,
        case_number=event.case_number,
        payload=event.payload,
        message=event.payload.get("text", "") or event.summary,
        pushed_at=context.now,
    )
