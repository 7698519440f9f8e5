"""When ordinary messages may leave: the hours of working days, by the official calendar."""

from datetime import datetime, time

import pytest

from shenguan.notify import hours
from shenguan.workdays.calendar import OFFICE_ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-20 08:29:59", False),
        ("2026-11-20 08:30:00", True),  # Friday
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 18:00:00", False),
        ("2026-11-21 10:00:00", False),  # Saturday
        ("2026-05-09 10:00:00", True),  # a Saturday that is a working day (调休)
        ("2026-10-01 10:00:00", False),  # National Day, a Thursday
        ("2026-10-10 10:00:00", True),  # the Saturday worked for it
    ],
)
def test_the_hours(now, is_open):
    assert hours.are_open(at(now)) is is_open


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-20 12:00", "2026-11-20 12:00"),
        ("2026-11-20 07:00", "2026-11-20 08:30"),
        ("2026-11-20 23:00", "2026-11-23 08:30"),  # Friday night -> Monday morning
        ("2026-11-21 12:00", "2026-11-23 08:30"),
        ("2026-05-08 23:00", "2026-05-09 08:30"),  # Friday night -> the working Saturday
        ("2026-09-30 18:00", "2026-10-08 08:30"),  # into National Day week
        ("2026-10-09 18:00", "2026-10-10 08:30"),
        ("2026-12-31 20:00", "2027-01-04 08:30"),  # over New Year's Day
    ],
)
def test_the_next_opening(now, opening):
    assert hours.next_opening(at(now)) == at(opening)


def test_the_zone_of_the_question_does_not_matter():
    assert hours.are_open(datetime.fromisoformat("2026-11-20T00:30:00+00:00"))
    assert not hours.are_open(datetime.fromisoformat("2026-11-20T10:00:00+00:00"))


def test_the_hours_are_a_setting(settings):
    settings.NOTIFY_HOURS = (time(9), time(9, 30))
    assert not hours.are_open(at("2026-11-20 08:59"))
    assert hours.are_open(at("2026-11-20 09:29"))


@pytest.mark.parametrize(
    ("now", "opened"), [("2026-11-20 08:29", False), ("2026-11-20 22:00", True), ("2026-11-21 09:00", False)]
)
def test_whether_they_opened_today(now, opened):
    assert hours.opened_today(at(now)) is opened
