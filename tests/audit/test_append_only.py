"""The database itself refuses UPDATE and DELETE on tables of record (DESIGN §4, R11.07)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from shenguan import audit, events
from shenguan.audit.actions.sealing import seal_pending
from shenguan.audit.append_only import AppendOnly
from shenguan.audit.models import AuditDigest, AuditEntry, AuditSeal
from shenguan.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(system, clock):
    """One row of every table of record on this floor."""
    events.record("application.noted", by=system, summary="记录")
    audit.record("application.accept", by=system, label="A-1")
    seal_pending()
    clock.shift(24 * 3600)
    seal_pending()


MODELS = [(Event, "summary"), (AuditEntry, "label"), (AuditSeal, "chain_hash"), (AuditDigest, "chain_hash")]


@pytest.mark.parametrize(("model", "field"), MODELS)
def test_it_refuses_an_update(rows, model, field):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.update(**{field: "改"})


@pytest.mark.parametrize(("model", "field"), MODELS)
def test_it_refuses_a_delete(rows, model, field):
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')
    assert model.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows on insert")
@pytest.mark.parametrize(("model", "field"), MODELS)
def test_it_refuses_a_replacement(rows, model, field):
    table = model._meta.db_table
    replacement = f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"'
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replacement)


def test_it_accepts_further_rows(rows, system):
    """Near miss: the rule is about changing rows, not about the table."""
    events.record("application.noted", by=system, summary="再记录")
    audit.record("application.accept", by=system, label="A-2")
    assert seal_pending() == 1


def test_it_can_be_taken_back_and_repeated():
    operation, state = AppendOnly("Event"), ProjectState.from_apps(apps)
    editor = connection.schema_editor(atomic=False)  # not entered: the test's own transaction rolls everything back
    for _ in range(2):
        operation.database_backwards("events", editor, state, state)
    Event.objects.create(kind="k", summary="s", actor_kind="system", actor_key="k", actor_name="n")
    assert Event.objects.update(summary="改") == 1
    for _ in range(2):
        operation.database_forwards("events", editor, state, state)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(summary="再改")


def test_it_describes_itself_for_migrate():
    operation = AppendOnly("Event", "AuditEntry")
    assert operation.describe() == "Refuse UPDATE and DELETE on Event, AuditEntry"
    assert operation.deconstruct() == ("AppendOnly", ["Event", "AuditEntry"], {})
    assert operation.migration_name_fragment == "append_only_event_auditentry"
