"""The life of a deadline (RULES R1.07, R1.11, R1.44, R1.46)."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from shenguan.refusals import Invalid, Refusal, StateForbids
from shenguan.workdays import deadlines
from shenguan.workdays.models import Deadline, DeadlineChange, DeadlinePause
from tests.factories.workdays import DeadlineFactory

pytestmark = pytest.mark.django_db

TWENTY_FROM_FEBRUARY = {"start_on": date(2026, 2, 11), "amount": 20, "law": "行政许可法第四十二条"}


@pytest.fixture(autouse=True)
def fixed_today():
    """Friday 2026-11-20, ten in the morning."""
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def decision():
    """Twenty working days over Spring Festival 2026, due 2026-03-17."""
    return deadlines.start(kind="decision", case_number="A1", **TWENTY_FROM_FEBRUARY)


def test_it_counts_working_days(decision):
    assert (decision.due_on, decision.raw_due_on, decision.provisional) == (date(2026, 3, 17), date(2026, 3, 17), False)
    assert (decision.state, decision.unit) == (Deadline.State.OPEN, Deadline.Unit.WORKDAYS)


def test_it_rolls_calendar_days_and_keeps_the_safe_limit():
    row = deadlines.start(
        kind="seizure", case_number="", start_on=date(2026, 1, 20), amount=30, unit="cd", law="行政强制法第二十五条"
    )
    assert (row.raw_due_on, row.due_on) == (date(2026, 2, 19), date(2026, 2, 24))


def test_it_does_not_roll_when_told_so():
    row = deadlines.start(
        kind="seizure", case_number="", start_on=date(2026, 1, 20), amount=30, unit="cd", law="", roll=False
    )
    assert row.due_on == date(2026, 2, 19)


def test_it_counts_months():
    row = deadlines.start(
        kind="publicity", case_number="", start_on=date(2026, 11, 30), amount=3, unit="month", law="", roll=False
    )
    assert row.due_on == date(2027, 2, 28)


def test_it_marks_an_unpublished_year():
    row = deadlines.start(kind="decision", case_number="A1", start_on=date(2026, 12, 21), amount=20, law="")
    assert (row.due_on, row.provisional) == (date(2027, 1, 19), True)


def test_it_refuses_an_unknown_unit():
    with pytest.raises(ValueError, match="hour"):
        deadlines.start(kind="x", case_number="", start_on=date(2026, 11, 20), amount=1, unit="hour", law="")


def test_it_moves_the_due_date_only_when_the_pause_ends(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    assert (decision.is_paused, decision.due_on) == (True, date(2026, 3, 17))
    deadlines.resume(decision, end_on=date(2026, 3, 6))
    assert (decision.is_paused, decision.due_on) == (False, date(2026, 3, 31))


def test_it_counts_overlapping_pauses_once(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    deadlines.pause(decision, reason="hearing", start_on=date(2026, 3, 2), document="云审听〔2026〕1号")
    deadlines.resume(decision, end_on=date(2026, 3, 3), reason="testing")
    assert decision.is_paused
    deadlines.resume(decision, end_on=date(2026, 3, 6))
    assert (decision.is_paused, decision.due_on) == (False, date(2026, 3, 31))


def test_it_logs_each_move(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    deadlines.resume(decision, end_on=date(2026, 3, 6))
    change = DeadlineChange.objects.get()
    assert (change.old_due_on, change.new_due_on, change.moved) == (date(2026, 3, 17), date(2026, 3, 31), True)
    assert "检测" in change.reason


@pytest.mark.parametrize("reason", DeadlinePause.Reason.values)
def test_it_pauses_for_every_reason_of_the_law(decision, reason):
    deadlines.pause(decision, reason=reason, start_on=date(2026, 2, 24), document="云审知〔2026〕1号")
    assert decision.is_paused


@pytest.mark.parametrize("reason", ["补正", "correction", "内部会议", "系统故障", ""])
def test_it_refuses_any_other_reason_to_pause(decision, reason):
    with pytest.raises(Invalid) as refused:
        deadlines.pause(decision, reason=reason, start_on=date(2026, 2, 24), document="云审知〔2026〕1号")
    assert list(refused.value.errors) == ["reason"]
    assert not DeadlinePause.objects.exists()


def test_it_refuses_a_pause_without_a_notice_document(decision):
    with pytest.raises(Invalid) as refused:
        deadlines.pause(decision, reason="hearing", start_on=date(2026, 2, 24), document=" ")
    assert list(refused.value.errors) == ["document"]


@pytest.mark.parametrize("start_on", [date(2026, 2, 10), date(2026, 3, 18)])
def test_it_refuses_a_pause_outside_the_period(decision, start_on):
    with pytest.raises(Invalid) as refused:
        deadlines.pause(decision, reason="hearing", start_on=start_on, document="云审知〔2026〕1号")
    assert list(refused.value.errors) == ["start_on"]


def test_it_refuses_to_pause_twice_for_one_reason(decision):
    deadlines.pause(decision, reason="hearing", start_on=date(2026, 2, 24), document="云审知〔2026〕1号")
    with pytest.raises(Refusal) as refused:
        deadlines.pause(decision, reason="hearing", start_on=date(2026, 2, 25), document="云审知〔2026〕2号")
    assert refused.value.code == "already_paused"


def test_it_refuses_to_resume_what_is_not_paused(decision):
    with pytest.raises(Refusal) as refused:
        deadlines.resume(decision, end_on=date(2026, 3, 3))
    assert refused.value.code == "not_paused"


def test_it_asks_which_of_several_pauses_ends(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    deadlines.pause(decision, reason="hearing", start_on=date(2026, 3, 2), document="云审听〔2026〕1号")
    with pytest.raises(Invalid) as refused:
        deadlines.resume(decision, end_on=date(2026, 3, 3))
    assert list(refused.value.errors) == ["reason"]


def test_it_refuses_a_pause_that_ends_before_it_starts(decision):
    deadlines.pause(decision, reason="hearing", start_on=date(2026, 2, 24), document="云审知〔2026〕1号")
    with pytest.raises(Invalid) as refused:
        deadlines.resume(decision, end_on=date(2026, 2, 23))
    assert list(refused.value.errors) == ["end_on"]
    decision.refresh_from_db()
    assert decision.is_paused


def test_it_does_not_count_paused_days_of_a_month_limit():
    row = deadlines.start(
        kind="x", case_number="", start_on=date(2026, 9, 1), amount=1, unit="month", law="", roll=False
    )
    deadlines.pause(row, reason="appraisal", start_on=date(2026, 9, 10), document="云审鉴〔2026〕1号")
    deadlines.resume(row, end_on=date(2026, 9, 14))
    assert row.due_on == date(2026, 10, 6)


def test_it_extends_by_the_same_unit():
    row = deadlines.start(
        kind="joint", case_number="A1", start_on=date(2026, 1, 5), amount=45, law="行政许可法第四十二条"
    )
    change = deadlines.extend(row, amount=15, reason="案情复杂", on=date(2026, 3, 13))
    assert (row.due_on, row.total, change.new_due_on) == (date(2026, 4, 3), 60, date(2026, 4, 3))
    assert "15 工作日" in change.reason


def test_it_extends_on_the_last_day_but_not_after():
    last_day, late = DeadlineFactory(due_on=date(2026, 11, 20)), DeadlineFactory(overdue=True)
    deadlines.extend(last_day, amount=10, reason="案情复杂")
    with pytest.raises(Refusal) as refused:
        deadlines.extend(late, amount=10, reason="案情复杂")
    assert refused.value.code == "extension_too_late"
    late.refresh_from_db()
    assert late.extension is None


def test_it_extends_only_once():
    row = DeadlineFactory()
    deadlines.extend(row, amount=10, reason="案情复杂")
    with pytest.raises(Refusal) as refused:
        deadlines.extend(row, amount=10, reason="仍然复杂")
    assert refused.value.code == "already_extended"
    assert row.extension == 10


@pytest.mark.parametrize(
    ("amount", "reason", "field"), [(0, "案情复杂", "amount"), (-1, "案情复杂", "amount"), (10, " ", "reason")]
)
def test_it_refuses_an_extension_without_amount_or_reason(amount, reason, field):
    with pytest.raises(Invalid) as refused:
        deadlines.extend(DeadlineFactory(), amount=amount, reason=reason)
    assert list(refused.value.errors) == [field]


def test_it_is_met_on_a_day():
    row = deadlines.meet(DeadlineFactory(), on=date(2026, 11, 24))
    row.refresh_from_db()
    assert (row.state, row.met_on) == (Deadline.State.MET, date(2026, 11, 24))


def test_it_ends_open_pauses_when_met(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    deadlines.meet(decision, on=date(2026, 3, 6))
    assert decision.pauses.get().end_on == date(2026, 3, 6)
    assert (decision.is_paused, decision.due_on) == (False, date(2026, 3, 31))


def test_it_can_be_cancelled_while_paused(decision):
    deadlines.pause(decision, reason="testing", start_on=date(2026, 2, 24), document="云审测〔2026〕1号")
    deadlines.cancel(decision)
    decision.refresh_from_db()
    assert (decision.state, decision.is_paused) == (Deadline.State.CANCELLED, False)


ACTIONS = {
    "pause": lambda row: deadlines.pause(
        row, reason="hearing", start_on=date(2026, 11, 23), document="云审知〔2026〕1号"
    ),
    "resume": lambda row: deadlines.resume(row, end_on=date(2026, 11, 24)),
    "extend": lambda row: deadlines.extend(row, amount=10, reason="案情复杂"),
    "meet": lambda row: deadlines.meet(row, on=date(2026, 11, 24)),
    "cancel": deadlines.cancel,
}


@pytest.mark.parametrize("trait", ["met_in_time", "cancelled"])
@pytest.mark.parametrize("action", ACTIONS)
def test_it_does_nothing_to_a_closed_deadline(action, trait):
    row = DeadlineFactory(**{trait: True})
    with pytest.raises(StateForbids) as refused:
        ACTIONS[action](row)
    assert refused.value.state == row.state


def test_it_works_on_the_stored_row_not_on_a_stale_copy():
    row = DeadlineFactory()
    stale = Deadline.objects.get(pk=row.pk)
    deadlines.extend(row, amount=10, reason="案情复杂")
    with pytest.raises(Refusal):
        deadlines.extend(stale, amount=10, reason="案情复杂")


def test_it_lists_what_is_overdue():
    late = DeadlineFactory(overdue=True)
    DeadlineFactory(due_on=date(2026, 11, 20))
    DeadlineFactory(overdue=True, is_paused=True)
    DeadlineFactory(overdue=True, met_late=True)
    assert list(Deadline.objects.overdue(date(2026, 11, 20))) == [late]


def test_it_recomputes_nothing_when_nothing_changed(decision):
    assert deadlines.recompute("例行核对") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "met"},
        {"met_on": date(2026, 11, 24)},
        {"extension": 0},
        {"state": "cancelled", "is_paused": True},
        {"due_on": date(2026, 11, 19)},
    ],
    ids="-".join,
)
def test_it_lets_the_database_refuse_nonsense(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineFactory(**wrong)


def test_it_keeps_the_log_for_good():
    change = deadlines.extend(DeadlineFactory(), amount=10, reason="案情复杂")
    change.reason = "改写"
    with pytest.raises(DatabaseError), transaction.atomic():
        change.save(update_fields=["reason"])


def test_it_reads_well():
    row = DeadlineFactory(case_number="A1")
    pause = DeadlinePause(reason="hearing", start_on=date(2026, 11, 23))
    change = DeadlineChange(old_due_on=date(2026, 11, 27), new_due_on=date(2026, 12, 11), reason="延长")
    assert [str(row), str(pause), str(change)] == [
        "A1 correction 2026-11-27",
        "听证 2026-11-23—",
        "2026-11-27 → 2026-12-11（延长）",
    ]


def test_it_starts_many_by_one_statement(django_assert_num_queries):
    limits = [deadlines.Limit("push.read", f"A-{n}", date(2026, 11, 20), 1 + n % 2, "清单") for n in range(6)]
    with django_assert_num_queries(1):
        started = deadlines.start_many(limits)
    assert [row.due_on for row in started[:2]] == [date(2026, 11, 23), date(2026, 11, 24)]
    assert [row.case_number for row in started] == [limit.case_number for limit in limits]


def test_it_cancels_many_at_once():
    running = DeadlineFactory.create_batch(3)
    deadlines.cancel_many(running)
    assert set(Deadline.objects.values_list("state", flat=True)) == {Deadline.State.CANCELLED}
    assert {row.state for row in running} == {Deadline.State.CANCELLED}


def test_it_cancels_none_of_many_when_one_is_over():
    running, over = DeadlineFactory(), DeadlineFactory()
    deadlines.meet(over, on=over.due_on)
    with pytest.raises(StateForbids):
        deadlines.cancel_many([running, over])
    running.refresh_from_db()
    assert running.state == Deadline.State.OPEN


def test_it_meets_many_at_once_and_ends_their_pauses():
    running = DeadlineFactory.create_batch(2)
    paused = DeadlineFactory()
    deadlines.pause(paused, reason="hearing", start_on=paused.start_on, document="通知书")
    day = max(row.due_on for row in running)
    deadlines.meet_many([*running, paused], on=day)
    assert {(row.state, row.met_on, row.is_paused) for row in Deadline.objects.all()} == {("met", day, False)}
    assert [row.state for row in [*running, paused]] == ["met"] * 3


def test_it_meets_none_of_many_when_one_is_over():
    running, over = DeadlineFactory(), DeadlineFactory()
    deadlines.cancel(over)
    with pytest.raises(StateForbids):
        deadlines.meet_many([running, over], on=running.due_on)
    running.refresh_from_db()
    assert running.state == Deadline.State.OPEN
