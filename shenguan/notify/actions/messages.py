"""The outbox: queueing messages, each with the time at which it may leave. Sending them is `sending`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shenguan import bulk
from shenguan.events import nudge
from shenguan.notify import hours
from shenguan.notify.channels.base import OutsideChannel
from shenguan.notify.channels.sms.channel import sms
from shenguan.notify.letters import Letter
from shenguan.notify.models import Message
from shenguan.notify.telling import Telling
from shenguan.notify.templates import REMINDERS

SENDING_TASK = "shenguan.notify.tasks.send_due_notices"
COLLECT = timedelta(minutes=1)  # what comes within a minute comes together: a batch of routing, a published list


@transaction.atomic(savepoint=False)
def text_contact(
    *, name: str, mobile: str, kind: str, title: str, body: str = "", case_number: str = ""
) -> Message | None:
    """A short message to somebody outside, e.g. the contact of an application (R10.02). None without a number.

    It keeps the hours like any other, but is never merged: each is a communication of its own.
    """
    if not mobile:
        return None
    letter = sms(kind, {"title": title, "body": body}, name, mobile)
    return queue_one(letter._replace(case_number=case_number, due_at=hours.next_opening(timezone.now())))


def planned(telling: Telling, channel: OutsideChannel, pointer: str, now: datetime, opening: datetime) -> Letter:
    """The message of one telling by one channel, with its time.

    Urgent: at once, at any hour. The rest waits for others to the same person, and for the hours: until `opening`.
    """
    staff = telling.staff
    urgent = telling.urgent and telling.kind not in REMINDERS
    return channel.message(telling, pointer)._replace(
        recipient_key=staff.username,
        case_number=telling.case_number,
        act_by=telling.due_on,
        urgent=urgent,
        bundling=not urgent,
        due_at=now if urgent else opening,
    )


def collected_at(now: datetime) -> datetime:
    """When what is told now and is not urgent may leave at the earliest."""
    return hours.next_opening(now + COLLECT)


def queue(letters: Sequence[Letter]) -> None:
    """Puts messages into the outbox, in the caller's transaction; a worker is woken after it if one may leave now."""
    bulk.insert(Message, letters)
    _wake(letters)


def queue_one(letter: Letter) -> Message:
    """`queue` for one message; its row."""
    (message,) = bulk.create([Message(**letter._asdict())])
    _wake([letter])
    return message


def _wake(letters: Sequence[Letter]) -> None:
    now = timezone.now()
    if any(letter.due_at <= now and not letter.bundling for letter in letters):
        nudge.after_commit(SENDING_TASK)
