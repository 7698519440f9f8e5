"""A migrated SQLite schema, kept between runs: rendering all migrations takes longer than most test files.

The copy is keyed by what makes the schema: migrations, their triggers, the locked requirements. PostgreSQL migrates.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import management
from django.db import connection

ROOT = Path(__file__).parent.parent
SOURCES = ("*/migrations/*.py", "shenguan/*/migrations/*.py", "shenguan/audit/append_only.py", "requirements/*.txt")


def schema_key() -> str:
    """What the schema is made of, in short."""
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def migrate_once(copy: Path, call_command: Callable[..., Any]) -> Callable[..., Any]:
    """`call_command` that fills an empty test database from the copy, or migrates and leaves the copy for the next."""

    def call(name: str, *args: object, **options: object) -> object:
        if name != "migrate" or connection.vendor != "sqlite":
            return call_command(name, *args, **options)
        connection.ensure_connection()
        if copy.exists():
            with sqlite3.connect(copy) as source:
                return source.backup(connection.connection)
        answer = call_command(name, *args, **options)
        own = copy.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(own) as target:
            connection.connection.backup(target)
        own.replace(copy)
        return answer

    return call


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Puts the kept schema in place of the first migration of a test session."""
    copy = pytestconfig.cache.mkdir("schema") / f"{schema_key()}.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", migrate_once(copy, management.call_command))
        yield
