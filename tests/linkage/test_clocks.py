"""Reminders and escalation: everybody who must know, once, on working days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from linkage.actions import clocks, pushes
from linkage.models import Escalation, Push
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.workdays.actions import CalendarRow, import_calendar
from shenguan.workdays.models import Deadline
from supervision.models import CheckTask
from tests.factories.approvals import ApplicationFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import DutyObjectionFactory
from tests.linkage.conftest import City, acting, build_city, happen, route_all

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def waiting(clock, nudges) -> City:
    """A push to be claimed until Wednesday 2026-11-25."""
    city = build_city(manual=True)
    city.extra["push"] = city.route()
    Notice.objects.all().delete()
    return city


def on(clock: time_machine.Traveller, day: int, month: int = 11) -> None:
    """Turns the clock to nine in the morning."""
    clock.move_to(datetime(2026, month, day, 9, tzinfo=SHANGHAI))


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("staff__username", "kind"))


def test_it_is_quiet_while_there_is_time(waiting: City):
    assert clocks.escalate_due() == 0


def test_it_reminds_the_owner_two_working_days_before(waiting: City, clock):
    on(clock, 23)

    assert clocks.escalate_due() == 1
    assert told() == {(waiting.liaison.username, "push.due_soon")}


@pytest.fixture
def head(waiting: City) -> Staff:
    """Who leads the office of the push."""
    return StaffFactory(department=waiting.entry.department, office=waiting.entry.office, roles=[Role.SUPERVISION_HEAD])


def test_it_tells_owner_and_head_on_the_first_day_late(waiting: City, head: Staff, clock):
    on(clock, 26)

    clocks.escalate_due()

    assert told() == {(waiting.liaison.username, "push.overdue"), (head.username, "push.overdue")}


def test_it_lifts_to_the_coordinator_at_the_last_step(waiting: City, head: Staff, clock):
    on(clock, 2, 12)  # the fifth working day late

    clocks.escalate_due()

    assert (waiting.coordinator.username, "push.overdue") in told()


def test_it_does_not_call_the_last_day_late(waiting: City, clock):
    on(clock, 25)

    clocks.escalate_due()

    assert {kind for _, kind in told()} == {"push.due_soon"}


def test_it_tells_each_level_once(waiting: City, clock):
    on(clock, 24)
    clocks.escalate_due()
    assert clocks.escalate_due() == 0

    on(clock, 26)
    assert clocks.escalate_due() == 1
    assert clocks.escalate_due() == 0
    assert list(Escalation.objects.values_list("level", flat=True)) == ["soon", "yellow"]


def test_it_reminds_nobody_on_a_rest_day(waiting: City, clock):
    on(clock, 28)

    assert clocks.escalate_due() == 0


def test_it_starts_anew_with_the_next_clock(waiting: City, clock):
    on(clock, 26)
    clocks.escalate_due()
    pushes.claim(waiting.extra["push"], by=acting(waiting.liaison))

    on(clock, 17, 12)

    assert clocks.escalate_due() == 1
    assert Escalation.objects.order_by("-id").first().due_on == date(2026, 12, 18)


def test_it_leaves_finished_pushes_alone(waiting: City, clock):
    Push.objects.update(is_open=False)
    on(clock, 26)

    assert clocks.escalate_due() == 0


def test_it_escalates_an_objection_nobody_decides(db, clock, nudges):
    coordinator = StaffFactory(roles=[Role.COORDINATOR])
    DutyObjectionFactory()
    on(clock, 25)

    clocks.escalate_due()

    assert (coordinator.username, "push.overdue") in told()


def test_it_escalates_an_unmapped_event(city: City, clock):
    happen(ApplicationFactory(concluded=True), "approval.concluded")
    route_all()
    Notice.objects.all().delete()
    on(clock, 24)

    assert clocks.escalate_due() == 1
    assert told() == {(city.coordinator.username, "push.overdue")}


def test_it_follows_a_clock_that_a_new_calendar_moved(waiting: City, clock):
    Deadline.objects.update(due_on=date(2026, 11, 27))

    clocks.escalate_due()

    assert Push.objects.get().due_on == date(2026, 11, 27)


def test_it_catches_up_after_a_standstill(waiting: City, clock):
    clock.shift(timedelta(days=40))

    assert clocks.escalate_due() == 1
    assert clocks.escalate_due() == 0


@pytest.fixture
def moved_first_check(city: City) -> Push:
    """A first check whose last day a new calendar made a day off."""
    push = city.route()
    Notice.objects.all().delete()
    rows = [CalendarRow(date(2026, 12, 18), "测试调休", True, 2026)]
    import_calendar(rows, source="2026 年补充通知", by=Actor.system("test"))
    clocks.escalate_due()
    return push


def test_it_moves_check_tasks_with_their_clock(moved_first_check: Push):
    task = CheckTask.objects.get(push_number=moved_first_check.number)

    assert task.due_on == task.deadline.due_on == date(2026, 12, 21)


def test_it_tells_the_handler_once_that_due_dates_moved(moved_first_check: Push):
    clocks.escalate_due()

    notice = Notice.objects.get(kind="push.due_moved")
    assert notice.staff == moved_first_check.handler


def test_it_tells_nobody_when_no_date_moved(city: City):
    city.route()

    import_calendar(
        [CalendarRow(date(2027, 3, 1), "测试调休", True, 2027)], source="2027 年通知", by=Actor.system("test")
    )
    clocks.escalate_due()

    assert not Notice.objects.filter(kind="push.due_moved").exists()
