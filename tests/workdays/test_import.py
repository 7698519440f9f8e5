"""Importing calendars (RULES R1.46, §13.3 case 19)."""

import csv
import math
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction

from shenguan.access.actors import Actor
from shenguan.refusals import Invalid
from shenguan.workdays import calendar, deadlines, imported
from shenguan.workdays.actions import CalendarRow, import_calendar, read_row
from shenguan.workdays.models import CalendarDay, CalendarImport, Deadline, DeadlineChange
from tests.factories.workdays import DeadlineFactory

ADMIN = Actor("staff", "sysadmin", "卢宁")
REAL = Path(__file__).parents[3] / "shared" / "data" / "real" / "state_council_holidays.csv"


def rows(*days, name="春节", year=2027):
    """Days off; a leading + makes it a make-up working day."""
    return [CalendarRow(date.fromisoformat(text.lstrip("+")), name, not text.startswith("+"), year) for text in days]


# A plausible notice for 2027: the statutory days, Spring Festival from 02-05 to 02-11 with two make-up Saturdays.
NOTICE_2027 = rows(
    *("2027-01-01", "2027-01-02", "2027-01-03"),
    *(f"2027-02-{n:02d}" for n in range(5, 12)),
    *("+2027-01-30", "+2027-02-20", "2027-05-01", "2027-05-02", "2027-05-03", "2027-10-01", "2027-10-02"),
)


def give(given, source="国办发明电〔2026〕9号"):
    return import_calendar(given, source=source, by=ADMIN)


@pytest.mark.django_db
def test_it_stores_the_days_and_who_brought_them():
    result = give(NOTICE_2027)
    assert (result.created, result.updated, result.unchanged) == (len(NOTICE_2027), 0, 0)
    assert CalendarDay.objects.count() == len(NOTICE_2027)
    note = CalendarImport.objects.get()
    assert (note.source, note.day_count, note.actor_name) == ("国办发明电〔2026〕9号", len(NOTICE_2027), "卢宁")


@pytest.mark.django_db
def test_it_changes_nothing_the_second_time():
    DeadlineFactory(start_on=date(2026, 12, 21), amount=20, due_on=date(2027, 1, 19), provisional=True)
    give(NOTICE_2027)
    again = give(NOTICE_2027)
    assert (again.created, again.updated, again.unchanged, again.changes) == (0, 0, len(NOTICE_2027), [])
    assert CalendarImport.objects.count() == 1


@pytest.mark.django_db
def test_it_corrects_a_day():
    give(NOTICE_2027)
    result = give(rows("+2027-02-11"))
    assert (result.created, result.updated) == (0, 1)
    assert calendar.is_workday(date(2027, 2, 11))


@pytest.mark.django_db
def test_it_overrides_published_years_too():
    assert calendar.is_workday(date(2026, 11, 20))
    give(rows("2026-11-20", name="城运会开幕", year=2026))
    assert not calendar.is_workday(date(2026, 11, 20))
    assert calendar.describe(date(2026, 11, 20)) == "城运会开幕"


@pytest.mark.django_db
def test_it_publishes_the_year():
    give(NOTICE_2027)
    assert calendar.is_published(2027)
    assert calendar.is_workday(date(2027, 1, 30))
    assert calendar.is_workday(date(2027, 6, 9))  # a published notice says all: nothing is guessed beside it


@pytest.mark.django_db
def test_it_does_not_publish_a_year_for_a_single_day():
    give(rows("2027-02-11"))
    assert not calendar.is_published(2027)
    assert not calendar.is_workday(date(2027, 2, 5))


@pytest.mark.django_db
def test_it_recomputes_open_deadlines_and_logs_old_and_new():
    row = deadlines.start(kind="decision", case_number="A1", start_on=date(2027, 1, 25), amount=20, law="")
    assert (row.due_on, row.provisional) == (date(2027, 2, 26), True)
    (change,) = give(NOTICE_2027).changes
    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date(2027, 2, 25), False)
    assert (change.old_due_on, change.new_due_on, change.moved) == (date(2027, 2, 26), date(2027, 2, 25), True)
    assert "国办发明电〔2026〕9号" in change.reason


@pytest.mark.django_db
def test_it_logs_a_confirmed_date_without_calling_it_moved():
    deadlines.start(kind="decision", case_number="A1", start_on=date(2026, 12, 21), amount=20, law="")
    (change,) = give(NOTICE_2027).changes
    assert (change.moved, change.was_provisional, change.is_provisional) == (False, True, False)


@pytest.mark.django_db
def test_it_leaves_closed_deadlines_alone():
    closed = {"start_on": date(2027, 1, 25), "amount": 20, "due_on": date(2027, 2, 26), "provisional": True}
    DeadlineFactory(met_in_time=True, **closed)
    DeadlineFactory(cancelled=True, **closed)
    assert give(NOTICE_2027).changes == []


@pytest.mark.django_db
def test_it_recomputes_more_deadlines_than_one_batch_holds(monkeypatch):
    monkeypatch.setattr(deadlines, "RECOMPUTE_BATCH", 2)
    for _ in range(5):
        deadlines.start(kind="decision", case_number="A1", start_on=date(2027, 1, 25), amount=20, law="")
    assert len(give(NOTICE_2027).changes) == 5
    assert not Deadline.objects.filter(provisional=True).exists()


