"""Closing a day: what belongs to it, its digest, and that it never changes again."""

import hashlib
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from linkage.actions import day_sheets
from linkage.models import DaySheet, Push
from linkage.reconciliation import days
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.access import MachineClientFactory
from tests.factories.linkage import EndpointFactory, PushFactory
from tests.linkage.conftest import City

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


def at(text: str) -> datetime:
    """A moment in the office."""
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


@pytest.fixture
def department(city: City) -> Department:
    """A department with a system of its own since before that Friday."""
    EndpointFactory(department=city.entry.department)
    return city.entry.department


def push_at(city: City, text: str, **fields: object) -> Push:
    return PushFactory(entry=city.entry, application=city.application, pushed_at=at(text), **fields)


def sheet(department: Department, direction: str = "forward") -> DaySheet:
    return DaySheet.objects.get(department=department, direction=direction, day=FRIDAY)


def test_it_writes_count_places_and_digest(city: City, department: Department, clock: time_machine.Traveller):
    first = push_at(city, "2026-11-20 00:00", number="TS20261120-0002", sequence=7, version=2)
    push_at(city, "2026-11-20 23:59:59", number="TS20261120-0001", sequence=8, version=3)
    clock.shift(timedelta(days=1))

    assert day_sheets.close_day(FRIDAY) == 3

    written = sheet(department)
    assert (written.count, written.first_sequence, written.last_sequence) == (2, 7, 8)
    assert written.lines == ["TS20261120-0001:3", f"{first.number}:2"]
    assert written.digest == hashlib.sha256(b"TS20261120-0001:3\nTS20261120-0002:2\n").hexdigest()


@pytest.mark.parametrize("moment", ["2026-11-19 23:59:59", "2026-11-21 00:00"])
def test_other_days_are_not_of_the_day(city: City, department: Department, clock: time_machine.Traveller, moment: str):
    push_at(city, moment)
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)

    assert sheet(department).count == 0


def test_a_day_without_pushes_has_the_digest_of_nothing(
    city: City, department: Department, clock: time_machine.Traveller
):
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)

    assert sheet(department).digest == hashlib.sha256(b"").hexdigest()
    assert sheet(department).first_sequence is None


def test_directions_are_kept_apart(city: City, clock: time_machine.Traveller):
    EndpointFactory(department=city.application.department)
    push_at(city, "2026-11-20 10:00", waiting_answer=True)
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)

    approver = city.application.department
    assert (sheet(approver, "reverse").count, sheet(approver, "forward").count) == (1, 0)


def test_a_later_change_does_not_reach_a_closed_day(city: City, department: Department, clock: time_machine.Traveller):
    push = push_at(city, "2026-11-20 10:00", version=1)
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)
    Push.objects.filter(pk=push.pk).update(version=5)

    assert day_sheets.close_day(FRIDAY) == 0
    assert sheet(department).lines == [f"{push.number}:1"]


def test_the_database_refuses_to_change_a_sheet(city: City, department: Department, clock: time_machine.Traveller):
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)

    with pytest.raises(DatabaseError), transaction.atomic():
        DaySheet.objects.update(count=9)


def test_a_day_is_not_closed_before_two_in_the_morning(
    city: City, department: Department, clock: time_machine.Traveller
):
    clock.move_to(at("2026-11-21 01:59"))

    with pytest.raises(Refusal) as refusal:
        day_sheets.close_day(FRIDAY)

    assert (refusal.value.code, DaySheet.objects.count()) == ("day_open", 0)


def test_the_hourly_pass_closes_yesterday_and_what_it_missed(
    city: City, department: Department, clock: time_machine.Traveller
):
    clock.move_to(at("2026-11-21 02:17"))
    day_sheets.close_due_days()
    clock.move_to(at("2026-11-24 02:17"))
    day_sheets.close_due_days()

    assert set(DaySheet.objects.values_list("day", flat=True)) == {FRIDAY + timedelta(days=n) for n in range(4)}


def test_a_department_without_a_system_has_no_sheet(city: City, clock: time_machine.Traveller):
    push_at(city, "2026-11-20 10:00")
    clock.shift(timedelta(days=1))

    assert day_sheets.close_day(FRIDAY) == 0


@pytest.mark.parametrize(("scopes", "takes_part"), [("pushes:read", True), ("catalogue:read", False)])
def test_a_client_that_reads_pushes_takes_part(
    city: City, clock: time_machine.Traveller, scopes: str, takes_part: bool
):
    MachineClientFactory(department=city.entry.department, allowed_scopes=scopes)

    assert days.participants(FRIDAY).exists() is takes_part


def test_a_department_that_joined_later_has_no_sheet_of_the_day(city: City, clock: time_machine.Traveller):
    clock.shift(timedelta(days=1))
    EndpointFactory(department=city.entry.department)

    assert day_sheets.close_day(FRIDAY) == 0


def test_it_costs_the_same_for_many_pushes(
    city: City, department: Department, clock: time_machine.Traveller, django_assert_max_num_queries
):
    for _ in range(12):
        push_at(city, "2026-11-20 10:00")
    clock.shift(timedelta(days=1))

    with django_assert_max_num_queries(6):
        day_sheets.close_day(FRIDAY)
