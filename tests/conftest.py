"""Fixtures every test may use. Dates matter here: tests that look at them ask for `today` and live on 2026-11-20."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from shenguan.access.actors import Actor
from shenguan.events import nudge
from shenguan.workdays import imported
from tests.factories.ground import StaffFactory

pytest_plugins = ["tests.fixtures_demo", "tests.fixtures_schema"]

FRIDAY_MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A stopped clock on Friday 2026-11-20 09:30 in Shanghai; `clock.shift(...)` and `clock.move_to(...)` turn it."""
    with time_machine.travel(FRIDAY_MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def today(clock: time_machine.Traveller) -> date:
    """The stopped clock's date, 2026-11-20."""
    return FRIDAY_MORNING.date()


@pytest.fixture
def actor(db: None) -> Actor:
    """Somebody who acts, where it does not matter who."""
    return Actor.of_staff(StaffFactory(), ip="127.0.0.1")


@pytest.fixture
def system() -> Actor:
    """A periodic job."""
    return Actor.system("test-job")


@pytest.fixture
def committing(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Callable[[], object]]]],
) -> Callable[[], AbstractContextManager[list[Callable[[], object]]]]:
    """`with committing():` runs what was left for after the commit, as if the block's transaction were committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tasks that were woken; nothing reaches a broker."""
    sent: list[str] = []
    monkeypatch.setattr(nudge.current_app, "send_task", lambda task, **_: sent.append(task))
    return sent


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """No test sees flags, throttles or locks of another."""
    cache.clear()
    nudge.forgive()


@pytest.fixture(autouse=True)
def _no_imported_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting days asks the database nothing and knows no day another test imported, until this test imports some."""
    monkeypatch.setattr(imported, "CHECK_SECONDS", math.inf)
    imported.remember(imported.ImportedDays())


@pytest.fixture(autouse=True, scope="session")
def _flush_of_append_only_tables() -> Iterator[None]:
    """Lets transactional tests clean up on SQLite, which empties tables by DELETE: the triggers step aside for that."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(case: TransactionTestCase) -> None:
        with lifted_triggers():
            flush(case)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", flush_without_triggers):
        yield


@contextmanager
def lifted_triggers() -> Iterator[None]:
    """Lets a flush empty append-only tables on SQLite; the triggers stand again afterwards."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, sql in triggers:
            cursor.execute(sql)
