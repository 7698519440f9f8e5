"""Cards: facts of lateness, given once, with their own days, and withdrawn only by a new fact."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, InternalError

from linkage.actions import cards, clocks, ladders, objections, pushes
from linkage.models import Card, CardWithdrawal, EscalationLadder, LinkageEntry, Push
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal
from shenguan.workdays import deadlines
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.linkage.conftest import City, acting, build_city

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
VALUES = {
    "remind_days": None,
    "remind_tells": [],
    "yellow_days": 2,
    "yellow_tells": ["owner"],
    "red_days": 4,
    "red_tells": ["owner"],
    "lift_days": 6,
    "lift_tells": ["coordinator"],
}


@pytest.fixture
def waiting(clock, nudges) -> City:
    """A push to be claimed until Wednesday 2026-11-25."""
    city = build_city(manual=True)
    city.extra["push"] = city.route()
    ladders.ensure_standard()
    Notice.objects.all().delete()
    return city


@pytest.fixture
def card(waiting: City, clock) -> Card:
    """The yellow card of the first day late."""
    on(clock, 26)
    clocks.escalate_due()
    return Card.objects.get()


def on(clock, day: int, month: int = 11) -> None:
    clock.move_to(datetime(2026, month, day, 9, tzinfo=SHANGHAI))


def given() -> list[tuple[str, date, int]]:
    return list(Card.objects.order_by("id").values_list("level", "earned_on", "days_late"))


def test_it_writes_down_whose_clock_was_how_late(card: Card, waiting: City):
    assert (card.level, card.due_on, card.earned_on, card.days_late) == (
        "yellow",
        date(2026, 11, 25),
        date(2026, 11, 26),
        1,
    )
    assert (card.department, card.office, card.owner, card.step) == (
        waiting.entry.department,
        waiting.entry.office,
        waiting.liaison,
        Push.NextStep.CLAIM,
    )
    assert card.ladder.ladder.is_default


def test_it_keeps_the_handler_of_that_day(waiting: City, clock):
    colleague = StaffFactory(department=waiting.entry.department, roles=[Role.INSPECTOR])
    pushes.assign(waiting.extra["push"], by=acting(waiting.liaison), assignee=colleague)
    on(clock, 26)
    clocks.escalate_due()

    pushes.assign(waiting.extra["push"], by=acting(waiting.liaison), assignee=waiting.liaison)

    assert (Card.objects.get().owner, Card.objects.get().handler) == (waiting.liaison, colleague)


def test_it_gives_each_level_once(card: Card, clock):
    for day in (26, 27, 30):
        on(clock, day)
        clocks.escalate_due()

    assert given() == [("yellow", date(2026, 11, 26), 1), ("red", date(2026, 11, 30), 3)]


def test_it_gives_none_on_a_rest_day(waiting: City, clock):
    on(clock, 28)
    clocks.escalate_due()

    assert given() == []


def test_it_records_all_levels_with_their_days_after_a_standstill_and_tells_one(waiting: City, clock):
    on(clock, 7, 12)
    clocks.escalate_due()

    assert given() == [
        ("yellow", date(2026, 11, 26), 1),
        ("red", date(2026, 11, 30), 3),
        ("lifted", date(2026, 12, 2), 5),
    ]
    assert list(Notice.objects.filter(staff=waiting.liaison).values_list("title", flat=True)) == [
        f"提级：认领：{waiting.extra['push'].subject}"
    ]


def test_it_gives_no_card_while_the_clock_is_paused(waiting: City, clock):
    deadlines.pause(
        waiting.extra["push"].deadline, reason="hearing", start_on=date(2026, 11, 23), document="听证告知书"
    )
    on(clock, 30)
    clocks.escalate_due()

    assert given() == []


def test_it_counts_from_the_moved_date_after_a_pause(waiting: City, clock):
    clock_row = waiting.extra["push"].deadline
    deadlines.pause(clock_row, reason="hearing", start_on=date(2026, 11, 23), document="听证告知书")
    deadlines.resume(clock_row, end_on=date(2026, 11, 24))
    on(clock, 27)
    clocks.escalate_due()
    assert given() == []

    on(clock, 30)
    clocks.escalate_due()
    assert given() == [("yellow", date(2026, 11, 30), 1)]


def test_it_stands_on_the_timeline_and_in_the_audit(card: Card):
    assert "黄牌" in Event.objects.get(kind="push.carded").summary
    assert AuditEntry.objects.filter(action="push.carded").count() == 1


def test_it_cannot_be_changed(card: Card):
    with pytest.raises((IntegrityError, InternalError)):
        Card.objects.update(level="red")


def test_it_follows_the_ladder_of_the_entry(clock, nudges, coordinator: Staff):
    slow = ladders.create(by=acting(coordinator), name="从宽催办", values=VALUES)
    city = build_city_with(slow)
    on(clock, 26)
    clocks.escalate_due()
    assert given() == []

    on(clock, 27)
    clocks.escalate_due()

    assert given() == [("yellow", date(2026, 11, 27), 2)]
    assert set(Notice.objects.filter(kind="push.overdue").values_list("staff", flat=True)) == {city.liaison.pk}


def build_city_with(ladder: EscalationLadder) -> City:
    Staff.objects.filter(username="coordinator").delete()
    city = build_city(manual=True)
    LinkageEntry.objects.update(ladder=ladder)
    city.route()
    Notice.objects.all().delete()
    return city


def test_it_keeps_the_wording_a_clock_began_with(waiting: City, clock):
    standard = EscalationLadder.objects.get(purpose="push", is_default=True)
    ladders.revise(standard, by=acting(waiting.coordinator), values=VALUES, reason="放宽")

    on(clock, 26)
    clocks.escalate_due()

    assert Card.objects.get().ladder.number == 1


def test_it_uses_the_new_wording_for_clocks_that_begin_later(clock, nudges):
    city = build_city(manual=True)
    ladders.ensure_standard()
    standard = EscalationLadder.objects.get(purpose="push", is_default=True)
    ladders.revise(standard, by=acting(city.coordinator), values=VALUES, reason="放宽")
    on(clock, 23)
    city.route()  # to be claimed until 26

    on(clock, 27)
    clocks.escalate_due()
    assert given() == []

    on(clock, 30)
    clocks.escalate_due()
    assert Card.objects.get().ladder.number == 2


def test_it_is_withdrawn_by_a_fact_with_a_reason(card: Card, waiting: City):
    cards.withdraw(card, by=acting(waiting.coordinator), reason="系统停机期间无法认领")

    row = CardWithdrawal.objects.get()
    assert (row.card, row.withdrawn_by, row.is_automatic) == (card, waiting.coordinator.name, False)
    assert not Card.objects.standing().exists()
    assert Card.objects.count() == 1


def test_it_is_not_withdrawn_twice(card: Card, waiting: City):
    cards.withdraw(card, by=acting(waiting.coordinator), reason="停机")

    with pytest.raises(Refusal) as refusal:
        cards.withdraw(card, by=acting(waiting.coordinator), reason="停机")

    assert refusal.value.code == "already_withdrawn"


def test_it_is_not_withdrawn_without_a_reason(card: Card, waiting: City):
    with pytest.raises(Invalid):
        cards.withdraw(card, by=acting(waiting.coordinator), reason=" ")


def test_it_is_not_withdrawn_by_the_department_itself(card: Card, waiting: City):
    with pytest.raises(NotAllowed):
        cards.withdraw(card, by=acting(waiting.liaison), reason="停机")


def test_it_falls_away_when_the_push_was_wrong(card: Card, waiting: City):
    newcomer = StaffFactory(office=OfficeFactory(), roles=[Role.LIAISON])
    newcomer.department = newcomer.office.department
    newcomer.save(update_fields=["department"])
    objection = objections.raise_objection(
        card.push, by=acting(waiting.liaison), reason_code="not_our_duty", reason="属经开区"
    )

    objections.uphold(
        objection,
        by=acting(waiting.coordinator),
        department=newcomer.department,
        office=newcomer.office,
        owner=newcomer,
        decision="属经开区",
    )

    assert CardWithdrawal.objects.get(card=card).is_automatic


def test_it_stays_when_the_objection_is_rejected(card: Card, waiting: City):
    objection = objections.raise_objection(
        card.push, by=acting(waiting.liaison), reason_code="not_our_duty", reason="属经开区"
    )

    objections.reject(objection, by=acting(waiting.coordinator), decision="属你局")

    assert list(Card.objects.standing()) == [card]
