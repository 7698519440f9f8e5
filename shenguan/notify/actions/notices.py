"""Telling colleagues, and a colleague reading it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from shenguan.access.actors import Actor
from shenguan.notify.actions.messages import queue, sms
from shenguan.notify.models import Message, Notice
from shenguan.notify.telling import Telling
from shenguan.notify.templates import template_for
from shenguan.org.models import Staff


def tell(
    staff: Staff, *, kind: str, title: str, body: str, url: str = "", case_number: str = "", urgent: bool = False
) -> Notice:
    """A line under the person's bell and a short message to their mobile, both kept only if the caller commits.

    The meaning of the arguments is Telling's. People who left get the line (for the record) but no message.
    """
    return tell_many([Telling(staff, kind, title, body, url, case_number, urgent)])[0]


@transaction.atomic(savepoint=False)
def tell_many(tellings: Iterable[Telling]) -> list[Notice]:
    """`tell` for each, in their order, by a number of statements that does not grow with the number of people."""
    wanted = list(tellings)
    notices = Notice.objects.bulk_create(_notice(telling) for telling in wanted)
    queue(_message(telling) for telling in wanted if telling.staff.is_active and telling.staff.mobile)
    return notices


def _notice(telling: Telling) -> Notice:
    return Notice(
        staff=telling.staff,
        kind=telling.kind,
        title=telling.title[:200],
        body=telling.body,
        url=telling.url,
        case_number=telling.case_number,
        urgent=telling.urgent,
    )


def _message(telling: Telling) -> Message:
    return sms(
        name=telling.staff.name,
        mobile=telling.staff.mobile,
        template=template_for(telling.kind),
        title=telling.title,
        body=telling.body,
        case_number=telling.case_number,
        urgent=telling.urgent,
        recipient_key=telling.staff.username,
    )


def mark_read(notice: Notice, *, by: Actor) -> bool:
    """Notes the first reading by the person it was for. False when it was read before, or is not theirs."""
    own = Notice.objects.of(by.staff).unread().filter(pk=notice.pk)
    return own.update(read_at=timezone.now()) == 1


def mark_all_read(*, by: Actor) -> int:
    """Reads everything under the person's own bell; returns how many lines were new."""
    return Notice.objects.of(by.staff).unread().update(read_at=timezone.now())
