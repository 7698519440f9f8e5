"""The bell: rows of the portal's own, written in the caller's transaction. Everybody has it; it cannot be declined."""

from collections.abc import Iterable
from typing import NamedTuple

from shenguan import bulk
from shenguan.notify.models import Notice
from shenguan.notify.telling import Telling


class _Line(NamedTuple):
    """A row of Notice."""

    staff_id: int
    kind: str
    title: str
    body: str
    url: str
    case_number: str
    urgent: bool


def tell(tellings: Iterable[Telling]) -> None:
    """One line for each, in their order; one statement."""
    bulk.insert(Notice, [_line(telling) for telling in tellings])


def tell_one(telling: Telling) -> Notice:
    """One line, and its row."""
    (notice,) = bulk.create([Notice(**_line(telling)._asdict())])
    return notice


def _line(telling: Telling) -> _Line:
    return _Line(
        staff_id=telling.staff.pk,
        kind=telling.kind,
        title=telling.title[:200],
        body=telling.body,
        url=telling.url,
        case_number=telling.case_number,
        urgent=telling.urgent,
    )
