"""Sending again what did not arrive: a new row, the address of today, once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.notify.models import Message
from tests.factories.ground import StaffFactory
from tests.factories.notify import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def admin(client):
    """A signed-in system administrator."""
    person = StaffFactory(roles=[Role.SYSTEM_ADMIN])
    client.force_login(person)
    return person


def press(client, message: Message):
    return client.post(reverse("notify:resend", args=[message.pk]))


def test_a_failed_message_goes_again_as_a_new_one(client, admin):
    old = MessageFactory(
        state="failed", attempts=10, last_error="空号", case_number="A-1", variables='{"title":"许可"}'
    )
    assert press(client, old).status_code == 302
    new = Message.objects.get(resend_of=old)
    assert (new.text, new.address, new.case_number, new.template_variables) == (
        old.text,
        old.address,
        "A-1",
        {"title": "许可"},
    )
    assert (new.state, new.attempts, new.due_at) == ("pending", 0, timezone.now())
    assert new.uid != old.uid
    old.refresh_from_db()
    assert (old.state, old.last_error) == ("failed", "空号")


def test_it_is_audited(client, admin):
    old = MessageFactory(state="failed")
    press(client, old)
    entry = AuditEntry.objects.get(action="message.resend")
    assert (entry.actor_key, entry.detail) == (admin.username, {"instead_of": str(old.uid)})


def test_what_the_network_lost_goes_again(client, admin):
    now = timezone.now()
    old = MessageFactory(state="sent", sent_at=now, receipt="undelivered", receipt_at=now)
    assert press(client, old).status_code == 302


def test_a_colleague_gets_it_at_the_number_of_today(client, admin):
    staff = StaffFactory(mobile="13900000001")
    press(client, MessageFactory(state="failed", recipient_key=staff.username, address="13800000000"))
    assert Message.objects.get(state="pending").address == "13900000001"


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_what_has_not_failed_stays(client, admin, state):
    message = MessageFactory(state=state, sent_at=timezone.now() if state == "sent" else None)
    response = press(client, message)
    assert response.status_code == 409
    assert "只有发送失败或未送达的可以重发" in response.content.decode()
    assert Message.objects.count() == 1


def test_it_goes_again_only_once(client, admin):
    old = MessageFactory(state="failed")
    press(client, old)
    assert press(client, old).status_code == 409
    assert Message.objects.count() == 2


def test_somebody_who_left_gets_nothing(client, admin):
    staff = StaffFactory(away=True)
    response = press(client, MessageFactory(state="failed", recipient_key=staff.username))
    assert response.status_code == 422
    assert "已离岗" in response.content.decode()
    assert Message.objects.count() == 1


def test_an_unknown_message_is_not_there(client, admin):
    assert client.post(reverse("notify:resend", args=[404])).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_nobody_else_may(client, role):
    client.force_login(StaffFactory(roles=[role]))
    assert press(client, MessageFactory(state="failed")).status_code == 403
    assert Message.objects.count() == 1


def test_looking_sends_nothing(client, admin):
    message = MessageFactory(state="failed")
    assert client.get(reverse("notify:resend", args=[message.pk])).status_code == 405
