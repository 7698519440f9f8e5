"""What a push says outside the portal (CONTRACT §4): thin, no ID number, no phone; details are pulled by link."""

from typing import Any

from linkage import links
from linkage.models import Push


def message_id(push: Push) -> str:
    """The key receivers drop repeats by: event and recipient's push, the same over retries and replays."""
    return f"{push.event.event_id}_{push.number}"


def push_data(push: Push) -> dict[str, Any]:
    """The `data` of the CloudEvent."""
    item = push.supervision_item
    return {
        "number": push.number,
        "sequence": push.sequence,
        "version": push.version,
        "direction": push.direction,
        "kind": push.kind,
        "event_id": str(push.event.event_id),
        "case_number": push.case_number,
        "approval_item": {"code": push.payload.get("item_code", ""), "name": push.payload.get("item_name", "")},
        "supervision_item": {"code": item.code, "name": item.name} if item else None,
        "subject": {
            "name": push.payload.get("subject_name", ""),
            "code": push.payload.get("subject_code", ""),
        },
        "by_commitment": push.by_commitment,
        "credit_flag": push.credit_flag,
        "list_version": push.list_version.label if push.list_version else None,
        "status": push.status,
        "next_step": push.next_step,
        "due_on": push.due_on.isoformat() if push.due_on else None,
        "pushed_at": push.pushed_at.isoformat(),
        "details": links.push_api_url(push.number),
    }
