"""Making statements in the background: a row is the wish, the page follows it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from linkage.actions import pushes, statement_runs, statements
from linkage.models import LateStep, Push, Statement, StatementRun
from linkage.reconciliation.statements import PUSH_COLUMNS, of_city, of_department
from shenguan.refusals import NotAllowed, Refusal
from shenguan.ui.models import BeatMark
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.linkage import PushFactory
from tests.linkage.conftest import City, acting, build_city
from tests.linkage.pages.conftest import coordinating, liaison, sign_in  # noqa: F401

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
PROGRESS = "linkage:statements_progress"


@pytest.fixture
def october(city: City) -> City:
    """One push of October."""
    moment = datetime(2026, 10, 15, 10, tzinfo=OFFICE_ZONE)
    PushFactory(entry=city.entry, application=city.application, pushed_at=moment)
    return city


def ask(city: City) -> StatementRun:
    return statement_runs.ask(OCTOBER, by=acting(city.coordinator))


def test_it_makes_what_was_asked_for(october: City):
    run = ask(october)

    assert statement_runs.make_waiting() == 2
    run.refresh_from_db()
    assert (run.total, run.done, run.made, run.error, run.finished_at is not None) == (2, 2, 2, "", True)


def test_it_does_nothing_unasked(october: City):
    assert statement_runs.make_waiting() == 0
    assert not Statement.objects.exists()


def test_a_second_wish_joins_the_first(october: City):
    assert ask(october) == ask(october)


def test_a_wish_after_the_first_was_fulfilled_makes_no_second_edition(october: City):
    ask(october)
    statement_runs.make_waiting()
    ask(october)

    assert statement_runs.make_waiting() == 0
    assert list(StatementRun.objects.values_list("made", flat=True)) == [0, 2]


def test_a_run_of_a_dead_worker_is_begun_again(october: City, clock: time_machine.Traveller):
    run = ask(october)
    StatementRun.objects.update(beat_at=run.asked_at, done=1)
    clock.shift(timedelta(minutes=11))

    assert statement_runs.make_waiting() == 2


def test_a_run_another_worker_is_at_is_left_to_it(october: City, clock: time_machine.Traveller):
    run = ask(october)
    StatementRun.objects.update(beat_at=run.asked_at)
    clock.shift(timedelta(minutes=9))

    assert statement_runs.make_waiting() == 0


def test_a_failure_ends_the_run_with_words(october: City, monkeypatch: pytest.MonkeyPatch):
    run = ask(october)
    monkeypatch.setattr(statements, "of_city", lambda *_: 1 / 0)

    statement_runs.make_waiting()

    run.refresh_from_db()
    assert (run.done, run.error.startswith("生成中断"), run.finished_at is not None) == (1, True, True)


def test_only_a_coordinator_asks(october: City):
    with pytest.raises(NotAllowed):
        statement_runs.ask(OCTOBER, by=acting(october.liaison))


def test_nobody_asks_for_a_month_that_is_not_over(october: City):
    with pytest.raises(Refusal):
        statement_runs.ask(date(2026, 11, 1), by=acting(october.coordinator))


def beat(at: datetime) -> None:
    BeatMark.objects.update_or_create(name="beat", defaults={"seen_at": at})


def test_the_page_says_how_far_it_is(october: City, coordinating: Any):  # noqa: F811
    run = ask(october)
    beat(run.asked_at)
    StatementRun.objects.update(done=1)

    page = coordinating.get(reverse("linkage:statements")).content.decode()

    assert "已完成 1 / 2 份" in page
    assert reverse(PROGRESS) in page


def test_the_page_says_when_no_worker_runs(october: City, coordinating: Any):  # noqa: F811
    run = ask(october)
    beat(run.asked_at - timedelta(hours=1))

    assert "后台任务没有在运行" in coordinating.get(reverse("linkage:statements")).content.decode()


def test_the_page_loads_anew_once_it_is_over(october: City, coordinating: Any):  # noqa: F811
    ask(october)
    assert "HX-Refresh" not in coordinating.get(reverse(PROGRESS))
    statement_runs.make_waiting()

    answer = coordinating.get(reverse(PROGRESS))

    assert answer["HX-Refresh"] == "true"
    assert "新版 2 份" in answer.content.decode()


@pytest.fixture
def late(clock: time_machine.Traveller, nudges: list[str]) -> City:
    """A push of October, to be claimed until the 23rd and claimed on the 26th, its first check in time."""
    clock.move_to(datetime(2026, 10, 20, 10, tzinfo=OFFICE_ZONE))
    city = build_city(manual=True)
    push = city.route()
    due_on = push.due_on
    assert due_on is not None
    clock.move_to(datetime.combine(due_on, datetime.min.time(), OFFICE_ZONE) + timedelta(days=4, hours=10))
    pushes.claim(push, by=acting(city.liaison))
    clock.move_to(datetime(2026, 11, 2, 10, tzinfo=OFFICE_ZONE))
    return city


def test_what_was_done_late_counts(late: City):
    content = of_department(late.entry.department, OCTOBER, date(2026, 11, 2))

    totals = dict(content.totals)
    assert content.pushes[0][PUSH_COLUMNS.index("逾期")] == "逾期办结"
    assert (totals["逾期未办"], totals["逾期办结"], totals["本月逾期办结（含往月）"]) == (0, 1, 1)


def test_the_city_counts_it_too(late: City):
    assert dict(of_city(OCTOBER, date(2026, 11, 2)).totals)["逾期办结"] == 1


def test_what_was_done_on_the_last_day_does_not_count(october: City):
    assert not LateStep.objects.exists()
    totals = dict(of_department(october.entry.department, OCTOBER, date(2026, 11, 2)).totals)
    assert (totals["逾期办结"], Push.objects.count()) == (0, 1)
