"""events.record: one fact, once, in the caller's transaction."""

import pytest
from django.db import IntegrityError, transaction

from shenguan import events
from shenguan.access.actors import Actor
from shenguan.events.kinds import ROUTING_TASK
from shenguan.events.models import Event, PendingEvent
from tests.factories.ground import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_it_keeps_who_what_and_when(clock, actor):
    event = events.record("application.noted", by=actor, case_number="A-1", summary="记录", payload={"n": 1})
    event.refresh_from_db()
    assert (event.case_number, event.payload, event.visibility) == ("A-1", {"n": 1}, "both")
    assert (event.actor_kind, event.actor_key, event.actor_name) == ("staff", actor.key, actor.name)
    assert event.recorded_at.isoformat() == "2026-11-20T01:30:00+00:00"


def test_it_names_the_actors_department_by_default(actor):
    event = events.record("application.noted", by=actor, summary="记录")
    assert event.department_code == actor.department.code


def test_it_names_the_given_department_first(actor):
    other = DepartmentFactory()
    assert events.record("application.noted", by=actor, summary="记录", department=other).department_code == other.code


def test_it_leaves_the_department_empty_for_the_system(system):
    assert events.record("application.noted", by=system, summary="记录").department_code == ""


@pytest.mark.parametrize("kind", sorted(events.ROUTABLE_KINDS))
def test_it_queues_kinds_that_leave_the_house(kind, actor):
    event = events.record(kind, by=actor, summary="推送")
    assert PendingEvent.objects.get().event == event


def test_it_queues_no_other_kind(actor):
    events.record("approval.examined", by=actor, summary="审查通过")
    assert not PendingEvent.objects.exists()


def test_it_refuses_an_unknown_visibility(actor):
    with pytest.raises(IntegrityError, match="event_visibility_known"), transaction.atomic():
        events.record("application.noted", by=actor, summary="记录", visibility="everybody")


def test_it_keeps_nothing_when_the_caller_rolls_back(actor):
    with transaction.atomic():
        events.record("approval.accepted", by=actor, summary="受理")
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not PendingEvent.objects.exists()


def test_it_keeps_no_event_without_its_queue_row(actor, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("shenguan.events.actions._queue", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        events.record("approval.accepted", by=actor, summary="受理")
    assert not Event.objects.exists()


def test_it_orders_a_timeline_by_time_then_id(clock, system):
    second = events.record("application.noted", by=system, case_number="A-1", summary="后")
    third = events.record("application.noted", by=system, case_number="A-1", summary="同时")
    clock.shift(-60)
    first = events.record("application.noted", by=system, case_number="A-1", summary="先")
    assert list(Event.objects.filter(case_number="A-1")) == [first, second, third]


def test_it_wakes_the_router_once_for_a_commit(actor, committing, nudges):
    with committing():
        events.record("approval.accepted", by=actor, summary="受理")
        events.record("approval.concluded", by=actor, summary="办结")
    assert nudges == [ROUTING_TASK]


def test_it_wakes_nobody_before_the_commit(actor, nudges):
    events.record("approval.accepted", by=actor, summary="受理")
    assert nudges == []


def test_it_wakes_nobody_for_facts_that_stay(actor, committing, nudges):
    with committing():
        events.record("approval.examined", by=actor, summary="审查通过")
    assert nudges == []


def test_the_system_may_record(nudges):
    assert events.record("credit.changed", by=Actor.system("job"), summary="信用变化").actor_name == "系统"


def test_it_keeps_many_facts_in_their_order_by_two_statements(actor, django_assert_num_queries):
    facts = [events.Fact("approval.accepted", f"第{n}件", case_number=f"A-{n}") for n in range(5)]
    with transaction.atomic(), django_assert_num_queries(2):
        events.record_many(facts, by=actor)
    assert list(Event.objects.order_by("id").values_list("summary", flat=True)) == [fact.summary for fact in facts]
    assert PendingEvent.objects.count() == 5


def test_it_writes_nothing_for_no_facts(actor, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(0):
        assert events.record_many([], by=actor) == []
