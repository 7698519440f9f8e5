"""The daily digest: once a working day when the hours begin, merged with what waited, stale days not made up for."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError

from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.notify import digests
from shenguan.notify.actions.choices import choose_channels
from shenguan.notify.actions.digests import send_digests
from shenguan.notify.digests import Workload
from shenguan.notify.models import DigestRun, Message
from shenguan.notify.tasks import send_due_notices
from shenguan.org.models import Absence, Staff
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


@pytest.fixture
def work(monkeypatch, clock) -> dict[int, Workload]:
    """Who has what to do, on Friday 2026-11-20 at 08:30."""
    table: dict[int, Workload] = {}
    monkeypatch.setattr(digests, "_suppliers", {"things": lambda today: table})
    clock.move_to(at("2026-11-20 08:30"))
    return table


def sent() -> list[str]:
    return list(Message.objects.filter(state="sent").order_by("pk").values_list("text", flat=True))


def test_it_counts_what_is_open_due_and_late(work):
    work[StaffFactory().pk] = Workload(open=9, due_today=2, overdue=1)
    send_due_notices()
    assert sent() == ["【云州市审管联动】今日待办：未办结 9 件，今日到期 2 件，已超期 1 件。请登录平台办理。"]


def test_it_leaves_once_a_day(work, clock):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)
    assert [send_digests(), send_digests()] == [1, 0]
    clock.move_to(at("2026-11-23 08:30"))
    assert send_digests() == 1


@pytest.mark.parametrize("moment", ["2026-11-20 08:29", "2026-11-20 18:00", "2026-11-21 08:30", "2026-10-01 08:30"])
def test_it_keeps_the_hours_of_working_days(work, clock, moment):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)
    clock.move_to(at(moment))
    assert send_digests() == 0
    assert not DigestRun.objects.exists()


def test_it_leaves_on_a_working_saturday(work, clock):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)
    clock.move_to(at("2026-10-10 08:30"))
    assert send_digests() == 1


def test_a_morning_that_was_missed_is_made_up_for_the_same_day(work, clock):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)
    clock.move_to(at("2026-11-20 15:00"))
    assert send_digests() == 1


def test_days_that_were_missed_bring_one_digest(work, clock):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)
    clock.move_to(at("2026-11-25 09:00"))
    assert [send_digests(), send_digests()] == [1, 0]


def test_the_mailbox_has_it_even_when_nothing_presses(work):
    work[StaffFactory(email="li@example.gov.cn").pk] = Workload(open=3)
    send_digests()
    message = Message.objects.get()
    assert (message.channel, message.subject) == ("email", "云州市审管联动：今日待办：今日到期 0 件，已超期 0 件")


def test_nobody_is_texted_when_nothing_presses(work):
    work[StaffFactory().pk] = Workload(open=3)
    assert send_digests() == 0


def test_somebody_without_work_gets_none(work):
    work[StaffFactory().pk] = Workload()
    assert send_digests() == 0


def test_somebody_who_left_gets_none(work):
    work[StaffFactory(away=True).pk] = Workload(open=1, overdue=1)
    assert send_digests() == 0


def test_it_can_be_declined(work):
    staff = StaffFactory()
    choose_channels([("work", "sms")], by=Actor.of_staff(staff, ip=""))
    work[staff.pk] = Workload(open=1, overdue=1)
    assert send_digests() == 0


def test_what_waited_over_night_leaves_with_it(work, clock):
    staff = StaffFactory()
    clock.move_to(at("2026-11-19 20:00"))
    notify.tell_many([notify.Telling(staff, "push.received", "许可") for _ in range(4)])
    clock.move_to(at("2026-11-20 08:30"))
    work[staff.pk] = Workload(open=9, due_today=2, overdue=1)
    send_due_notices()
    assert sent() == [
        "【云州市审管联动】今日待办：未办结 9 件，今日到期 2 件，已超期 1 件。另有新消息 4 条。请登录平台办理。"
    ]


def test_of_two_digests_that_waited_the_newer_counts(work, clock):
    staff = StaffFactory()
    work[staff.pk] = Workload(open=9, overdue=9)
    send_digests()
    clock.move_to(at("2026-11-23 08:30"))
    work[staff.pk] = Workload(open=1, overdue=1)
    send_due_notices()
    assert sent() == ["【云州市审管联动】今日待办：未办结 1 件，今日到期 0 件，已超期 1 件。请登录平台办理。"]


def test_several_suppliers_are_added_up(work, monkeypatch):
    monkeypatch.setattr(
        digests, "_suppliers", {"a": lambda today: {7: Workload(2, 1, 0)}, "b": lambda today: {7: Workload(1, 0, 1)}}
    )
    assert digests.workloads(at("2026-11-20 09:00").date()) == {7: Workload(3, 1, 1)}


def test_another_worker_may_have_been_first(work, monkeypatch):
    work[StaffFactory().pk] = Workload(open=1, overdue=1)

    def too_late(**_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(DigestRun.objects, "create", too_late)
    assert send_digests() == 0
    assert not Message.objects.exists()


def test_many_people_cost_few_statements(work, django_assert_max_num_queries):
    for staff in StaffFactory.create_batch(25):
        work[staff.pk] = Workload(open=1, overdue=1)
    with django_assert_max_num_queries(10):
        assert send_digests() == 25
    assert DigestRun.objects.get().people == 25


@pytest.fixture
def on_leave(work) -> tuple[Staff, Staff]:
    """Somebody on leave with one thing late, and who stands in."""
    person, stand_in = StaffFactory(), StaffFactory()
    Absence.objects.create(
        staff=person, deputy=stand_in, starts_on=date(2026, 11, 19), ends_on=date(2026, 11, 20), recorded_by="test"
    )
    work[person.pk] = Workload(open=2, overdue=1)
    return person, stand_in


def told_to() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("recipient_key", flat=True))


def test_the_stand_in_hears_of_the_work_of_somebody_on_leave(work, on_leave):
    person, stand_in = on_leave
    work[stand_in.pk] = Workload(open=3, due_today=1)

    send_due_notices()

    assert told_to() == [stand_in.username]
    assert sent() == ["【云州市审管联动】今日待办：未办结 5 件，今日到期 1 件，已超期 1 件。请登录平台办理。"]


def test_somebody_back_from_leave_hears_it_again(work, on_leave, clock):
    clock.move_to(at("2026-11-23 08:30"))
    send_due_notices()

    assert told_to() == [on_leave[0].username]


def test_somebody_on_leave_hears_it_where_the_stand_in_is_away_too(work, on_leave):
    person, stand_in = on_leave
    Absence.objects.create(staff=stand_in, starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 20), recorded_by="test")

    send_due_notices()

    assert told_to() == [person.username]
