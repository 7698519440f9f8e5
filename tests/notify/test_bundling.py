"""Merging: one ordinary message per person and quarter of an hour, nothing lost, no flood."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shenguan import notify
from shenguan.notify import Telling
from shenguan.notify.actions import bundling
from shenguan.notify.actions.bundling import bundle_due
from shenguan.notify.actions.sending import send_due
from shenguan.notify.models import GatewayState, Message
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory
from tests.factories.notify import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def tell(staff, count=1, **changes) -> None:
    given = {"kind": "push.received", "title": "歌舞厅许可", "body": "请认领。"}
    notify.tell_many([Telling(staff, **(given | changes)) for _ in range(count)])


def sent() -> list[str]:
    """The texts that left, oldest first."""
    return list(Message.objects.filter(state="sent").order_by("sent_at", "id").values_list("text", flat=True))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def test_a_lone_message_leaves_as_it_is_after_a_minute(clock):
    tell(StaffFactory())
    clock.shift(59)
    assert send_due() == 0
    clock.shift(1)
    assert send_due() == 1
    assert sent() == ["【云州市审管联动】新的联动推送：歌舞厅许可。请认领。请登录平台查看并按期办理。"]


def test_several_become_one_with_a_count_and_the_first_deadline(clock):
    staff = StaffFactory()
    tell(staff, count=6, due_on=date(2026, 11, 30))
    tell(staff, due_on=date(2026, 11, 25))
    clock.shift(60)
    assert send_due() == 1
    assert sent() == ["【云州市审管联动】您有 7 条新的联动推送，最近到期 11月25日。请登录平台查看。"]


def test_what_was_merged_points_to_what_carried_it(clock):
    tell(StaffFactory(), count=2, case_number="A-1")
    clock.shift(60)
    send_due()
    carrier = Message.objects.get(state="sent")
    assert {row.bundled_in for row in Message.objects.filter(state="bundled")} == {carrier}
    assert (carrier.template_code, carrier.case_number) == ("bundle", "A-1")


def test_different_things_are_counted_apart(clock):
    staff = StaffFactory()
    tell(staff, count=2, case_number="A-1")
    tell(staff, kind="feedback.received", case_number="A-2")
    clock.shift(60)
    send_due()
    assert sent() == ["【云州市审管联动】您有 3 条新消息（新的联动推送 2 条、待答复的监管反馈 1 条）。请登录平台查看。"]
    assert Message.objects.get(state="sent").case_number == ""


def test_people_are_not_mixed(clock):
    first, second = StaffFactory(), StaffFactory()
    tell(first, count=2)
    tell(second)
    clock.shift(60)
    assert send_due() == 2
    assert {row.bundled_in.recipient_key for row in Message.objects.filter(state="bundled")} == {first.username}


def test_the_next_one_waits_a_quarter_of_an_hour(clock):
    staff = StaffFactory()
    tell(staff)
    clock.shift(60)
    send_due()
    tell(staff, count=2)
    clock.shift(15 * 60 - 1)
    assert send_due() == 0
    assert Message.objects.filter(state="pending").first().waits_because == "合并中"
    clock.shift(1)
    assert send_due() == 1
    assert len(sent()) == 2


def test_what_came_last_in_the_window_goes_along(clock):
    staff = StaffFactory()
    tell(staff)
    clock.shift(59)
    tell(staff)
    clock.shift(1)
    assert send_due() == 1
    assert "您有 2 条" in sent()[0]


def test_something_urgent_neither_waits_nor_merges(clock):
    staff = StaffFactory()
    tell(staff)
    tell(staff, urgent=True)
    assert send_due() == 1
    clock.shift(60)
    assert send_due() == 1
    assert not Message.objects.filter(state="bundled").exists()


def test_friday_night_becomes_one_message_on_monday_morning(clock):
    staff = StaffFactory()
    for moment in ("2026-11-20 18:30", "2026-11-21 11:00", "2026-11-22 23:59"):
        clock.move_to(at(moment))
        tell(staff)
        assert send_due() == 0
        assert Message.objects.order_by("pk").last().waits_because == "静默时段，11-23 08:30 起发送"
    clock.move_to(at("2026-11-23 08:29:59"))
    assert send_due() == 0
    clock.move_to(at("2026-11-23 08:30"))
    assert send_due() == 1
    assert "您有 3 条新的联动推送" in sent()[0]


def test_a_working_saturday_is_a_working_day(clock):
    clock.move_to(at("2026-05-08 20:00"))
    tell(StaffFactory())
    clock.move_to(at("2026-05-09 08:30"))
    assert send_due() == 1


def test_national_day_week_is_quiet(clock):
    clock.move_to(at("2026-09-30 18:01"))
    tell(StaffFactory())
    for day in range(1, 8):
        clock.move_to(at(f"2026-10-0{day} 10:00"))
        assert send_due() == 0
    clock.move_to(at("2026-10-08 08:30"))
    assert send_due() == 1


def test_a_job_that_did_not_run_for_days_catches_up_with_one_message(clock):
    staff = StaffFactory()
    for day in (16, 17, 18, 19):
        clock.move_to(at(f"2026-11-{day} 10:00"))
        tell(staff, count=5)
    clock.move_to(at("2026-11-20 14:00"))
    assert send_due() == 1
    assert "您有 20 条" in sent()[0]


def test_a_paused_channel_keeps_collecting(clock):
    GatewayState.objects.create(channel="sms", paused_until=timezone.now() + timedelta(hours=1))
    tell(StaffFactory(), count=2)
    clock.shift(60)
    assert bundle_due() == 0


def test_a_contact_outside_is_never_merged(clock):
    for _ in range(2):
        notify.text_contact(name="王小明", mobile="13812345678", kind="approval.accepted", title="许可")
    assert send_due() == 2


def test_many_people_are_served_in_pieces(clock, monkeypatch):
    monkeypatch.setattr(bundling, "PEOPLE", 2)
    for _ in range(5):
        tell(StaffFactory())
    clock.shift(60)
    assert [bundle_due() for _ in range(4)] == [2, 2, 1, 0]


def test_it_takes_as_many_statements_for_ten_people_as_for_two(clock, django_assert_max_num_queries):
    for _ in range(10):
        tell(StaffFactory(), count=2)
    clock.shift(60)
    with django_assert_max_num_queries(12):
        assert bundle_due() == 10


def test_the_database_knows_that_a_merged_message_was_carried():
    with pytest.raises(IntegrityError, match="message_bundled_in_iff_bundled"), transaction.atomic():
        MessageFactory(state="bundled")


def statements_for(people: int, clock) -> tuple[int, int]:
    """How many statements it takes to merge three messages each of so many people, and to send what came of it."""
    for staff in StaffFactory.create_batch(people):
        tell(staff, count=3)
    clock.shift(60)
    with CaptureQueriesContext(connection) as merging:
        assert bundle_due() == people
    with CaptureQueriesContext(connection) as sending:
        assert send_due() == people
    return len(merging), len(sending)


def test_merging_and_sending_for_many_take_as_many_statements_as_for_few(clock):
    assert statements_for(2, clock) == statements_for(12, clock)


def test_people_served_a_moment_ago_do_not_hide_those_behind_them(clock, monkeypatch):
    """More people rest than one turn serves."""
    monkeypatch.setattr(bundling, "PEOPLE", 2)
    resting = StaffFactory.create_batch(3)
    for staff in resting:
        tell(staff)
    clock.shift(60)
    assert [bundle_due(), bundle_due(), bundle_due()] == [2, 1, 0]
    for staff in resting:
        tell(staff)
    late = StaffFactory()
    tell(late)
    clock.shift(60)
    assert bundle_due() == 1
    assert not Message.objects.bundling().filter(recipient_key=late.username).exists()