@pytest.mark.django_db
def test_it_keeps_the_pauses_of_a_recomputed_deadline():
    row = deadlines.start(kind="decision", case_number="A1", start_on=date(2027, 1, 25), amount=20, law="")
    deadlines.pause(row, reason="testing", start_on=date(2027, 1, 26), document="云审测〔2027〕1号")
    deadlines.resume(row, end_on=date(2027, 1, 26))
    give(NOTICE_2027)
    row.refresh_from_db()
    assert row.due_on == date(2027, 2, 26)


@pytest.mark.django_db
def test_it_finishes_a_recount_that_was_cut_short(monkeypatch):
    deadlines.start(kind="decision", case_number="A1", start_on=date(2027, 1, 25), amount=20, law="")
    with monkeypatch.context() as broken:
        broken.setattr(deadlines, "_count", None)
        with pytest.raises(TypeError):
            give(NOTICE_2027)
    assert not DeadlineChange.objects.exists()
    assert len(give(NOTICE_2027).changes) == 1


@pytest.mark.django_db
def test_it_keeps_nothing_when_a_day_comes_twice_with_different_contents():
    with pytest.raises(Invalid):
        give([*NOTICE_2027, *rows("+2027-02-05")])
    assert not CalendarDay.objects.exists()


@pytest.mark.django_db
def test_it_takes_the_same_row_twice_as_one():
    assert give([*NOTICE_2027, NOTICE_2027[0]]).created == len(NOTICE_2027)


@pytest.mark.django_db
def test_it_keeps_the_notice_a_row_brings_before_the_name_of_the_file():
    give([CalendarRow(date(2027, 1, 1), "元旦", True, 2027, "某通知"), *rows("2027-02-05")], source="文件.csv")
    assert set(CalendarDay.objects.values_list("source", flat=True)) == {"某通知", "文件.csv"}


@pytest.mark.django_db
def test_it_learns_of_an_import_by_another_process_at_the_next_check(monkeypatch):
    CalendarDay.objects.create(day=date(2026, 11, 20), name="停工", is_off=True, notice_year=2026)
    CalendarImport.objects.create(source="另一进程", day_count=1, actor_key="x", actor_name="x")
    assert calendar.is_workday(date(2026, 11, 20))
    monkeypatch.setattr(imported, "time", SimpleNamespace(monotonic=lambda: math.inf))
    assert not calendar.is_workday(date(2026, 11, 20))


@pytest.mark.django_db
def test_it_forgets_an_import_that_was_rolled_back_at_the_next_check(monkeypatch):
    with transaction.atomic():
        give(rows("2026-11-20", year=2026))
        assert not calendar.is_workday(date(2026, 11, 20))
        transaction.set_rollback(True)
    monkeypatch.setattr(imported, "time", SimpleNamespace(monotonic=lambda: math.inf))
    assert calendar.is_workday(date(2026, 11, 20))


@pytest.mark.django_db
def test_it_reads_the_days_only_when_the_version_changed(django_assert_num_queries):
    give(NOTICE_2027)
    calendar.is_workday(date(2027, 1, 1))
    imported.reload()
    with django_assert_num_queries(1):
        calendar.is_workday(date(2027, 1, 1))


OPEN_DATA = {
    "date": "2026-12-27",
    "holiday_name": "元旦",
    "is_off_day": "0",
    "year_file": "2027",
    "source_notices": "http://www.gov.cn/",
}


def test_it_reads_a_row_of_the_open_data():
    assert read_row(OPEN_DATA) == CalendarRow(date(2026, 12, 27), "元旦", False, 2027, "http://www.gov.cn/")


@pytest.mark.parametrize("value", [datetime(2026, 12, 27, 0, 0), date(2026, 12, 27), " 2026-12-27 "])
def test_it_reads_dates_of_spreadsheets_and_text(value):
    assert read_row({**OPEN_DATA, "date": value}).day == date(2026, 12, 27)


@pytest.mark.parametrize(
    ("value", "is_off"), [(1, True), ("是", True), ("True", True), (0, False), ("否", False), (False, False)]
)
def test_it_reads_yes_and_no(value, is_off):
    assert read_row({**OPEN_DATA, "is_off_day": value}).is_off is is_off


def test_it_takes_the_year_of_the_day_when_none_is_given():
    assert read_row({"date": "2027-01-01", "holiday_name": "元旦", "is_off_day": 1}).notice_year == 2027


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("date", "2026-02-30"),
        ("date", ""),
        ("date", None),
        ("holiday_name", " "),
        ("is_off_day", "也许"),
        ("is_off_day", None),
        ("year_file", "2028"),
        ("year_file", "今年"),
    ],
)
def test_it_names_the_column_it_cannot_read(column, value):
    with pytest.raises(Invalid) as refused:
        read_row({**OPEN_DATA, column: value})
    assert list(refused.value.errors) == [column]


@pytest.mark.django_db
def test_it_agrees_with_the_packaged_calendar_day_by_day():
    if not REAL.exists():
        pytest.skip("the real holiday data is not beside this checkout")
    span = [date(2015, 1, 1) + timedelta(n) for n in range((date(2026, 12, 31) - date(2015, 1, 1)).days + 1)]
    packaged = [calendar.is_workday(day) for day in span]
    with REAL.open(encoding="utf-8", newline="") as lines:
        give([read_row(row) for row in csv.DictReader(lines)])
    assert imported.current().published == frozenset(range(2007, 2027))
    assert [calendar.is_workday(day) for day in span] == packaged
