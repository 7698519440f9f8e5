"""The demo city as a fixture. `demo_city` stands in the test's own transaction, so no other test sees its rows.

The files are imported once per session and rolled back; each test that asks gets the rows back by plain INSERTs.
`demo_city` alone is enough in ordinary tests; ask for `transactional_db` beside it where commits matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from approvals.models import ApprovalItem, ItemVariant, Package
from credit.models import Subject
from linkage.imports import demo
from linkage.models import LinkageEntry, ListVersion
from shenguan.access.actors import Actor
from shenguan.org.models import Department, Office, Staff
from supervision.models import SupervisionItem

ROWS_PER_INSERT = 200
KEPT = {"org", "credit", "approvals", "supervision", "linkage"}

Snapshot = list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]


@dataclass(frozen=True)
class DemoCity:
    """Short names for the rows tests talk about. Codes are those of the tables in demo_city/."""

    def department(self, code: str) -> Department:
        """SPJ is the approval bureau, SCJG market supervision, XFJY fire and rescue …"""
        return Department.objects.get(code=code)

    def office(self, code: str) -> Office:
        """E.g. SPJ-02."""
        return Office.objects.get(code=code)

    def staff(self, username: str) -> Staff:
        """By login name, e.g. yejiayi at the window."""
        return Staff.objects.select_related("department", "office").get(username=username)

    def actor(self, username: str) -> Actor:
        """The same person as the doer of an action."""
        return Actor.of_staff(self.staff(username), ip="127.0.0.1")

    def item(self, code: str) -> ApprovalItem:
        """439901010040 is 食品经营许可."""
        return ApprovalItem.objects.get(code=code)

    def variant(self, item_code: str, kind: str = ItemVariant.Kind.NEW) -> ItemVariant:
        """A variant of an item by kind (new, change, renewal, cancellation)."""
        return ItemVariant.objects.select_related("item").get(item__code=item_code, kind=kind)

    def package(self, code: str) -> Package:
        """E.g. TC01."""
        return Package.objects.get(code=code)

    def supervision_item(self, code: str) -> SupervisionItem:
        """E.g. 43990100030100."""
        return SupervisionItem.objects.get(code=code)

    def subject(self, source_code: str) -> Subject:
        """E.g. ZT001."""
        return Subject.objects.get(source_code=source_code)

    def entries(self, item_code: str) -> list[LinkageEntry]:
        """The rows of the list for an approval item, in order."""
        return list(LinkageEntry.objects.filter(approval_item__code=item_code).order_by("sequence"))

    def list_version(self) -> ListVersion:
        """The published list 2026-3."""
        return ListVersion.objects.get()


@pytest.fixture(scope="session")
def _demo_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Snapshot:
    """The rows of a load at the base day, read back as the database keeps them."""
    with django_db_blocker.unblock(), transaction.atomic():
        seeded = {table: _read(table)[2] for table in _tables()}  # by migrations: there already, wherever we fill
        demo.load(by=Actor.system("load_demo"), password=settings.DEMO_PASSWORD, today=demo.BASE_DAY)
        found = [_read(table) for table in _tables()]
        transaction.set_rollback(True)
    rows = [(table, columns, [row for row in new if row not in seeded[table]]) for table, columns, new in found]
    return [entry for entry in rows if entry[2]]


@pytest.fixture
def demo_city(_demo_rows: Snapshot, db: None) -> DemoCity:
    """The whole demo city as on 2026-11-20, with its list published. The clock is not stopped: ask for `today`."""
    return fill(_demo_rows)


def fill(snapshot: Snapshot) -> DemoCity:
    """Writes the rows of the city into the transaction of the caller."""
    with transaction.atomic():
        for table, columns, rows in snapshot:
            _insert(table, columns, rows)
    return DemoCity()


def _tables() -> list[str]:
    """The tables of the city; what a load leaves in journals and framework tables does not belong to it."""
    models = (model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in KEPT)
    return [model._meta.db_table for model in models]


def _read(table: str) -> tuple[str, Sequence[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return table, [column[0] for column in cursor.description], cursor.fetchall()


def _insert(table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_PER_INSERT):
            chunk = rows[start : start + ROWS_PER_INSERT]
            values = ", ".join([places] * len(chunk))
            flat = [value for row in chunk for value in row]
            cursor.execute(f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES {values}", flat)
