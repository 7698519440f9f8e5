"""What a push says outside the portal (CONTRACT §4): thin, no ID number, no phone; details are pulled by link.

Parcels are made from plain columns, not from model objects: a backlog is read at thousands of rows a second.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from linkage import links
from linkage.channels.base import Parcel
from linkage.models import Delivery
from linkage.models.delivery import DeliveryQuerySet


class Row(NamedTuple):
    """The columns a parcel is made of, in the order of COLUMNS."""

    delivery_id: int
    attempts_made: int
    first_attempt_at: datetime | None
    alone: bool
    lane_case: str
    number: str
    sequence: int
    version: int
    direction: str
    kind: str
    case_number: str
    item_code: str | None
    item_name: str | None
    list_version: str | None
    by_commitment: bool
    credit_flag: str
    status: str
    next_step: str
    due_on: date | None
    pushed_at: datetime
    content: dict[str, Any]
    event_id: UUID
    event_at: datetime


COLUMNS = (
    "pk",
    "attempts_made",
    "first_attempt_at",
    "alone",
    "case_number",
    "push__number",
    "push__sequence",
    "push__version",
    "push__direction",
    "push__kind",
    "push__case_number",
    "push__supervision_item__code",
    "push__supervision_item__name",
    "push__list_version__label",
    "push__by_commitment",
    "push__credit_flag",
    "push__status",
    "push__next_step",
    "push__due_on",
    "push__pushed_at",
    "push__payload",
    "push__event__event_id",
    "push__event__recorded_at",
)


def parcels(deliveries: DeliveryQuerySet) -> list[Parcel]:
    """The parcels of these deliveries, in their order."""
    return [parcel_of(values) for values in deliveries.values_list(*COLUMNS)]


def parcel_of(values: Iterable[Any]) -> Parcel:
    """The parcel of one row, given the values of COLUMNS."""
    row = Row._make(values)
    event_id = str(row.event_id)
    return Parcel(
        delivery_id=row.delivery_id,
        number=row.attempts_made + 1,
        first_attempt_at=row.first_attempt_at,
        case_number=row.lane_case,
        alone=row.alone,
        message_id=f"{event_id}_{row.number}",
        event_id=event_id,
        event_at=row.event_at,
        data=_data(row, event_id),
    )


def message_id(delivery: Delivery) -> str:
    """The key receivers drop repeats by: event and recipient's push, the same over retries and replays."""
    return f"{delivery.push.event.event_id}_{delivery.push.number}"


def _data(row: Row, event_id: str) -> dict[str, Any]:
    """The `data` of the CloudEvent."""
    content = row.content
    return {
        "number": row.number,
        "sequence": row.sequence,
        "version": row.version,
        "direction": row.direction,
        "kind": row.kind,
        "event_id": event_id,
        "case_number": row.case_number,
        "approval_item": {"code": content.get("item_code", ""), "name": content.get("item_name", "")},
        "supervision_item": {"code": row.item_code, "name": row.item_name} if row.item_code else None,
        "subject": {"name": content.get("subject_name", ""), "code": content.get("subject_code", "")},
        "by_commitment": row.by_commitment,
        "credit_flag": row.credit_flag,
        "list_version": row.list_version,
        "status": row.status,
        "next_step": row.next_step,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "pushed_at": row.pushed_at.isoformat(),
        "details": links.push_api_url(row.number),
    }
