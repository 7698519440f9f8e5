"""The outbox: queueing messages. Sending them is `sending`."""

from collections.abc import Iterable

from django.db import transaction

from shenguan.events import nudge
from shenguan.notify.channels.sms.channel import sms
from shenguan.notify.models import Message
from shenguan.notify.templates import template_for

SENDING_TASK = "shenguan.notify.tasks.send_due_notices"


@transaction.atomic(savepoint=False)
def text_contact(
    *, name: str, mobile: str, kind: str, title: str, body: str = "", case_number: str = ""
) -> Message | None:
    """A short message to somebody outside, e.g. the contact of an application (R10.02). None without a number."""
    if not mobile:
        return None
    message = sms(
        name=name, mobile=mobile, template=template_for(kind), title=title, body=body, case_number=case_number
    )
    return queue([message])[0]


def queue(messages: Iterable[Message]) -> list[Message]:
    """Puts messages into the outbox, in the caller's transaction; a worker is woken once that is committed."""
    queued = Message.objects.bulk_create(messages)
    if queued:
        nudge.after_commit(SENDING_TASK)
    return queued
