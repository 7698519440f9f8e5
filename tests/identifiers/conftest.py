"""A database that several connections can commit to at once."""

import pytest
from django.db import connection, connections

from shenguan.identifiers.models import NumberSeries


@pytest.fixture
def committing_database(request, tmp_path, monkeypatch, django_db_blocker):
    """What new threads connect to. SQLite's in-memory test database cannot queue writers, a file of its own can."""
    if connection.vendor == "postgresql":
        request.getfixturevalue("transactional_db")
        yield
        return
    here = {**connections.settings["default"], "NAME": str(tmp_path / "series.sqlite3")}
    monkeypatch.setitem(connections.settings, "default", here)
    own = connections.create_connection("default")
    with django_db_blocker.unblock():
        with own.schema_editor() as editor:
            editor.create_model(NumberSeries)
        own.close()
        yield
