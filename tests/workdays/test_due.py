"""The words of the due badge."""

from datetime import date

import pytest

from shenguan.workdays.deadlines import DueState, due_state, due_state_of
from tests.factories.workdays import DeadlineFactory

TODAY = date(2026, 11, 20)  # Friday


@pytest.mark.parametrize(
    ("due_on", "state"),
    [
        (date(2026, 11, 18), DueState("over", "超期 2 天", -2)),
        (date(2026, 11, 19), DueState("over", "超期 1 天", -1)),
        (date(2026, 11, 20), DueState("today", "今天到期")),
        (date(2026, 11, 22), DueState("soon", "余 2 天", 2)),
        (date(2026, 11, 23), DueState("soon", "余 1 个工作日", 1)),
        (date(2026, 11, 24), DueState("soon", "余 2 个工作日", 2)),
        (date(2026, 11, 25), DueState("ok", "余 3 个工作日", 3)),
    ],
)
def test_it_counts_the_days_after_today(due_on, state):
    assert due_state_of(due_on, TODAY) == state


def test_it_counts_calendar_days_for_a_limit_in_calendar_days():
    assert due_state_of(date(2026, 12, 20), TODAY, in_workdays=False) == DueState("ok", "余 30 天", 30)


def test_it_is_done_when_told_so():
    assert due_state_of(date(2026, 11, 18), TODAY, done=True).kind == "done"


@pytest.mark.parametrize(
    ("situation", "kind", "text"),
    [
        ({}, "ok", "余 5 个工作日"),
        ({"unit": "cd"}, "ok", "余 7 天"),
        ({"is_paused": True}, "pause", "暂停计时"),
        ({"overdue": True}, "over", "超期 2 天"),
        ({"overdue": True, "is_paused": True}, "pause", "暂停计时"),
        ({"met_in_time": True}, "done", "按时办结"),
        ({"met_late": True}, "done", "超期办结"),
        ({"cancelled": True}, "done", "已终止"),
    ],
)
def test_it_reads_the_state_of_a_deadline(situation, kind, text):
    state = due_state(DeadlineFactory.build(**situation), TODAY)
    assert (state.kind, state.text) == (kind, text)
