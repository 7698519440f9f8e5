"""Counting days (RULES §1.1, §13.1)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from chinese_calendar import get_solar_terms
from hypothesis import given
from hypothesis import strategies as st

from shenguan.workdays import calendar, provisional
from tests.domain import cases

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR_CASES = {case["id"]: case for case in cases("calendar_days")}
PUBLISHED = st.dates(date(2015, 1, 1), date(2026, 9, 30))
ANY_DAY = st.dates(date(2015, 1, 1), date(2032, 12, 31))


@st.composite
def breaks(draw):
    """Up to three pauses of at most a month."""
    starts = draw(st.lists(ANY_DAY, max_size=3))
    return [(first, first + timedelta(draw(st.integers(0, 30)))) for first in starts]


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("case", cases("workdays"), ids=lambda c: c["id"])
def test_it_finds_the_last_working_day(case):
    pauses = [(day(first), day(last)) for first, last in case["suspend"]]
    due = calendar.add_workdays(day(case["start"]), case["workdays"], pauses)
    assert (due.due_on, due.provisional) == (day(case["deadline"]), not case["confirmed"])


@pytest.mark.parametrize(("case_id", "n"), [("CD01", 90), ("CD03", 30), ("CD04", 60), ("CD05", 60)])
def test_it_rolls_a_last_calendar_day_on_a_rest_day_and_keeps_the_safe_limit(case_id, n):
    case = CALENDAR_CASES[case_id]
    due = calendar.add_calendar_days(day(case["start"]), n, roll=True)
    assert (due.raw_on, due.due_on) == (day(case["raw"]), day(case["rolled"]))


@pytest.mark.parametrize("case_id", ["CD01", "CD03", "CD04", "CD05"])
def test_it_leaves_a_last_calendar_day_alone_when_not_rolling(case_id):
    case = CALENDAR_CASES[case_id]
    n = (day(case["raw"]) - day(case["start"])).days
    assert calendar.add_calendar_days(day(case["start"]), n, roll=False).due_on == day(case["raw"])


@pytest.mark.parametrize(("case_id", "months"), [("CD06", 3), ("CD07", 3), ("CD09", 36), ("CD10", 12), ("CD11", 36)])
def test_it_adds_calendar_months_and_stays_inside_the_month(case_id, months):
    case = CALENDAR_CASES[case_id]
    assert calendar.add_months(day(case["start"]), months) == day(case["raw"])


def test_it_counts_back_from_an_expiry_in_working_days():
    case = cases("renewal")
    assert calendar.subtract_workdays(day(case["expiry"]), 30) == day(case["latest_apply_workdays"])


def test_it_gives_overlapping_pauses_the_same_answer_as_their_union():
    overlapping = [(day("2026-02-24"), day("2026-03-03")), (day("2026-03-02"), day("2026-03-06"))]
    union = [(day("2026-02-24"), day("2026-03-06"))]
    start = day("2026-02-11")
    assert calendar.add_workdays(start, 20, overlapping) == calendar.add_workdays(start, 20, union)


def test_it_lists_the_days_it_skipped():
    due = calendar.add_workdays(day("2026-11-19"), 2, [(day("2026-11-23"), day("2026-11-23"))])
    assert due.skipped == [day("2026-11-21"), day("2026-11-22"), day("2026-11-23")]


def test_it_does_not_count_paused_calendar_days():
    due = calendar.add_calendar_days(day("2026-11-02"), 5, roll=False, pauses=[(day("2026-11-04"), day("2026-11-05"))])
    assert (due.due_on, due.skipped) == (day("2026-11-09"), [day("2026-11-04"), day("2026-11-05")])


@pytest.mark.parametrize("count", [calendar.add_workdays, calendar.subtract_workdays])
def test_it_stays_where_it_is_for_no_days(count):
    answer = count(day("2026-11-21"), 0)
    assert getattr(answer, "due_on", answer) == day("2026-11-21")


def test_it_refuses_a_negative_period():
    with pytest.raises(ValueError, match="negative"):
        calendar.add_workdays(day("2026-11-20"), -1)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-02-14", True),  # make-up Saturday
        ("2026-10-01", False),
        ("2026-03-08", False),  # 妇女节 on a Sunday
        ("2026-05-04", False),  # 劳动节, moved
        ("2025-03-07", True),
        ("2026-06-01", True),  # 儿童节 changes nothing (R1.43)
        ("2027-02-05", False),  # 除夕
        ("2027-02-09", False),  # made good for 初一 on a Saturday
        ("2027-02-11", True),
        ("2027-02-20", False),  # an ordinary Saturday: make-up days are not guessed
        ("2031-10-01", False),  # beyond the table fixed dates still hold
        ("2031-01-24", True),  # 初二 2031 is not known
    ],
)
def test_it_knows_working_days(text, works):
    assert calendar.is_workday(day(text)) is works


@pytest.mark.parametrize(("year", "published"), [(2003, False), (2004, True), (2026, True), (2027, False)])
def test_it_knows_which_years_are_published(year, published):
    assert calendar.is_published(year) is published


@pytest.mark.parametrize("year", sorted(provisional.MOVABLE))
def test_it_has_qingming_on_the_solar_term(year):
    first = date(year, 4, 1)
    terms = {name: term for term, name in get_solar_terms(first, first + timedelta(10))}
    assert date(year, *provisional.MOVABLE[year][1]) == terms["清明"]


@pytest.mark.parametrize("year", sorted(provisional.MOVABLE))
def test_it_makes_good_every_weekend_holiday(year):
    on_weekdays = [off for off in provisional.rest_days(year) if off.weekday() < 5]
    overlapping = 1 if year == 2028 else 0  # 中秋 falls into 国庆
    assert len(on_weekdays) == 13 - overlapping


@pytest.mark.parametrize(
    ("text", "words"), [("2027-02-05", "春节"), ("2026-11-21", "周六"), ("2026-11-20", "周五"), ("2027-03-01", "周一")]
)
def test_it_says_what_a_day_is(text, words):
    assert calendar.describe(day(text)) == words


@pytest.mark.parametrize(
    ("at", "received"),
    [
        ("2026-11-20 09:00:00", "2026-11-20"),
        ("2026-11-20 17:30:00", "2026-11-20"),
        ("2026-11-20 17:30:01", "2026-11-23"),  # Friday evening -> Monday
        ("2026-11-19 23:59:59", "2026-11-20"),
        ("2026-11-21 10:00:00", "2026-11-23"),  # Saturday
        ("2026-02-14 10:00:00", "2026-02-14"),  # make-up Saturday
        ("2026-02-14 18:00:00", "2026-02-24"),  # the evening before Spring Festival
    ],
)
def test_it_receives_late_papers_on_the_next_working_day(at, received):
    assert calendar.received_on(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)) == day(received)


def test_it_receives_by_the_office_clock_whatever_the_zone_of_the_time():
    assert calendar.received_on(datetime.fromisoformat("2026-11-19T17:00:00+00:00")) == day("2026-11-20")


def test_it_refuses_a_time_of_receipt_without_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        calendar.received_on(datetime.fromisoformat("2026-11-20 09:00:00"))


@time_machine.travel("2026-11-19T16:30:00+00:00")
def test_it_is_already_tomorrow_in_the_office():
    assert calendar.today() == day("2026-11-20")


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-23", "2026-11-20", -1),
        ("2026-02-13", "2026-02-24", 2),
    ],
)
def test_it_counts_working_days_between(after, until, days):
    assert calendar.workdays_between(day(after), day(until)) == days


def test_it_asks_the_database_nothing_per_day(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        calendar.add_workdays(day("2026-01-05"), 250)


@given(ANY_DAY, st.integers(1, 120))
def test_it_ends_on_a_working_day_that_many_working_days_later(start, n):
    due = calendar.add_workdays(start, n)
    assert calendar.is_workday(due.due_on)
    assert calendar.workdays_between(start, due.due_on) == n
    assert (due.due_on - start).days == n + len(due.skipped)


@given(ANY_DAY, st.integers(1, 60), breaks())
def test_it_never_ends_earlier_or_inside_a_pause(start, n, pauses):
    paused = calendar.add_workdays(start, n, pauses)
    assert paused.due_on >= calendar.add_workdays(start, n).due_on
    assert not any(first <= paused.due_on <= last for first, last in pauses)
    assert paused == calendar.add_workdays(start, n, [*reversed(pauses), *pauses])


@given(ANY_DAY, st.integers(1, 60))
def test_it_comes_back_when_counting_backwards(start, n):
    first = calendar.next_workday(start)
    assert calendar.subtract_workdays(calendar.add_workdays(first, n).due_on, n) == first


@given(ANY_DAY, st.integers(0, 400))
def test_it_rolls_forward_to_the_first_working_day_only(start, n):
    due = calendar.add_calendar_days(start, n, roll=True)
    assert due.raw_on == start + timedelta(n)
    assert due.due_on == calendar.next_workday(due.raw_on)


@given(PUBLISHED, st.integers(0, 40))
def test_it_is_certain_inside_published_years(start, n):
    assert not calendar.add_workdays(start, n).provisional


@given(ANY_DAY, st.integers(0, 60), st.integers(0, 60))
def test_it_adds_months_in_any_split_but_never_past_the_month(start, first, second):
    whole = calendar.add_months(start, first + second)
    split = calendar.add_months(calendar.add_months(start, first), second)
    assert (whole.year, whole.month) == (split.year, split.month)
    assert split.day <= whole.day <= start.day
