"""The outbox: queueing messages, and one pass of sending those that are due.

Plan of a pass: lease a few rows and commit; send outside any transaction; write each outcome only while the lease is
still ours. A worker killed in between leaves a lease that runs out, and the message goes again under the same uid,
which a gateway uses to recognise it: at least once, never silently lost.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.utils import timezone

from shenguan.events import nudge
from shenguan.notify.gateways import gateway_for
from shenguan.notify.gateways.base import Outgoing, PermanentFailure, TemporaryFailure
from shenguan.notify.models import Message
from shenguan.notify.templates import Template, template_for

logger = logging.getLogger(__name__)

SENDING_TASK = "shenguan.notify.tasks.send_due_notices"
BATCH = 100
LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 10  # with waits of 1, 2, 4 … minutes, capped at four hours: about half a day
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)


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


def sms(
    *,
    name: str,
    mobile: str,
    template: Template,
    title: str,
    body: str,
    case_number: str = "",
    urgent: bool = False,
    recipient_key: str = "",
) -> Message:
    """A short message, not yet in the outbox."""
    return Message(
        channel=Message.Channel.SMS,
        recipient_key=recipient_key,
        recipient_name=name,
        address=mobile,
        template_code=template.code,
        text=template.render(title=title, body=body),
        case_number=case_number,
        urgent=urgent,
    )


def queue(messages: Iterable[Message]) -> list[Message]:
    """Puts messages into the outbox, in the caller's transaction; a worker is woken once that is committed."""
    queued = Message.objects.bulk_create(messages)
    if queued:
        nudge.after_commit(SENDING_TASK)
    return queued


def send_due() -> int:
    """Sends everything that is due, batch by batch, safe beside other workers; returns how many were handled."""
    handled = 0
    while batch := lease_batch():
        for message in batch:
            send_one(message)
        handled += len(batch)
    return handled


@transaction.atomic
def lease_batch() -> list[Message]:
    """Takes up to BATCH due messages for LEASE, urgent ones first, leaving those other workers hold."""
    now = timezone.now()
    due = Message.objects.due(now).order_by("-urgent", "due_at", "id").select_for_update(skip_locked=True)
    messages = list(due[:BATCH])
    token = uuid.uuid4()
    for message in messages:
        message.lease_until, message.lease_token = now + LEASE, token
        message.attempts += 1
    Message.objects.bulk_update(messages, ["lease_until", "lease_token", "attempts"])
    return messages


def send_one(message: Message) -> bool:
    """Hands a leased message to its gateway and writes down the outcome. False when the lease had passed to another."""
    gateway = gateway_for(message.channel)
    outgoing = Outgoing(
        uid=str(message.uid), address=message.address, template_code=message.template_code, text=message.text
    )
    try:
        receipt = gateway.send(outgoing)
    except PermanentFailure as failure:
        return _finish(message, gateway.name, state=Message.State.FAILED, last_error=str(failure)[:300])
    except TemporaryFailure as failure:
        return _try_later(message, gateway.name, str(failure), failure.retry_after)
    except Exception as failure:  # a fault of one gateway must not stop the messages behind this one
        logger.exception("gateway %s failed on message %s", gateway.name, message.uid)
        return _try_later(message, gateway.name, f"{type(failure).__name__}: {failure}", None)
    return _finish(
        message,
        gateway.name,
        state=Message.State.SENT,
        sent_at=timezone.now(),
        gateway_reference=receipt.reference,
        last_error="",
    )


def _try_later(message: Message, gateway: str, error: str, retry_after: timedelta | None) -> bool:
    """Plans the next attempt, or gives up visibly after the last."""
    if message.attempts >= MOST_ATTEMPTS:
        return _finish(message, gateway, state=Message.State.FAILED, last_error=error[:300])
    wait = retry_after or min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
    # spread, so that a provider that comes back is not flooded
    due_at = timezone.now() + wait * SystemRandom().uniform(1.0, 1.2)
    return _finish(message, gateway, due_at=due_at, last_error=error[:300])


def _finish(message: Message, gateway: str, **outcome: Any) -> bool:
    """Writes the outcome and drops the lease, unless the lease ran out and another worker took the message."""
    mine = Message.objects.filter(pk=message.pk, lease_token=message.lease_token, state=Message.State.PENDING)
    if mine.update(gateway=gateway, lease_until=None, lease_token=None, **outcome):
        return True
    logger.warning("message %s: the lease had passed to another worker", message.uid)
    return False
