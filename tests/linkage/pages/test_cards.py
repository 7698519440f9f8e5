"""/linkage/cards/ and /linkage/ladders/: the facts of lateness and the rules behind them."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linkage.actions import cards, clocks
from linkage.ladders import rungs
from linkage.models import Card, CardWithdrawal, EscalationLadder, LadderVersion, Push
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from tests.linkage.conftest import City, build_city

CARDS, LADDERS = reverse("linkage:cards"), reverse("linkage:ladders")
NEW = {
    "remind_days": "2",
    "remind_tells": ["owner"],
    "yellow_days": "1",
    "yellow_tells": ["owner"],
    "red_days": "2",
    "red_tells": ["owner", "office_head"],
    "lift_days": "3",
    "lift_tells": ["coordinator"],
}


@pytest.fixture
def city(db, clock, nudges) -> City:
    """Two pushes that should have been claimed by Wednesday 2026-11-25; it is the day after."""
    city = build_city(manual=True)
    city.route()
    city.route()
    clock.move_to(datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    clocks.escalate_due()
    return city


def text_of(response) -> str:
    return response.content.decode()


def test_it_lists_the_cards_of_the_own_department(liaison):
    text = text_of(liaison.get(CARDS))
    assert text.count("超期 1 个工作日") == 2
    assert "撤回</a>" not in text


def test_it_shows_nothing_of_another_department(stranger, city):
    assert "没有督办牌" in text_of(stranger.get(CARDS))


def test_it_counts_by_department_for_the_coordinator(coordinating, city):
    (row,) = coordinating.get(CARDS).context["numbers"]
    assert (row["department__name"], row["yellow"], row["red"], row["total"]) == (city.entry.department.name, 2, 0, 2)


@pytest.mark.parametrize(
    ("asked", "number"),
    [("since=2026-11-26", 2), ("since=2026-11-27", 0), ("until=2026-11-25", 0), ("level=red", 0), ("since=bad", 2)],
)
def test_it_filters(coordinating, asked, number):
    assert len(coordinating.get(f"{CARDS}?{asked}").context["page"].items) == number


def test_it_exports_what_is_shown_and_says_so_in_the_audit(coordinating):
    book = openpyxl.load_workbook(io.BytesIO(coordinating.get(reverse("linkage:cards_export")).content))
    rows = list(book.active.values)
    assert (len(rows), rows[1][0], rows[1][11]) == (3, "黄牌", 1)
    assert AuditEntry.objects.filter(action="cards.export").count() == 1


def test_it_asks_no_more_questions_for_more_cards(coordinating, city):
    card = Card.objects.select_related("ladder").earliest("pk")
    coordinating.get(CARDS)
    with CaptureQueriesContext(connection) as two:
        coordinating.get(CARDS)
    for push in Push.objects.all():
        red = next(rung for rung in rungs(card.ladder) if rung.level == "red")
        cards.give(push, push.deadline, red, card.ladder, by=Actor.system("test"))
    with CaptureQueriesContext(connection) as three:
        coordinating.get(CARDS)
    assert len(three) == len(two)


def test_it_withdraws_with_a_reason(coordinating):
    card = Card.objects.earliest("pk")
    coordinating.post(reverse("linkage:card_withdraw", args=[card.pk]), {"reason": "系统停机"})
    assert CardWithdrawal.objects.get().card == card
    assert len(coordinating.get(CARDS).context["page"].items) == 1
    assert len(coordinating.get(f"{CARDS}?withdrawn=on").context["page"].items) == 2


def test_it_keeps_the_form_when_no_reason_is_given(coordinating):
    card = Card.objects.earliest("pk")
    answer = coordinating.post(reverse("linkage:card_withdraw", args=[card.pk]), {"reason": ""})
    assert answer.status_code == 422
    assert not CardWithdrawal.objects.exists()


def test_it_refuses_a_second_withdrawal(coordinating):
    address = reverse("linkage:card_withdraw", args=[Card.objects.earliest("pk").pk])
    coordinating.post(address, {"reason": "系统停机"})
    assert coordinating.post(address, {"reason": "系统停机"}).status_code == 409
    assert CardWithdrawal.objects.count() == 1


def test_it_stands_beside_the_clock_in_the_inbox_and_on_the_push(liaison):
    card = Card.objects.earliest("pk")
    assert "黄牌" in text_of(liaison.get(reverse("linkage:inbox")))
    assert "督办牌" in text_of(liaison.get(reverse("linkage:push_detail", args=[card.push.number])))


def test_it_shows_the_ladders_to_those_who_are_held_to_them(liaison):
    text = text_of(liaison.get(LADDERS))
    assert "标准催办" in text
    assert "裁定催办" in text
    assert reverse("linkage:ladder_new") not in text


def test_it_makes_a_ladder(coordinating):
    coordinating.post(reverse("linkage:ladder_new"), NEW | {"name": "重点事项"})
    made = EscalationLadder.objects.get(name="重点事项")
    assert made.versions.get().red_tells == ["owner", "office_head"]


def test_it_words_a_ladder_anew(coordinating):
    ladder = EscalationLadder.objects.get(name="标准催办")
    address = reverse("linkage:ladder_edit", args=[ladder.pk])
    assert coordinating.post(address, NEW | {"number": "1", "reason": "从严"}).status_code == 302
    assert ladder.versions.count() == 2


def test_it_refuses_the_second_of_two_editors(coordinating):
    ladder = EscalationLadder.objects.get(name="标准催办")
    address = reverse("linkage:ladder_edit", args=[ladder.pk])
    coordinating.post(address, NEW | {"number": "1", "reason": "从严"})
    answer = coordinating.post(address, NEW | {"number": "1", "reason": "从严", "lift_days": "9"})
    assert answer.status_code == 409
    assert LadderVersion.objects.filter(ladder=ladder).count() == 2


def test_it_names_the_field_of_a_step_that_does_not_rise(coordinating):
    ladder = EscalationLadder.objects.get(name="标准催办")
    answer = coordinating.post(
        reverse("linkage:ladder_edit", args=[ladder.pk]), NEW | {"red_days": "5", "number": "1", "reason": "试"}
    )
    assert answer.status_code == 422
    assert "lift_days" in answer.context["form"].errors
