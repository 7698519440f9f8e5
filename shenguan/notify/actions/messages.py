"""The outbox: queueing messages, each with the time at which it may leave. Sending them is `sending`."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from shenguan import bulk
from shenguan.events import nudge
from shenguan.notify import hours
from shenguan.notify.channels.base import OutsideChannel
from shenguan.notify.channels.sms.channel import sms
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
    message = sms(kind, {"title": title, "body": body}, name, mobile)
    message.case_number, message.due_at = case_number, hours.next_opening(timezone.now())
    return queue([message])[0]


def planned(telling: Telling, channel: OutsideChannel, pointer: str = "") -> Message:
    """The message of one telling by one channel, with its time. Not saved.

    Urgent: at once, at any hour. The rest waits for others to the same person, and for the hours.
    """
    now = timezone.now()
    message = channel.message(telling, pointer)
    message.recipient_key, message.case_number = telling.staff.username, telling.case_number
    message.act_by = telling.due_on
    message.urgent = telling.urgent and telling.kind not in REMINDERS
    message.bundling = not message.urgent
    message.due_at = now if message.urgent else hours.next_opening(now + COLLECT)
    return message


def queue(messages: Sequence[Message]) -> list[Message]:
    """Puts messages into the outbox, in the caller's transaction; a worker is woken after it if one may leave now."""
    queued = bulk.create(messages)
    now = timezone.now()
    if any(message.due_at <= now and not message.bundling for message in queued):
        nudge.after_commit(SENDING_TASK)
    return queued
