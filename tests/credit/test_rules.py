"""Editions and their dates around the days they change; the demo city's records stand in test_demo_city.py."""

from datetime import date
from decimal import Decimal

import pytest

from credit import rules
from credit.models import CreditRecord

Level = CreditRecord.Level
SAMR, OTHER = "云州市市场监督管理局", "云州市交通运输局"


def version(decided_on: date, authority: str = OTHER, basis: str = "《公路法》第七十六条", **more) -> rules.RuleVersion:
    values = {"category": "penalty", "authority_name": authority, "decided_on": decided_on, "legal_basis": [basis]}
    return rules.version_for(**(values | more))


@pytest.mark.parametrize(
    ("decided_on", "authority", "code"),
    [
        (date(2026, 3, 31), OTHER, "NDRC58-2023"),
        (date(2026, 4, 1), OTHER, "NDRC36-2026"),
        (date(2025, 12, 24), SAMR, "SAMR45-2021"),
        (date(2025, 12, 25), SAMR, "SAMR107-2025"),
        (date(2026, 3, 31), SAMR, "SAMR107-2025"),
        (date(2026, 4, 1), SAMR, "NDRC36-2026"),
    ],
)
def test_it_changes_the_edition_on_the_day(decided_on: date, authority: str, code: str):
    assert version(decided_on, authority).code == code


@pytest.mark.parametrize(("category", "code"), [("judicial", "SPC-2017"), ("commendation", "守信激励")])
def test_some_facts_have_rules_of_their_own(category: str, code: str):
    assert version(date(2026, 5, 1), category=category).code == code


def test_the_same_fault_ends_differently_under_two_editions():
    old = rules.publicity(
        version(date(2026, 3, 20)), level=Level.GENERAL, decided_on=date(2026, 3, 20), published_on=date(2026, 3, 27)
    )
    new = rules.publicity(
        version(date(2026, 4, 2)), level=Level.GENERAL, decided_on=date(2026, 4, 2), published_on=date(2026, 4, 10)
    )

    assert (old.minimum_until, old.publicity_until) == (date(2026, 6, 27), date(2029, 3, 27))
    assert (new.minimum_until, new.publicity_until) == (date(2026, 7, 2), date(2027, 4, 2))


@pytest.mark.parametrize(
    ("basis", "months"), [("《中华人民共和国安全生产法》第一百零一条", 12), ("《中华人民共和国公路法》第七十六条", 3)]
)
def test_order_58_asked_for_a_year_in_safety_matters(basis: str, months: int):
    assert version(date(2026, 2, 6), basis=basis).spans[Level.GENERAL].least == months


@pytest.mark.parametrize(("fine", "months"), [(Decimal(10000), 3), (Decimal("10000.01"), 36), (None, 36)])
def test_order_45_let_a_low_fine_end_early(fine: Decimal | None, months: int):
    assert version(date(2025, 7, 1), SAMR, fine_yuan=fine).spans[Level.GENERAL].most == months


@pytest.mark.parametrize("level", [Level.MINOR, Level.POSITIVE])
def test_minor_and_positive_records_are_not_published(level: Level):
    period = rules.publicity(rules.NDRC_36, level=level, decided_on=date(2026, 5, 1), published_on=None)

    assert (period.minimum_until, period.publicity_until) == (None, None)


def test_a_month_without_that_day_ends_on_its_last():
    period = rules.publicity(
        rules.NDRC_36, level=Level.GENERAL, decided_on=date(2026, 11, 30), published_on=date(2026, 12, 1)
    )

    assert period.minimum_until == date(2027, 2, 28)
