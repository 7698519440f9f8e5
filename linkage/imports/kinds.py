"""What a kind of list is made of: its columns, the rules between them, and the rows they become."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model

from linkage.imports import cells
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from linkage.imports.reader import Row, heading_key
from shenguan.access.actors import Actor

Values = dict[str, Any]  # column field -> converted value


class Outcome(StrEnum):
    """What became of a row. Every row ends in exactly one of these."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Column:
    """One column: where its value goes, how its heading may read, and how a cell is converted."""

    field: str
    heading: str  # as our own tables write it
    convert: cells.Convert = cells.text
    aliases: tuple[str, ...] = ()  # first alias present wins, so that one list may fill two columns from one heading
    refers: Callable[[Lookups, str], Any] | None = None  # finds the row a cell refers to, instead of `convert`
    required: bool = False  # the heading must be there and every cell filled
    filled: bool = False  # the heading may be missing, but where it is, every cell must be filled
    default: Any = ""  # for a missing heading and for an empty cell

    def heading_keys(self) -> list[str]:
        """The heading keys this column answers to, its own first."""
        return [heading_key(heading) for heading in (self.heading, *self.aliases)]


@dataclass
class Draft:
    """One row on its way into the catalogue."""

    row: Row
    values: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    instances: list[Model] = field(default_factory=list)
    outcome: Outcome | None = None

    def reject(self, column: str, reason: str) -> None:
        """Names a reason against this row."""
        self.problems.append(Problem(column, reason))
        self.outcome = Outcome.REJECTED

    def touch(self) -> None:
        """Something beside the row itself changed with it (roles, members of a many-to-many)."""
        if self.outcome is Outcome.UNCHANGED:
            self.outcome = Outcome.UPDATED


@dataclass
class Run:
    """What the steps of one import share."""

    by: Actor
    source: str
    lookups: Lookups
    given: frozenset[str]  # fields whose heading is in the file; only these may overwrite
    is_rehearsal: bool = False  # everything is rolled back at the end
    notes: list[str] = field(default_factory=list)

    def tell_once(self, note: str) -> None:
        """Adds a note to the report, however many rows give rise to it."""
        if note not in self.notes:
            self.notes.append(note)


def no_check(_values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """No rule between columns."""
    return ()


def no_step(_drafts: Sequence[Draft], _run: Run) -> None:
    """Nothing to do at this step."""


@dataclass(frozen=True)
class Kind:
    """One kind of list. The callables run in the order they stand here."""

    name: str
    title: str
    model: type[Model]
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # attribute names that identify a row in the table
    check: Callable[[Values, Lookups], Iterable[Problem]] = no_check  # rules within one row
    prepare: Callable[[Sequence[Draft], Run], None] = no_step  # rules and rows across the list
    build: Callable[[Values, Run], Sequence[Model]] | None = None  # default: one row of `model` from the values
    store: Callable[["Kind", Sequence[Draft], Run], None] | None = None  # default: store.save
    after: Callable[[Sequence[Draft], Run], None] = no_step  # rows that hang on the saved ones
    derived: Mapping[str, str] = field(default_factory=dict)  # model field set in `build` -> column it follows from
    beside: tuple[str, ...] = ()  # columns that are no field of the model: they serve check, build or after
    unique: tuple[tuple[str, ...], ...] = ()  # further attributes that must not repeat
    ignored: tuple[str, ...] = ()  # headings known to carry nothing to store

    def heading(self, name: str) -> str:
        """How people call a field of this list; the name itself where it has no column."""
        return next((column.heading for column in self.columns if column.field == name), name)

    def known_keys(self) -> frozenset[str]:
        """Every heading key that may occur."""
        keys = {key for column in self.columns for key in column.heading_keys()}
        return frozenset(keys | {heading_key(heading) for heading in self.ignored})
