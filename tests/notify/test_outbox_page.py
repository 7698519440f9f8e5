"""The outbox page: masked, for system administrators and coordinators only."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from shenguan.access.roles import Role
from shenguan.notify.models import GatewayState
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory
from tests.factories.notify import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    """A signed-in system administrator."""
    person = StaffFactory(roles=[Role.SYSTEM_ADMIN])
    client.force_login(person)
    return person


def test_it_shows_masked_rows(client, admin):
    MessageFactory(case_number="A-1")
    text = client.get(reverse("notify:outbox")).content.decode()
    assert "王*明" in text
    assert "138****5678" in text
    assert "A-1" in text


def test_it_never_shows_a_plain_name_or_number(client, admin):
    MessageFactory()
    text = client.get(reverse("notify:outbox")).content.decode()
    assert "王小明" not in text
    assert "13812345678" not in text


def test_it_narrows_to_one_state(client, admin):
    MessageFactory(text="等着")
    MessageFactory(text="发过", state="sent", sent_at=timezone.now())
    MessageFactory(text="没成", state="failed", attempts=3, last_error="no such number")
    text = client.get(reverse("notify:outbox"), {"state": "failed"}).content.decode()
    assert "没成" in text
    assert "第 3 次：no such number" in text
    assert "等着" not in text
    assert "发过" not in text


def test_it_ignores_an_unknown_state(client, admin):
    MessageFactory(text="等着")
    assert "等着" in client.get(reverse("notify:outbox"), {"state": "x"}).content.decode()


def test_it_says_that_nothing_leaves_the_house(client, admin):
    assert "短信、邮件当前未接入平台" in client.get(reverse("notify:outbox")).content.decode()


def test_it_narrows_to_one_channel(client, admin):
    MessageFactory(text="一条短信")
    MessageFactory(text="一封邮件", channel="email", address="li@example.gov.cn")
    text = client.get(reverse("notify:outbox"), {"channel": "email"}).content.decode()
    assert "一封邮件" in text
    assert "一条短信" not in text


def test_it_narrows_to_what_did_not_arrive(client, admin):
    now = timezone.now()
    MessageFactory(text="到了", state="sent", sent_at=now, receipt="delivered", receipt_at=now)
    MessageFactory(
        text="没到", state="sent", sent_at=now, receipt="undelivered", receipt_at=now, receipt_note="空号（12）"
    )
    text = client.get(reverse("notify:outbox"), {"state": "undelivered"}).content.decode()
    assert "没到" in text
    assert "空号（12）" in text
    assert "到了" not in text


def test_it_says_why_a_message_waits(client, admin, clock):
    MessageFactory(bundling=True)
    assert "合并中" in client.get(reverse("notify:outbox")).content.decode()


def test_it_says_that_a_message_waits_for_the_hours(client, clock):
    clock.move_to(datetime(2026, 11, 20, 22, 0, tzinfo=OFFICE_ZONE))
    client.force_login(StaffFactory(roles=[Role.SYSTEM_ADMIN]))
    MessageFactory()
    assert "静默时段，11-23 08:30 起发送" in client.get(reverse("notify:outbox")).content.decode()


def test_it_says_when_a_gateway_is_paused(client, admin, clock):
    GatewayState.objects.create(
        channel="sms", paused_until=timezone.now() + timedelta(minutes=2), pauses=3, last_error="连接失败"
    )
    text = client.get(reverse("notify:outbox")).content.decode()
    assert "短信网关不可用，暂停发送至 09:32:00" in text


def test_a_failed_message_has_a_button_until_it_was_sent_again(client, admin):
    old = MessageFactory(state="failed")
    assert reverse("notify:resend", args=[old.pk]) in client.get(reverse("notify:outbox")).content.decode()
    MessageFactory(resend_of=old)
    text = client.get(reverse("notify:outbox")).content.decode()
    assert reverse("notify:resend", args=[old.pk]) not in text
    assert text.count(" 重发</div>") == 1


def test_a_coordinator_sees_no_button(client):
    client.force_login(StaffFactory(roles=[Role.COORDINATOR]))
    MessageFactory(state="failed")
    assert "/resend/" not in client.get(reverse("notify:outbox")).content.decode()


def test_the_templates_are_listed_with_the_codes_of_the_provider(client, admin, settings):
    settings.SMS_GATEWAY, settings.SMS_HTTP_KEY = "http", "key"
    settings.SMS_HTTP_CONFIG = Path("examples/sms_gateway.json")
    text = client.get(reverse("notify:templates")).content.decode()
    assert "SMS_10002" in text
    assert "新的联动推送：{title}。" in text


def test_a_coordinator_may_look(client):
    client.force_login(StaffFactory(roles=[Role.COORDINATOR]))
    assert client.get(reverse("notify:outbox")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM_ADMIN, Role.COORDINATOR}])
def test_nobody_else_may(client, role):
    client.force_login(StaffFactory(roles=[role]))
    assert client.get(reverse("notify:outbox")).status_code == 403


def test_it_costs_the_same_for_many_messages(client, admin, django_assert_max_num_queries):
    for _ in range(40):
        carrier = MessageFactory(state="failed")
        MessageFactory(state="bundled", bundled_in=carrier)
        MessageFactory(resend_of=carrier)
    with django_assert_max_num_queries(10):
        client.get(reverse("notify:outbox"))
