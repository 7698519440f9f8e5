"""Comparing built rows with the table and writing what differs, in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, ForeignKey, Model, Q

from linkage.imports.kinds import Draft, Kind, Outcome, Run
from linkage.imports.problems import Problem

CHUNK = 500

Key = tuple[Any, ...]


def save(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Compares, then writes. The default `store` of a kind."""
    changes = compare(kind, drafts, run)
    write(kind, [draft for draft in drafts if draft.outcome is not Outcome.REJECTED], changes)


def compare(kind: Kind, drafts: Sequence[Draft], run: Run) -> dict[int, frozenset[str]]:
    """Gives each draft its outcome and takes over the primary keys of known rows.

    Returns the changed attributes of each known row by the id() of its instance. Rows that repeat a key of the file,
    or a value that must be unique, are rejected.
    """
    reject_repeated(kind, kind.key, drafts)
    known = {key_of(row, kind.key): row for row in _known(kind, drafts)}
    fields = compared_fields(kind, run)
    changes: dict[int, frozenset[str]] = {}
    for draft in _kept(drafts):
        outcomes = set()
        for instance in draft.instances:
            old = known.get(key_of(instance, kind.key))
            if old is None:
                outcomes.add(Outcome.CREATED)
                continue
            instance.pk, instance._state.adding = old.pk, False
            changed = frozenset(name for name in fields if getattr(old, name) != getattr(instance, name))
            changes[id(instance)] = changed
            outcomes.add(Outcome.UPDATED if changed else Outcome.UNCHANGED)
        draft.outcome = next(outcome for outcome in Outcome if outcome in outcomes)
    for names in kind.unique:
        reject_repeated(kind, names, drafts)
        _reject_taken(kind, names, drafts)
    return changes


def write(kind: Kind, drafts: Sequence[Draft], changes: dict[int, frozenset[str]]) -> None:
    """Creates the new rows and updates the changed ones, only in the fields that changed."""
    instances = [instance for draft in drafts for instance in draft.instances]
    manager = kind.model._default_manager
    manager.bulk_create([instance for instance in instances if instance._state.adding], batch_size=CHUNK)
    groups = defaultdict(list)
    for instance in instances:
        if changes.get(id(instance)):
            groups[changes[id(instance)]].append(instance)
    names = {field.attname: field.name for field in kind.model._meta.concrete_fields}
    for fields, changed in groups.items():
        manager.bulk_update(changed, [names[attribute] for attribute in fields], batch_size=CHUNK)


def compared_fields(kind: Kind, run: Run) -> list[str]:
    """The attributes this file speaks about. A heading that is missing never overwrites what is known."""
    names = (run.given - set(kind.beside)) | {name for name, column in kind.derived.items() if column in run.given}
    return [field.attname for field in kind.model._meta.concrete_fields if field.name in names]


def too_long(kind: Kind, instance: Model) -> Iterable[Problem]:
    """Texts beyond what their column holds; SQLite would keep them, PostgreSQL would not."""
    for field in kind.model._meta.concrete_fields:
        if isinstance(field, CharField) and field.max_length and not field.choices:
            length = len(getattr(instance, field.attname) or "")
            if length > field.max_length:
                yield Problem(kind.heading(field.name), f"最多 {field.max_length} 个字，现在是 {length} 个字。")


def key_of(instance: Model, names: Sequence[str]) -> Key:
    """The values of these attributes; related rows count by their primary key."""
    return tuple(getattr(instance, _attribute(instance, name)) for name in names)


def _attribute(instance: Model, name: str) -> str:
    field = instance._meta.get_field(name)
    return field.attname if isinstance(field, ForeignKey) else name


def _kept(drafts: Iterable[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.outcome is not Outcome.REJECTED]


def _known(kind: Kind, drafts: Sequence[Draft]) -> Iterable[Model]:
    """Rows of the table that carry the first key attribute of a draft, read in chunks."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for draft in _kept(drafts):
        for instance in draft.instances:
            wanted[_attribute(instance, kind.key[0])].add(key_of(instance, kind.key)[0])
    for name, values in wanted.items():
        ordered = sorted(values)
        for start in range(0, len(ordered), CHUNK):
            yield from kind.model._default_manager.filter(**{f"{name}__in": ordered[start : start + CHUNK]})


def reject_repeated(kind: Kind, names: Sequence[str], drafts: Sequence[Draft]) -> None:
    """Rejects rows whose values of these attributes stood in the file before."""
    first: dict[Key, int] = {}
    for draft in _kept(drafts):
        for key in (key_of(instance, names) for instance in draft.instances):
            if key in first and all(value not in (None, "") for value in key):
                draft.reject(kind.heading(names[0]), f"与第 {first[key]} 行重复（{_headings(kind, names)}相同）。")
                break
            first.setdefault(key, draft.row.line)


def _reject_taken(kind: Kind, names: Sequence[str], drafts: Sequence[Draft]) -> None:
    """Another row of the table already has these values."""
    pairs = [(draft, instance) for draft in _kept(drafts) for instance in draft.instances]
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        wanted = [Q(**dict(zip(names, key_of(instance, names), strict=True))) for _, instance in chunk]
        owners = {key_of(row, names): row for row in kind.model._default_manager.filter(reduce(or_, wanted))}
        for draft, instance in chunk:
            owner = owners.get(key_of(instance, names))
            if owner is not None and owner.pk != instance.pk and all(key_of(instance, names)):
                draft.reject(kind.heading(names[0]), f"{_headings(kind, names)}已被“{owner}”（{kind.title}）使用。")


def _headings(kind: Kind, names: Sequence[str]) -> str:
    return "、".join(f"“{kind.heading(name)}”" for name in names)
