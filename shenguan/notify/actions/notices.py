"""Telling colleagues, and a colleague reading it."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from shenguan.access.actors import Actor
from shenguan.notify.actions.messages import collected_at, planned, queue
from shenguan.notify.actions.short_links import pointers_to
from shenguan.notify.channels import OUTSIDE, portal
from shenguan.notify.choices import Choices
from shenguan.notify.models import Message, Notice
from shenguan.notify.telling import Telling
from shenguan.org.models import Staff


def tell(
    staff: Staff,
    *,
    kind: str,
    title: str,
    body: str,
    url: str = "",
    case_number: str = "",
    urgent: bool = False,
    due_on: date | None = None,
) -> Notice:
    """A line under the person's bell and a short message to their mobile, both kept only if the caller commits.

    The meaning of the arguments is Telling's. People who left get the line (for the record) but no message.
    """
    telling = Telling(staff, kind, title, body, url, case_number, urgent, due_on)
    with transaction.atomic(savepoint=False):
        notice = portal.tell_one(telling)
        _write([telling])
    return notice


@transaction.atomic(savepoint=False)
def tell_many(tellings: Iterable[Telling]) -> None:
    """`tell` for each, in their order, in a few statements however many they are (SQLite needs one for every 30)."""
    wanted = list(tellings)
    portal.tell(wanted)
    _write(wanted)


def _write(tellings: Sequence[Telling]) -> None:
    """The messages that go with the lines, to those whom they reach."""
    people = {telling.staff.pk: telling.staff for telling in tellings}
    reached = {
        (pk, channel.name) for pk, staff in people.items() for channel in OUTSIDE.values() if channel.address_of(staff)
    }
    if not reached:
        return
    choices = Choices.of(people.values())
    leaving = [
        (telling, channel)
        for telling in tellings
        for channel in OUTSIDE.values()
        if (telling.staff.pk, channel.name) in reached and choices.leads(telling, channel.name)
    ]
    pointers = pointers_to(telling.url for telling, channel in leaving if channel.name == Message.Channel.SMS)
    now = timezone.now()
    opening = collected_at(now)
    queue([planned(telling, channel, pointers.get(telling.url, ""), now, opening) for telling, channel in leaving])


def mark_read(notice: Notice, *, by: Actor) -> bool:
    """Notes the first reading by the person it was for. False when it was read before, or is not theirs."""
    own = Notice.objects.of(by.staff).unread().filter(pk=notice.pk)
    return own.update(read_at=timezone.now()) == 1


def mark_all_read(*, by: Actor) -> int:
    """Reads everything under the person's own bell; returns how many lines were new."""
    return Notice.objects.of(by.staff).unread().update(read_at=timezone.now())
