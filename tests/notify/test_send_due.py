"""Sending: leased, outside any transaction, written down only by whoever still holds the lease."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shenguan.notify import gateways
from shenguan.notify.actions import messages
from shenguan.notify.actions.messages import lease_batch, send_due, send_one
from shenguan.notify.gateways.base import Gateway, Outgoing, PermanentFailure, Receipt, TemporaryFailure
from shenguan.notify.models import Message
from shenguan.notify.tasks import send_due_notices
from tests.factories.notify import MessageFactory

pytestmark = pytest.mark.django_db


class RecordingGateway(Gateway):
    """Remembers what it was given and answers as told."""

    name = "recording"

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.failure: Exception | None = None

    def send(self, outgoing: Outgoing) -> Receipt:
        self.sent.append(outgoing)
        if self.failure:
            raise self.failure
        return Receipt("R-1")


@pytest.fixture
def gateway(monkeypatch) -> RecordingGateway:
    """The gateway of the whole test."""
    one = RecordingGateway()
    monkeypatch.setitem(gateways.GATEWAYS, "embedded", lambda: one)
    return one


def test_the_embedded_gateway_stores_only(clock):
    message = MessageFactory()
    assert send_due_notices() == 1
    message.refresh_from_db()
    assert (message.state, message.gateway, message.sent_at) == ("sent", "embedded", timezone.now())
    assert message.lease_token is None


def test_it_hands_over_what_the_provider_needs(gateway):
    message = MessageFactory()
    send_due()
    assert gateway.sent == [Outgoing(str(message.uid), message.address, "general", message.text)]
    message.refresh_from_db()
    assert message.gateway_reference == "R-1"


def test_a_second_run_sends_nothing_again(gateway):
    MessageFactory()
    send_due()
    assert send_due() == 0
    assert len(gateway.sent) == 1


def test_it_sends_urgent_ones_first(gateway, clock):
    MessageFactory(text="平常")
    MessageFactory(text="紧急", urgent=True)
    send_due()
    assert [outgoing.text for outgoing in gateway.sent] == ["紧急", "平常"]


def test_it_works_in_batches(gateway, monkeypatch):
    monkeypatch.setattr(messages, "BATCH", 2)
    MessageFactory.create_batch(5)
    assert send_due() == 5


def test_it_leaves_what_is_not_due_yet(gateway, clock):
    MessageFactory(due_at=timezone.now() + timedelta(seconds=1))
    assert send_due() == 0


def test_it_leaves_what_another_worker_holds(gateway, clock):
    MessageFactory()
    lease_batch()
    assert send_due() == 0


def test_it_takes_over_when_a_worker_died(gateway, clock):
    MessageFactory()
    lease_batch()
    clock.shift(91)
    assert send_due() == 1
    assert Message.objects.get().attempts == 2


def test_it_tries_again_later_after_a_temporary_failure(gateway, clock):
    message = MessageFactory()
    gateway.failure = TemporaryFailure("time-out")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("pending", 1, "time-out")
    assert timedelta(minutes=1) <= message.due_at - timezone.now() <= timedelta(minutes=1.2)
    gateway.failure = None
    clock.shift(73)
    send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("sent", "")
    assert gateway.sent[0].uid == gateway.sent[1].uid


def test_it_waits_as_long_as_the_provider_asks(gateway, clock):
    message = MessageFactory()
    gateway.failure = TemporaryFailure("throttled", retry_after=timedelta(hours=1))
    send_due()
    message.refresh_from_db()
    assert message.due_at - timezone.now() >= timedelta(hours=1)


def test_it_gives_up_visibly_after_the_last_attempt(gateway, clock):
    message = MessageFactory(attempts=messages.MOST_ATTEMPTS - 1)
    gateway.failure = TemporaryFailure("time-out")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", messages.MOST_ATTEMPTS)


def test_it_has_one_more_try_before_the_last(gateway, clock):
    message = MessageFactory(attempts=messages.MOST_ATTEMPTS - 2)
    gateway.failure = TemporaryFailure("time-out")
    send_due()
    message.refresh_from_db()
    assert message.state == "pending"


def test_a_permanent_failure_ends_it_at_once(gateway):
    message = MessageFactory()
    gateway.failure = PermanentFailure("no such number")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("failed", 1, "no such number")


def test_one_broken_message_does_not_stop_the_others(gateway, clock):
    gateway.failure = ValueError("a gateway with a bug")
    MessageFactory.create_batch(2)
    assert send_due() == 2
    assert set(Message.objects.values_list("state", "last_error")) == {("pending", "ValueError: a gateway with a bug")}


def test_an_outcome_is_not_written_after_the_lease_passed_on(gateway, clock):
    MessageFactory()
    (slow,) = lease_batch()
    clock.shift(91)
    (fast,) = lease_batch()
    assert not send_one(slow)
    assert Message.objects.get().state == "pending"
    assert send_one(fast)
    assert Message.objects.get().state == "sent"


def test_the_database_knows_that_sent_has_a_time():
    with pytest.raises(IntegrityError, match="message_sent_at_iff_sent"), transaction.atomic():
        MessageFactory(state="sent")


def test_the_database_knows_that_a_lease_has_an_end():
    with pytest.raises(IntegrityError, match="message_lease_is_whole"), transaction.atomic():
        MessageFactory(lease_until=timezone.now())
