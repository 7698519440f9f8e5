"""What changing many rows of the draft at once would do, row by row, before anything is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linkage import list_policies
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from linkage.selectors.lists import LABELS, FieldChange
from shenguan.org.models import Staff

ROLES = {"liaison": "office", "deputy": "", "approval_liaison": "approval_office", "approval_deputy": ""}
DEPUTY_OF = {"liaison": "deputy", "approval_liaison": "approval_deputy"}

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Planned:
    """One row with the new values set but not saved, what they change, and what is wrong with them."""

    entry: LinkageEntry
    changes: list[FieldChange]
    errors: dict[str, list[str]]

    @property
    def fields(self) -> list[str]:
        """The names of the fields that change."""
        return [change.name for change in self.changes]


def plan(entries: Sequence[LinkageEntry], values_for: Callable[[LinkageEntry], Values]) -> list[Planned]:
    """The rows that would change, in list order. `entries` carry their people's roles (lists.entries_with_roles)."""
    planned = []
    for entry in entries:
        changes = []
        for name, new in values_for(entry).items():
            old = getattr(entry, name)
            if old != new:
                changes.append(FieldChange(name, str(LABELS[name]), old, new))
                setattr(entry, name, new)
        if changes:
            planned.append(Planned(entry, changes, list_policies.entry_errors(entry)))
    return planned


def plan_values(version: ListVersion, ids: Iterable[int], values: Values) -> list[Planned]:
    """The same values into these rows of the draft."""
    return plan(list(lists.entries_with_roles(version).filter(pk__in=list(ids))), lambda entry: values)


def plan_replacement(version: ListVersion, old: Staff, new: Staff, *, with_office: bool) -> list[Planned]:
    """`new` instead of `old` wherever the draft names them (人员替换).

    `with_office`: the office responsible becomes the one `new` works in. A deputy who becomes the liaison of a row
    leaves the deputy's place of that row empty.
    """

    def values(entry: LinkageEntry) -> Values:
        wanted: dict[str, Any] = {}
        for role, office in ROLES.items():
            if getattr(entry, f"{role}_id") != old.pk:
                continue
            wanted[role] = new
            if with_office and office and new.office is not None:
                wanted[office] = new.office
            if role in DEPUTY_OF and getattr(entry, f"{DEPUTY_OF[role]}_id") == new.pk:
                wanted[DEPUTY_OF[role]] = None
        return wanted

    return plan(list(lists.entries_with_roles(version)), values)


def people_of(version: ListVersion) -> list[tuple[Staff, int]]:
    """Everybody the draft names, with in how many rows; those who left first, then by how often."""
    named: dict[int, Staff] = {}
    rows: dict[int, set[int]] = {}
    for entry in lists.with_everything(version.entries.all()):
        for role in ROLES:
            person = getattr(entry, role)
            if person is not None:
                named[person.pk] = person
                rows.setdefault(person.pk, set()).add(entry.pk)
    people = [(person, len(rows[pk])) for pk, person in named.items()]
    return sorted(people, key=lambda one: (one[0].is_active, -one[1], one[0].username))
