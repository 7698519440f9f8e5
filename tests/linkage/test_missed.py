"""Clocks that stop late: their cards are facts although no pass saw them run."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linkage.actions import cards, clocks, objections, pushes, unmapped
from linkage.models import Card, Escalation, Push, UnmappedEvent
from linkage.selectors.ladders import all_ladders
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from tests.factories.approvals import ApplicationFactory
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


def on(clock, day: int, month: int = 11) -> None:
    clock.move_to(datetime(2026, month, day, 15, tzinfo=SHANGHAI))


def claim(city: City) -> Push:
    return pushes.claim(city.extra["push"], by=acting(city.liaison))


def given() -> list[tuple[str, str, date]]:
    return list(Card.objects.order_by("id").values_list("level", "step", "earned_on"))


def test_it_gives_the_cards_of_a_claim_that_came_late(waiting: City, clock):
    on(clock, 30)
    claim(waiting)

    assert given() == [("yellow", "claim", date(2026, 11, 26)), ("red", "claim", date(2026, 11, 30))]


def test_it_gives_none_for_the_last_day(waiting: City, clock):
    on(clock, 25)
    claim(waiting)

    assert given() == []


def test_it_counts_no_step_that_had_not_come(waiting: City, clock):
    on(clock, 29)  # Sunday: the red card would come on Monday
    claim(waiting)

    assert [level for level, _, _ in given()] == ["yellow"]


def test_it_gives_nothing_twice(waiting: City, clock):
    on(clock, 26)
    clocks.escalate_due()
    on(clock, 30)
    claim(waiting)

    assert [level for level, _, _ in given()] == ["yellow", "red"]


def test_it_tells_of_the_hardest_card_once_and_without_hurry(waiting: City, clock):
    on(clock, 30)
    claim(waiting)
    clocks.escalate_due()

    notice = Notice.objects.get(staff=waiting.liaison, kind="push.overdue")
    assert notice.title.startswith("补记红牌")
    assert "已于 2026-11-30 办理" in notice.body
    assert list(Escalation.objects.order_by("id").values_list("level", flat=True)) == ["yellow", "red"]


def test_it_gives_the_card_of_an_arbitration_to_its_coordinator(waiting: City, clock):
    push = waiting.extra["push"]
    objection = objections.raise_objection(
        push, by=acting(waiting.liaison), reason_code="not_our_duty", reason="属经开区"
    )
    due_on = objection.deadline.due_on
    clock.move_to(datetime(due_on.year, due_on.month, due_on.day, 15, tzinfo=SHANGHAI))
    on(clock, 8, month=12)
    objections.reject(objection, by=acting(waiting.coordinator), decision="属你局")

    card = Card.objects.filter(objection=objection).earliest("pk")
    assert (card.owner, card.department, card.step) == (
        waiting.coordinator,
        waiting.coordinator.department,
        "arbitrate",
    )


@pytest.fixture
def unlisted(clock, nudges) -> City:
    """A case the list does not know."""
    city = build_city()
    happen(ApplicationFactory(concluded=True), "approval.concluded")
    route_all()
    city.extra["item"] = UnmappedEvent.objects.get()
    Notice.objects.all().delete()
    return city


def test_it_gives_a_card_for_an_unmapped_event_nobody_worked_off(unlisted: City, clock):
    on(clock, 24)
    clocks.escalate_due()

    card, item = Card.objects.get(), unlisted.extra["item"]
    assert (card.number, card.owner, card.step, card.push) == (item.application.number, item.owner, "map", None)
    assert Event.objects.filter(kind="push.carded", case_number=item.application.number).exists()


def test_it_gives_the_card_of_an_unmapped_event_that_was_set_aside_late(unlisted: City, clock):
    on(clock, 24)
    unmapped.dismiss(unlisted.extra["item"], by=acting(unlisted.coordinator), remedy="一次性活动")

    assert given() == [("yellow", "map", date(2026, 11, 24))]


def test_a_card_without_a_push_is_withdrawn_too(unlisted: City, clock):
    on(clock, 24)
    clocks.escalate_due()
    cards.withdraw(Card.objects.get(), by=acting(unlisted.coordinator), reason="清单发布延迟")

    assert not Card.objects.standing().exists()


def test_the_standard_ladders_are_there_before_the_first_pass(db):
    purposes = all_ladders().filter(is_default=True).values_list("purpose", flat=True)
    assert sorted(purposes) == ["arbitration", "push", "unmapped"]
