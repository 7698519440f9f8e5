"""tell and text_contact: a line under the bell, a row in the outbox, both only if the caller commits."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shenguan import notify
from shenguan.notify.actions.messages import SENDING_TASK
from shenguan.notify.models import Message, Notice
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


def tell(staff, **changes) -> Notice:
    given = {"kind": "push.received", "title": "歌舞厅许可", "body": "请 3 个工作日内认领。", "case_number": "A-1"}
    return notify.tell(staff, **(given | changes))


def test_it_puts_a_line_under_the_bell():
    staff = StaffFactory()
    notice = tell(staff, url="/linkage/inbox/", urgent=True)
    assert list(Notice.objects.of(staff).unread()) == [notice]
    assert (notice.title, notice.url, notice.case_number, notice.urgent) == (
        "歌舞厅许可",
        "/linkage/inbox/",
        "A-1",
        True,
    )


def test_it_queues_a_short_message_with_the_registered_text():
    tell(StaffFactory(username="li", name="李丽", mobile="13800000001"))
    message = Message.objects.get()
    assert (message.recipient_key, message.recipient_name, message.address) == ("li", "李丽", "13800000001")
    assert message.template_code == "push_received"
    assert message.text.startswith("【云州市审管联动】新的联动推送：歌舞厅许可。请 3 个工作日内认领。")
    assert (message.state, message.case_number) == ("pending", "A-1")


def test_it_uses_the_general_text_for_a_kind_without_its_own():
    tell(StaffFactory(), kind="something.new")
    assert Message.objects.get().template_code == "general"


def test_it_sends_no_message_to_somebody_without_a_number():
    tell(StaffFactory(mobile=""))
    assert Notice.objects.exists()
    assert not Message.objects.exists()


def test_it_sends_no_message_to_somebody_who_left():
    tell(StaffFactory(away=True))
    assert Notice.objects.exists()
    assert not Message.objects.exists()


def test_it_stores_name_number_and_text_encrypted():
    tell(StaffFactory(name="李丽", mobile="13800000001"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient_name, address, text FROM notify_message")
        row = cursor.fetchone()
    assert all(value.startswith("a1:") for value in row)


def test_it_keeps_nothing_when_the_caller_rolls_back():
    with transaction.atomic():
        tell(StaffFactory())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Message.objects.exists()


def test_something_urgent_wakes_the_sender_after_the_commit(committing, nudges):
    with committing():
        tell(StaffFactory(), urgent=True)
        tell(StaffFactory(), urgent=True)
    assert nudges == [SENDING_TASK]


def test_what_waits_for_others_wakes_nobody(committing, nudges, clock):
    with committing():
        tell(StaffFactory())
    assert nudges == []
    message = Message.objects.get()
    assert (message.bundling, message.due_at) == (True, timezone.now() + timedelta(minutes=1))


def test_something_urgent_leaves_at_once_even_at_night(clock):
    clock.move_to(datetime(2026, 11, 21, 3, 0, tzinfo=OFFICE_ZONE))
    tell(StaffFactory(), urgent=True)
    message = Message.objects.get()
    assert (message.urgent, message.bundling, message.due_at) == (True, False, timezone.now())


def test_a_reminder_waits_for_the_hours_even_when_it_is_urgent(clock):
    clock.move_to(datetime(2026, 11, 20, 0, 5, tzinfo=OFFICE_ZONE))
    notice = tell(StaffFactory(), kind="push.overdue", urgent=True)
    message = Message.objects.get()
    assert notice.urgent
    assert (message.urgent, message.bundling) == (False, True)
    assert message.due_at == datetime(2026, 11, 20, 8, 30, tzinfo=OFFICE_ZONE)


def test_a_contact_is_not_texted_at_night(clock):
    clock.move_to(datetime(2026, 11, 20, 22, 0, tzinfo=OFFICE_ZONE))
    message = notify.text_contact(name="王小明", mobile="13812345678", kind="approval.accepted", title="歌舞厅许可")
    assert (message.bundling, message.due_at) == (False, datetime(2026, 11, 23, 8, 30, tzinfo=OFFICE_ZONE))


def test_it_shortens_a_long_title():
    assert len(tell(StaffFactory(), title="长" * 300).title) == 200


def test_a_contact_outside_gets_a_message_and_no_bell():
    message = notify.text_contact(
        name="王小明", mobile="13812345678", kind="approval.accepted", title="歌舞厅许可", case_number="A-1"
    )
    assert message.text == "【云州市审管联动】您的申请已受理：歌舞厅许可。"
    assert message.recipient_key == ""
    assert not Notice.objects.exists()


def test_a_contact_without_a_number_gets_nothing():
    assert notify.text_contact(name="王小明", mobile="", kind="approval.accepted", title="歌舞厅许可") is None
    assert not Message.objects.exists()
