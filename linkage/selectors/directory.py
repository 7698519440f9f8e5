"""Reference data behind routing – the list, departments, people, absences, addresses, contracts – kept by a process.

It changes by publication, import and a few pages, while every event asks for it. So rows are kept from pass to pass,
and each pass begins with one small question: did any of these tables change? Triggers of the database answer it
(DirectoryChange), whoever changed what by which way, in the transaction of the change itself. After a change nothing
kept is used any more. Where triggers are missing (SQLite drops them when a migration rebuilds their table) nothing is
kept from pass to pass, and all is as right as before, only slower.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

from linkage.models import DirectoryChange

Answer = TypeVar("Answer")
Stamp = tuple[int, int | None, str | None]  # changes so far, the last one and its token, which no other change has

# Tables with triggers; of the last ones only these columns count: signing in changes nobody's duties.
WATCHED: dict[str, tuple[str, ...]] = {
    "org_region": (),
    "org_department": (),
    "org_office": (),
    "org_staffrole": (),
    "org_absence": (),
    "approvals_approvalitem": (),
    "approvals_itemvariant": (),
    "supervision_supervisionitem": (),
    "linkage_listversion": (),
    "linkage_linkageentry": (),
    "linkage_exchangecontract": (),
    "linkage_endpoint": ("department_id", "is_active"),
    "org_staff": ("username", "name", "department_id", "office_id", "mobile", "email", "status"),
}
TRIGGER = "directory_changed"
STAMP = f'SELECT COUNT(*), MAX(id), MAX(token) FROM "{DirectoryChange._meta.db_table}"'  # noqa: S608 names only
COUNT_TRIGGERS = {
    "sqlite": f"SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{TRIGGER}%%'",  # noqa: S608
    "postgresql": f"SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE '{TRIGGER}%%'",  # noqa: S608 names only
}
TRIGGERS_EACH = {"sqlite": 3, "postgresql": 1}  # SQLite wants one for each of INSERT, UPDATE and DELETE


class Directory:
    """What was read since one stamp."""

    def __init__(self, stamp: Stamp | None = None) -> None:
        self.stamp = stamp
        self._rows: dict[type[models.Model], dict[Any, Any]] = {}
        self._answers: dict[Hashable, Any] = {}

    def name(self, rows: Iterable[models.Model], *paths: str) -> None:
        """Fills the foreign keys of rows, "entry__deputy" two in a row, by one query for each table and none for
        what is known. Whoever gets such a row from here shares it and changes nothing in it.
        """
        rows = list(rows)
        for path in paths:
            first, _, rest = path.partition("__")
            found = self._name(rows, first)
            if rest and found:
                self.name(found, rest)

    def keep(self, key: Hashable, read: Callable[[], Answer]) -> Answer:
        """The answer of `read`, asked once. `key` names everything it depends on but for the watched tables."""
        if key not in self._answers:
            self._answers[key] = read()
        answer: Answer = self._answers[key]
        return answer

    def has(self, key: Hashable) -> bool:
        """Whether this was asked before."""
        return key in self._answers

    def _name(self, rows: Sequence[models.Model], name: str) -> list[models.Model]:
        """Fills one foreign key; the rows it points to."""
        if not rows:
            return []
        field: Any = type(rows[0])._meta.get_field(name)
        keys = {getattr(row, field.attname) for row in rows} - {None}
        known = self._rows.setdefault(field.related_model, {})
        if missing := keys - known.keys():
            known |= field.related_model._base_manager.in_bulk(missing)
        for row in rows:
            field.set_cached_value(row, known.get(getattr(row, field.attname)))
        return [known[key] for key in keys]


_kept: dict[str, Directory | bool | None] = {"directory": None, "has_triggers": None}


def current() -> Directory:
    """The directory as of now, by one statement. Not to be kept by the caller beyond its transaction."""
    if not _is_watched():
        return Directory()
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        stamp = cursor.fetchone()
    kept = _kept["directory"]
    if isinstance(kept, Directory) and kept.stamp == stamp:
        return kept
    _kept["directory"] = fresh = Directory(stamp)
    return fresh


def _is_watched() -> bool:
    """Whether every table has its triggers; asked once by a process."""
    if _kept["has_triggers"] is None:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_TRIGGERS[connection.vendor])
            (count,) = cursor.fetchone() or (0,)
        _kept["has_triggers"] = count >= len(WATCHED) * TRIGGERS_EACH[connection.vendor]
    return bool(_kept["has_triggers"])
