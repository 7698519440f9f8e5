"""The comparison under examples/ agrees with the portal's (CONTRACT §3)."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from examples.department_receiver import receiver, reconcile
from linkage.actions import day_sheets, payloads
from linkage.models import DayReport, Delivery, Push
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.linkage import DeliveryFactory, EndpointFactory, PushFactory
from tests.linkage.conftest import City, city  # noqa: F401
from tests.linkage.reconciliation.test_day_sheets import FRIDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(receiver.SCHEMA)
    yield connection
    connection.close()


@pytest.fixture
def pushes(city: City, clock: time_machine.Traveller) -> list[Push]:  # noqa: F811
    """Two pushes of Friday, and the day closed."""
    EndpointFactory(department=city.entry.department)
    made = [PushFactory(entry=city.entry, application=city.application) for _ in range(2)]
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)
    return made


def caller(pushes: list[Push]) -> reconcile.Call:
    client = calling_as(MachineClientFactory(department=pushes[0].department))

    def call(method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        address = f"/api/v1/{path}"
        answer = client.get(address) if method == "GET" else client.post(address, body, format="json")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    return call


def receive(store: sqlite3.Connection, push: Push) -> None:
    """As the webhook leaves it."""
    reconcile.keep(store, sent(push))


def sent(push: Push) -> dict[str, Any]:
    """What the webhook says of a push."""
    row = DeliveryFactory(push=push, endpoint=push.department.endpoint, is_replay=True, delivered=True)
    return payloads.parcels(Delivery.objects.filter(pk=row.pk))[0].data


def results(answers: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {direction: answer["result"] for direction, answer in answers.items()}


def test_both_sides_agree_when_everything_arrived(store: sqlite3.Connection, pushes: list[Push]) -> None:
    for push in pushes:
        receive(store, push)

    answers = reconcile.reconcile(store, FRIDAY, caller(pushes))

    assert results(answers) == {"forward": "matched", "reverse": "matched"}


def test_it_fetches_what_never_arrived(store: sqlite3.Connection, pushes: list[Push]) -> None:
    receive(store, pushes[0])

    answers = reconcile.reconcile(store, FRIDAY, caller(pushes))

    assert results(answers)["forward"] == "matched"
    assert len(reconcile.lines_of(store, FRIDAY, "forward")) == 2
    forward = DayReport.objects.filter(sheet__direction="forward").order_by("pk")
    assert [report.result for report in forward] == ["lines_wanted", "differs", "matched"]


def test_it_fetches_what_is_older_here(store: sqlite3.Connection, pushes: list[Push]) -> None:
    for push in pushes:
        push.version -= 1
        receive(store, push)

    assert results(reconcile.reconcile(store, FRIDAY, caller(pushes)))["forward"] == "matched"


def test_it_leaves_what_the_portal_does_not_know_to_people(store: sqlite3.Connection, pushes: list[Push]) -> None:
    for push in pushes:
        receive(store, push)
    reconcile.keep(store, sent(pushes[0]) | {"number": "TS20261120-9999"})

    forward = reconcile.reconcile(store, FRIDAY, caller(pushes))["forward"]

    assert [row["kind"] for row in forward["differences"]] == ["missing_here"]
