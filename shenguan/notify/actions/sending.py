"""One pass of sending what is due.

Plan of a pass: lease a batch per channel and commit; carry all batches at once, outside any transaction; write each
outcome only while the lease is still ours. A worker killed in between leaves a lease that runs out, and the message
goes again under the same uid, which a gateway uses to recognise it: at least once, never silently lost. A gateway that
is down costs no message an attempt: the breaker (GatewayState) pauses its channel, the others go on.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shenguan import bulk
from shenguan.access.roles import Permission
from shenguan.notify.actions.bundling import bundle_due
from shenguan.notify.channels import OUTSIDE, gateway_for, portal
from shenguan.notify.channels.base import (
    Answer,
    Gateway,
    GatewayDown,
    Outgoing,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
)
from shenguan.notify.models import GatewayState, Message
from shenguan.notify.models.gateway_state import DOWN_AT
from shenguan.notify.telling import Telling
from shenguan.org.selectors import staff_who_may

logger = logging.getLogger(__name__)

BATCH = 100  # of one channel
LEASE = timedelta(seconds=90)  # a batch of calls that all take their longest time ends well before
MOST_ATTEMPTS = 10  # with waits of 1, 2, 4 … minutes, capped at four hours: about half a day
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
AFTER_DOWN = timedelta(seconds=10)
OUTCOME = ["state", "sent_at", "due_at", "attempts", "gateway", "gateway_reference", "last_error"]
_dice = SystemRandom()


@dataclass
class Load:
    """One leased batch of one channel and what became of it."""

    channel: str
    messages: list[Message]
    gateway: str = ""
    answers: dict[int, Answer] = field(default_factory=dict)  # by message; what was not tried has none
    failures: int = 0  # of the gateway, in a row, at the end
    down: GatewayDown | None = None  # the last of them


def send_due(*, seconds: float = 20.0) -> int:
    """Sends what is due, stops leasing after `seconds`; how many messages were tried. Safe beside other workers."""
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until and bundle_due():
        pass
    while time.monotonic() < until and (loads := [load for name in OUTSIDE if (load := lease(name)).messages]):
        asyncio.run(_carry_all(loads))
        for load in loads:
            record(load)
            tried += len(load.answers)
    return tried


@transaction.atomic
def lease(channel: str) -> Load:
    """Takes due messages of a channel for LEASE, urgent ones first, leaving those other workers hold."""
    now = timezone.now()
    state = GatewayState.objects.filter(channel=channel).first()
    limit = state.allowance(now, BATCH) if state else BATCH
    due = Message.objects.due(now).filter(channel=channel).order_by("-urgent", "due_at", "id")
    messages = list(due.select_for_update(skip_locked=True)[:limit]) if limit else []
    token = uuid.uuid4()
    for message in messages:
        message.lease_token = token
        message.attempts += 1
    if messages:
        rows = Message.objects.filter(pk__in=[message.pk for message in messages])
        rows.update(lease_until=now + LEASE, lease_token=token, attempts=F("attempts") + 1)
    return Load(channel, messages)


async def _carry_all(loads: Sequence[Load]) -> None:
    await asyncio.gather(*(carry(load) for load in loads))


async def carry(load: Load) -> None:
    """Hands a batch to its gateway, several messages at a time; stops early when the gateway turns out to be down."""
    gateway = gateway_for(load.channel)
    load.gateway = gateway.name
    gate = asyncio.Semaphore(gateway.at_once)

    async def one(message: Message) -> None:
        async with gate:
            if load.failures < DOWN_AT and not (load.down and load.down.retry_after):
                answer = await _send(gateway, message)
                load.answers[message.pk] = answer
                load.failures = load.failures + 1 if isinstance(answer, GatewayDown) else 0
                load.down = answer if isinstance(answer, GatewayDown) else None

    async with gateway:
        await asyncio.gather(*(one(message) for message in load.messages))


async def _send(gateway: Gateway, message: Message) -> Answer:
    outgoing = Outgoing(
        uid=str(message.uid),
        address=message.address,
        template_code=message.template_code,
        text=message.text,
        subject=message.subject,
        variables=message.template_variables,
    )
    try:
        return await gateway.send(outgoing)
    except (PermanentFailure, TemporaryFailure) as failure:
        return failure
    except Exception as failure:  # a fault in one message must not stop the messages behind it
        logger.exception("gateway %s failed on message %s", gateway.name, message.uid)
        return TemporaryFailure(f"{type(failure).__name__}: {failure}")


@transaction.atomic
def record(load: Load) -> int:
    """Writes down what became of a batch and drops its lease; how many outcomes counted.

    A message whose lease ran out and passed to another worker is left to that one.
    """
    now = timezone.now()
    ours = {message.pk: message.lease_token for message in load.messages}
    rows = Message.objects.select_for_update().filter(pk__in=ours, state=Message.State.PENDING).order_by("pk")
    mine = [row for row in rows if row.lease_token == ours[row.pk]]
    for row in mine:
        row.lease_until = row.lease_token = None
        row.gateway = load.gateway
        _apply(row, load.answers.get(row.pk), now)
    bulk.update(mine, [*OUTCOME, "lease_until", "lease_token"])
    _note(load, now)
    if late := len(ours) - len(mine):
        logger.warning("%s messages: the lease had passed to another worker", late)
    return sum(row.pk in load.answers for row in mine)


def _apply(row: Message, answer: Answer | None, now: datetime) -> None:
    """One outcome, not saved. Neither a dead gateway nor a batch that stopped early costs the message an attempt."""
    if isinstance(answer, Receipt):
        row.state, row.sent_at, row.last_error = Message.State.SENT, now, ""
        row.gateway_reference = answer.reference
        return
    if answer is None or isinstance(answer, GatewayDown):
        row.attempts -= 1
        row.last_error = str(answer or row.last_error)[:300]
        row.due_at = now + AFTER_DOWN if answer else row.due_at
        return
    row.last_error = str(answer)[:300]
    if isinstance(answer, PermanentFailure) or row.attempts >= MOST_ATTEMPTS:
        row.state = Message.State.FAILED
        return
    doubled = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    # spread, so that a provider that comes back is not flooded
    row.due_at = now + max(doubled, answer.retry_after or timedelta(0)) * _dice.uniform(1.0, 1.2)


def _note(load: Load, now: datetime) -> None:
    """Keeps the breaker of the channel; a row is written only when something changed."""
    if not load.answers:
        return
    state = GatewayState.objects.select_for_update().filter(channel=load.channel).first()
    if load.down is None:
        if state and (state.failures or state.paused_until):
            state.work(now)
            state.save()
        return
    state = state or GatewayState(channel=load.channel)
    began = state.fail(now, times=load.failures, error=str(load.down), wait=load.down.retry_after)
    state.save()
    if began:
        _alarm(state)


def _alarm(state: GatewayState) -> None:
    """A line under the bell of the system administrators; no message, which could not leave anyway."""
    name = Message.Channel(state.channel).label
    portal.tell(
        [
            Telling(
                person,
                "gateway.down",
                f"{name}网关不可用，已暂停发送",
                f"{state.last_error}。{name}排队等候，平台会自动试探，恢复后继续发送，不会丢失。",
                url="/messages/outbox/",
                urgent=True,
            )
            for person in staff_who_may(Permission.SYSTEM_MANAGE)
        ]
    )
