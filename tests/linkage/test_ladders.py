"""Escalation ladders: rising steps, versions that never change, one reason for each new one."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction

from linkage.actions import ladders
from linkage.models import EscalationLadder, LadderVersion
from linkage.selectors.ladders import windows
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import acting
from tests.linkage.test_cards import VALUES

pytestmark = pytest.mark.django_db
STANDARD = {"purpose": "push", "is_default": True}


@pytest.fixture(autouse=True)
def _there(db) -> None:
    ladders.ensure_standard()


@pytest.fixture
def standard() -> EscalationLadder:
    return EscalationLadder.objects.get(**STANDARD)


def test_it_starts_with_a_default_ladder_for_each_purpose_once():
    ladders.ensure_standard()

    assert sorted(EscalationLadder.objects.filter(is_default=True).values_list("purpose", flat=True)) == [
        "arbitration",
        "push",
        "unmapped",
    ]


def test_it_writes_a_new_version_for_tomorrow(standard, coordinator: Staff, clock):
    version = ladders.revise(standard, by=acting(coordinator), values=VALUES, reason="节后从宽")

    assert (version.number, version.valid_from, version.reason) == (2, date(2026, 11, 21), "节后从宽")
    assert standard.versions.get(number=1).yellow_days == 1


def test_it_lets_the_later_of_two_versions_of_one_day_hold(standard, coordinator: Staff, clock):
    ladders.revise(standard, by=acting(coordinator), values=VALUES, reason="从宽")
    ladders.revise(standard, by=acting(coordinator), values=VALUES | {"lift_days": 8}, reason="再宽")

    found = [(window.version.number, window.until) for window in windows(EscalationLadder.Purpose.PUSH)]
    assert found == [(1, date(2026, 11, 21)), (3, None)]


def test_it_governs_running_clocks_with_the_first_version_of_a_new_ladder(coordinator: Staff, clock):
    ladder = ladders.create(by=acting(coordinator), name="重点事项", values=VALUES)

    assert ladder.versions.get().valid_from == date(2000, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"yellow_days": 0}, "yellow_days"),
        ({"red_days": 2}, "red_days"),
        ({"lift_days": 4}, "lift_days"),
        ({"red_tells": []}, "red_tells"),
        ({"lift_tells": ["mayor"]}, "lift_tells"),
        ({"remind_days": 1}, "remind_tells"),
    ],
)
def test_it_refuses_steps_that_make_no_sense(standard, coordinator: Staff, wrong, field):
    with pytest.raises(Invalid) as refusal:
        ladders.revise(standard, by=acting(coordinator), values=VALUES | wrong, reason="试")

    assert list(refusal.value.errors) == [field]
    assert standard.versions.count() == 1


def test_it_refuses_a_rewording_without_a_reason(standard, coordinator: Staff):
    with pytest.raises(Invalid):
        ladders.revise(standard, by=acting(coordinator), values=VALUES, reason="")


def test_it_refuses_a_rewording_that_changes_nothing(standard, coordinator: Staff):
    same = {name: getattr(standard.versions.get(), name) for name in VALUES}

    with pytest.raises(Refusal) as refusal:
        ladders.revise(standard, by=acting(coordinator), values=same, reason="试")

    assert refusal.value.code == "nothing_changed"


def test_it_refuses_a_second_editor_who_did_not_see_the_first(standard, coordinator: Staff):
    ladders.revise(standard, by=acting(coordinator), values=VALUES, reason="从宽", expected_number=1)

    with pytest.raises(StaleVersion):
        ladders.revise(
            standard, by=acting(coordinator), values=VALUES | {"lift_days": 9}, reason="再宽", expected_number=1
        )


def test_it_refuses_a_name_that_is_taken(standard, coordinator: Staff):
    with pytest.raises(Refusal) as refusal:
        ladders.create(by=acting(coordinator), name=standard.name, values=VALUES)

    assert refusal.value.code == "ladder_exists"


def test_it_is_the_coordinators_to_change(standard):
    with pytest.raises(NotAllowed):
        ladders.revise(standard, by=acting(StaffFactory(roles=[Role.LIST_ADMIN])), values=VALUES, reason="从宽")


def test_it_never_changes_a_version():
    with transaction.atomic(), pytest.raises((IntegrityError, InternalError)):
        LadderVersion.objects.update(red_days=9)
