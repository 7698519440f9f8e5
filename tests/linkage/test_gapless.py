"""Sequences per recipient and push numbers: no gap, no double, whatever happens to routers (R7.12, CONTRACT §3)."""

from itertools import count
from threading import Lock

import pytest
from django.db import connection

from linkage import tasks
from linkage.actions import outgoing, routing
from linkage.models import Push
from shenguan.events.models import PendingEvent
from shenguan.identifiers.models import NumberSeries
from tests.factories.approvals import ApplicationFactory
from tests.factories.linkage import LinkageEntryFactory
from tests.linkage.conftest import City, build_city, happen
from tests.linkage.test_faults import in_threads, killed, needs_postgresql

transactional = pytest.mark.django_db(transaction=True)
CASES = 20


@pytest.fixture
def busy(transactional_db: None, nudges: list[str], monkeypatch: pytest.MonkeyPatch) -> City:
    """Both stages of many cases, each for three departments, in batches of a few events."""
    monkeypatch.setattr(routing, "BATCH", 7)
    monkeypatch.setattr(routing.route_pending, "__defaults__", (7,))
    city = build_city(both_stages=True)
    for _ in range(2):
        entry = {"version": city.entry.version, "approval_item": city.entry.approval_item}
        LinkageEntryFactory(**entry, both_stages=True)
    for case in ApplicationFactory.create_batch(CASES, concluded=True, variant=city.application.variant):
        happen(case, "approval.accepted")
        happen(case, "approval.concluded")
    return city


def assert_gapless() -> None:
    """Each of three recipients has 1 … n, the day's numbers are 1 … 3n, and the series say so."""
    assert not PendingEvent.objects.exists()
    each = 2 * CASES
    for code in set(Push.objects.values_list("department__code", flat=True)):
        places = Push.objects.filter(department__code=code).order_by("sequence").values_list("sequence", flat=True)
        assert list(places) == list(range(1, each + 1))
        assert NumberSeries.objects.get(key=f"seq:{code}").last == each
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in Push.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 3 * each + 1))
    assert Push.objects.values("event", "department").distinct().count() == 3 * each


@needs_postgresql
@transactional
def test_two_routers_at_once_leave_no_gap_and_no_double(busy: City):
    in_threads(tasks.route_events, tasks.route_events)

    assert_gapless()


@needs_postgresql
@transactional
def test_batches_rolled_back_beside_another_router_give_their_numbers_back(busy: City, monkeypatch):
    deliver, calls, lock = outgoing.deliver, count(), Lock()

    def sometimes(*args: object) -> None:
        with lock:
            call = next(calls)
        if call % 3 == 1:  # after the numbers were taken and the pushes written
            raise RuntimeError("the batch dies here")
        deliver(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outgoing, "deliver", sometimes)
    in_threads(tasks.route_events, tasks.route_events)
    monkeypatch.setattr(outgoing, "deliver", deliver)
    PendingEvent.objects.update(due_at="2020-01-01T00:00Z")  # those put off
    tasks.route_events()

    assert_gapless()


@needs_postgresql
@transactional
def test_a_router_killed_between_batches_leaves_no_gap(busy: City):
    killed("route_events", when=lambda: Push.objects.count() > 0)
    PendingEvent.objects.update(due_at="2020-01-01T00:00Z")
    in_threads(tasks.route_events, tasks.route_events)

    assert_gapless()


@transactional
def test_one_router_whose_batch_is_rolled_back_leaves_no_gap(busy: City, monkeypatch):
    deliver, calls = outgoing.deliver, count()

    def fail_first(*args: object) -> None:
        if next(calls) == 0:
            raise RuntimeError("the batch dies here")
        deliver(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outgoing, "deliver", fail_first)
    tasks.route_events()

    assert connection.in_atomic_block is False
    assert_gapless()
