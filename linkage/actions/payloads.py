"""What a push says outside the portal (CONTRACT §4): thin, no ID number, no phone; details are pulled by link.

Parcels are made from plain columns, not from model objects: a backlog is read at thousands of rows a second.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from linkage import links
from linkage.channels.base import Parcel
from linkage.models import Delivery, ListVersion
from linkage.models.delivery import DeliveryQuerySet
from supervision.models import SupervisionItem


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
    item_id: int | None
    version_id: int | None
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
    "push__supervision_item_id",
    "push__list_version_id",
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


@dataclass
class Names:
    """Supervision items and list versions by id, read once a pass."""

    items: dict[int, dict[str, str]] = field(default_factory=dict)
    versions: dict[int, str] = field(default_factory=dict)

    def know(self, rows: Iterable[Row]) -> None:
        """Reads what these rows name and was not read before."""
        rows = list(rows)
        items = {row.item_id for row in rows if row.item_id} - self.items.keys()
        if items:
            found = SupervisionItem.objects.filter(pk__in=items).values_list("pk", "code", "name")
            self.items |= {pk: {"code": code, "name": name} for pk, code, name in found}
        versions = {row.version_id for row in rows if row.version_id} - self.versions.keys()
        if versions:
            self.versions |= dict(ListVersion.objects.filter(pk__in=versions).values_list("pk", "label"))


def parcels(deliveries: DeliveryQuerySet, names: Names) -> list[Parcel]:
    """The parcels of these deliveries, in their order."""
    rows = [Row(*values) for values in deliveries.values_list(*COLUMNS)]
    names.know(rows)
    return [_parcel(row, names) for row in rows]


def message_id(delivery: Delivery) -> str:
    """The key receivers drop repeats by: event and recipient's push, the same over retries and replays."""
    return f"{delivery.push.event.event_id}_{delivery.push.number}"


def _parcel(row: Row, names: Names) -> Parcel:
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
        data=_data(row, event_id, names),
    )


def _data(row: Row, event_id: str, names: Names) -> dict[str, Any]:
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
        "supervision_item": names.items.get(row.item_id) if row.item_id else None,
        "subject": {"name": content.get("subject_name", ""), "code": content.get("subject_code", "")},
        "by_commitment": row.by_commitment,
        "credit_flag": row.credit_flag,
        "list_version": names.versions.get(row.version_id) if row.version_id else None,
        "status": row.status,
        "next_step": row.next_step,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "pushed_at": row.pushed_at.isoformat(),
        "details": links.push_api_url(row.number),
    }
