"""The bell: rows of the portal's own, written in the caller's transaction. Everybody has it; it cannot be declined."""

from collections.abc import Sequence

from shenguan import bulk
from shenguan.notify.models import Notice
from shenguan.notify.telling import Telling


def tell(tellings: Sequence[Telling]) -> list[Notice]:
    """One line for each, in their order; one statement."""
    return bulk.create(
        Notice(
            staff=telling.staff,
            kind=telling.kind,
            title=telling.title[:200],
            body=telling.body,
            url=telling.url,
            case_number=telling.case_number,
            urgent=telling.urgent,
        )
        for telling in tellings
    )
