"""Runs the table: the right posts get in, the wrong ones do not, and foreign rows are not there."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.conftest import FRIDAY_MORNING
from tests.fixtures_demo import Snapshot, fill
from tests.matrix import table, world

ROWS = [*table.GROUND, *table.APPROVALS, *table.CREDIT, *table.SUPERVISION, *table.LINKAGE]
# Held open by tests of their own (login, machine interface, health) or without a row to show in this world.
ELSEWHERE = ("access:log", "oauth2:", "_api:", "api-", "_public:", "ui:healthz", "ui:readyz", "ui:metrics")
pytestmark = pytest.mark.django_db  # also what makes the test database
BACKEND = "shenguan.access.backends.StaffBackend"


@pytest.fixture(scope="module")
def city(_demo_rows: Snapshot, django_db_blocker: DjangoDbBlocker) -> Iterator[world.World]:
    """Built once for all rows and rolled back; what a request changes is undone right after it."""
    with django_db_blocker.unblock(), time_machine.travel(FRIDAY_MORNING, tick=False), transaction.atomic():
        yield world.build(fill(_demo_rows))
        transaction.set_rollback(True)


def ask(row: table.Row, city: world.World, person: Staff) -> int:
    """The status this person gets; nothing stays written."""
    browser = Client()
    address = reverse(row.name, args=row.args(city)) + row.query
    with transaction.atomic():
        browser.force_login(Staff.objects.get(pk=person.pk), backend=BACKEND)
        answer: HttpResponseBase = browser.post(address, row.data) if row.post else browser.get(address)
        transaction.set_rollback(True)
    return answer.status_code


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Every address name with its namespace."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_lets_in_the_right_posts_and_nobody_else(row: table.Row, city: world.World) -> None:
    answers = {role: ask(row, city, city.people[role, row.side]) for role in Role.values}
    wrong = {
        role: status
        for role, status in answers.items()
        if (status in (403, 404, 405, 500)) is (role in row.roles) or (role not in row.roles and status != 403)
    }
    assert not wrong


@pytest.mark.parametrize("row", [row for row in ROWS if row.foreign], ids=str)
def test_it_hides_rows_of_other_departments(row: table.Row, city: world.World) -> None:
    near_misses = row.roles - {Role.COORDINATOR.value, Role.AUDIT_ADMIN.value}
    answers = {role: ask(row, city, city.people[role, "foreign"]) for role in near_misses}
    assert set(answers.values()) == {row.foreign}


def test_it_knows_every_address() -> None:
    declared = {row.name for row in ROWS} | table.COVERED_ELSEWHERE
    known = {name for name in names(get_resolver()) if not any(part in name for part in ELSEWHERE)}
    assert known - declared == set()
    assert declared - known == set()
