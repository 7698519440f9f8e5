"""Sending: leased, outside any transaction, written down only by whoever still holds the lease."""

import asyncio
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shenguan.access.roles import Role
from shenguan.notify.actions import sending
from shenguan.notify.actions.sending import carry, lease, record, send_due
from shenguan.notify.channels.base import Gateway, GatewayDown, Outgoing, PermanentFailure, Receipt, TemporaryFailure
from shenguan.notify.channels.sms import channel
from shenguan.notify.models import GatewayState, Message, Notice
from shenguan.notify.tasks import send_due_notices
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory
from tests.factories.notify import MessageFactory

pytestmark = pytest.mark.django_db


class RecordingGateway(Gateway):
    """Remembers what it was given and answers as told."""

    name = "recording"
    at_once = 1

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.failure: Exception | None = None
        self.in_flight = self.most_in_flight = 0

    async def send(self, outgoing: Outgoing) -> Receipt:
        self.sent.append(outgoing)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        if self.failure:
            raise self.failure
        return Receipt("R-1")


@pytest.fixture
def gateway(monkeypatch, clock) -> RecordingGateway:
    """The gateway of the whole test, on a working day."""
    one = RecordingGateway()
    monkeypatch.setitem(channel.GATEWAYS, "embedded", lambda: one)
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
    monkeypatch.setattr(sending, "BATCH", 2)
    MessageFactory.create_batch(5)
    assert send_due() == 5


def test_it_leaves_what_is_not_due_yet(gateway, clock):
    MessageFactory(due_at=timezone.now() + timedelta(seconds=1))
    assert send_due() == 0


def test_it_leaves_what_another_worker_holds(gateway, clock):
    MessageFactory()
    lease("sms")
    assert send_due() == 0


def test_outside_the_hours_it_sends_only_what_is_urgent(gateway, clock):
    clock.move_to(datetime(2026, 11, 20, 18, 0, tzinfo=OFFICE_ZONE))
    MessageFactory(text="平常")
    MessageFactory(text="紧急", urgent=True)
    assert send_due() == 1
    assert gateway.sent[0].text == "紧急"


def test_it_takes_over_when_a_worker_died(gateway, clock):
    MessageFactory()
    lease("sms")
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
    message = MessageFactory(attempts=sending.MOST_ATTEMPTS - 1)
    gateway.failure = TemporaryFailure("time-out")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", sending.MOST_ATTEMPTS)


def test_it_has_one_more_try_before_the_last(gateway, clock):
    message = MessageFactory(attempts=sending.MOST_ATTEMPTS - 2)
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
    slow = lease("sms")
    clock.shift(91)
    fast = lease("sms")
    asyncio.run(carry(slow))
    assert record(slow) == 0
    assert Message.objects.get().state == "pending"
    asyncio.run(carry(fast))
    assert record(fast) == 1
    assert Message.objects.get().state == "sent"


def test_it_carries_several_at_once(gateway):
    gateway.at_once = 4
    MessageFactory.create_batch(10)
    assert send_due() == 10
    assert gateway.most_in_flight == 4


def test_it_takes_as_many_statements_for_many_messages_as_for_two(gateway, django_assert_max_num_queries):
    MessageFactory.create_batch(60)
    with django_assert_max_num_queries(45):
        send_due()


def test_a_gateway_that_is_down_costs_no_attempt(gateway):
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(10)
    send_due()
    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert len(gateway.sent) == 3


def test_a_gateway_that_is_down_is_left_alone_for_a_while(gateway, clock):
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(4)
    send_due()
    clock.shift(29)
    assert send_due() == 0
    clock.shift(8)
    assert send_due() == 1  # one goes ahead as a probe
    assert len(gateway.sent) == 4
    assert GatewayState.objects.get().pauses == 2


def test_two_failures_are_not_yet_an_outage(gateway, clock):
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(2)
    send_due()
    assert GatewayState.objects.get().paused_until is None
    gateway.failure = None
    clock.shift(10)
    assert send_due() == 2


def test_it_goes_on_once_the_gateway_answers_again(gateway, clock):
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(5)
    send_due()
    gateway.failure = None
    clock.shift(37)
    assert send_due() == 5
    state = GatewayState.objects.get()
    assert (state.paused_until, state.failures, state.pauses) == (None, 0, 0)


def test_a_refused_number_proves_that_the_gateway_works(gateway, clock):
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(3)
    send_due()
    gateway.failure = PermanentFailure("空号")
    clock.shift(37)
    assert send_due() == 3
    assert GatewayState.objects.get().paused_until is None


def test_it_rests_as_long_as_the_gateway_asks(gateway, clock):
    gateway.failure = GatewayDown("流控", retry_after=timedelta(minutes=5))
    MessageFactory.create_batch(2)
    send_due()
    assert len(gateway.sent) == 1
    clock.shift(299)
    assert send_due() == 0
    clock.shift(1)
    assert send_due() == 1


def test_system_administrators_hear_of_an_outage_once(gateway, clock):
    admin = StaffFactory(roles=[Role.SYSTEM_ADMIN])
    gateway.failure = GatewayDown("连接失败")
    MessageFactory.create_batch(4)
    send_due()
    clock.shift(37)
    send_due()
    notice = Notice.objects.get()
    assert (notice.staff, notice.title) == (admin, "短信网关不可用，已暂停发送")
    assert "连接失败" in notice.body


def test_a_pause_never_grows_beyond_ten_minutes(clock):
    state = GatewayState(channel="sms")
    for _ in range(30):
        state.fail(timezone.now(), times=3, error="连接失败", wait=None)
    assert timedelta(minutes=10) <= state.paused_until - timezone.now() <= timedelta(minutes=12)


def test_the_database_knows_that_sent_has_a_time():
    with pytest.raises(IntegrityError, match="message_sent_at_iff_sent"), transaction.atomic():
        MessageFactory(state="sent")


def test_the_database_knows_that_a_lease_has_an_end():
    with pytest.raises(IntegrityError, match="message_lease_is_whole"), transaction.atomic():
        MessageFactory(lease_until=timezone.now())
