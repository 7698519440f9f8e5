"""The nudge: coalesced, harmless when broker or cache are gone."""

import time
from collections.abc import Iterator

import pytest
from celery import current_app, shared_task
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError

from shenguan.events import nudge

TASK = "linkage.tasks.route_events"


@pytest.fixture
def broken_broker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A broker that refuses; the list counts the tries."""
    tries: list[str] = []

    def refuse(task: str, **_: object) -> None:
        tries.append(task)
        raise OperationalError("connection refused")

    monkeypatch.setattr(nudge.current_app, "send_task", refuse)
    return tries


@pytest.fixture
def far_broker() -> Iterator[None]:
    """A real connection attempt to a port of this machine where nobody listens."""
    before = current_app.conf.broker_write_url
    current_app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    current_app.amqp._producer_pool = None
    yield
    current_app.conf.broker_write_url = before
    current_app.amqp._producer_pool = None


def test_it_is_sent_once_while_a_message_waits(nudges):
    assert nudge.send(TASK)
    assert not nudge.send(TASK)
    assert nudges == [TASK]


def test_it_is_sent_again_once_the_run_has_started(nudges):
    nudge.send(TASK)
    nudge.arrived(TASK)
    assert nudge.send(TASK)
    assert nudges == [TASK, TASK]


def test_it_is_sent_for_each_task(nudges):
    nudge.send(TASK)
    nudge.send("linkage.tasks.deliver_due")
    assert nudges == [TASK, "linkage.tasks.deliver_due"]


def test_a_lost_message_does_not_silence_it_for_long(nudges, monkeypatch):
    monkeypatch.setattr(nudge, "FLAG_SECONDS", 0)
    nudge.send(TASK)
    assert nudge.send(TASK)


def test_a_run_takes_the_flag_down_before_it_reads_rows(nudges):
    seen = []

    @shared_task(name="tests.look_at_flag")
    def look_at_flag() -> None:
        seen.append(cache.get("nudge:tests.look_at_flag"))

    nudge.send("tests.look_at_flag")
    look_at_flag.apply()
    assert seen == [None]


def test_a_broken_broker_breaks_nothing(broken_broker):
    assert not nudge.send(TASK)


def test_a_broken_broker_is_left_alone_for_a_while(broken_broker):
    nudge.send(TASK)
    nudge.arrived(TASK)
    nudge.send(TASK)
    assert broken_broker == [TASK]


def test_a_broken_cache_breaks_nothing(nudges, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("cache is gone")

    monkeypatch.setattr(nudge.cache, "add", fail)
    monkeypatch.setattr(nudge.cache, "delete", fail)
    assert not nudge.send(TASK)
    nudge.arrived(TASK)


def test_an_unreachable_broker_holds_a_page_for_less_than_two_seconds(far_broker):
    began = time.monotonic()
    assert not nudge.send(TASK)
    assert time.monotonic() - began < 2


@pytest.mark.django_db
def test_it_waits_for_the_commit_and_asks_once(nudges, committing):
    with committing(), transaction.atomic():
        nudge.after_commit(TASK)
        nudge.after_commit(TASK)
        assert nudges == []
    assert nudges == [TASK]


@pytest.mark.django_db
def test_a_rolled_back_part_does_not_swallow_the_wish_of_the_rest(nudges, committing):
    with committing():
        with transaction.atomic():
            nudge.after_commit(TASK)
            transaction.set_rollback(True)
        nudge.after_commit(TASK)
    assert nudges == [TASK]


@pytest.mark.django_db
def test_a_rolled_back_transaction_wakes_nobody(nudges, committing):
    with committing(), transaction.atomic():
        nudge.after_commit(TASK)
        transaction.set_rollback(True)
    assert nudges == []
