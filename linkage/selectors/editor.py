"""The list as its editors see it: the draft's rows beside the published ones, what changed, what is wrong."""

from dataclasses import dataclass, field

from linkage import list_policies
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from linkage.selectors.lists import FieldChange, entries_with_roles
from shenguan.workdays import calendar

SAME, ADDED, CHANGED, REMOVED = "same", "added", "changed", "removed"


@dataclass
class Line:
    """One row of the editor. `entry` is the draft's row, the published one for a removed row."""

    entry: LinkageEntry
    state: str = SAME
    changes: dict[str, FieldChange] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """The element that holds the row; a removed row has one of its own."""
        return f"{'old' if self.state == REMOVED else 'entry'}-{self.entry.pk}"


@dataclass(frozen=True)
class Overview:
    """The whole list with its numbers."""

    version: ListVersion
    base: ListVersion | None
    lines: list[Line]

    def number(self, state: str) -> int:
        """How many rows are in a state."""
        return sum(line.state == state for line in self.lines)

    @property
    def added(self) -> int:
        """Rows only the draft has."""
        return self.number(ADDED)

    @property
    def changed(self) -> int:
        """Rows that differ."""
        return self.number(CHANGED)

    @property
    def removed(self) -> int:
        """Rows only the published version has."""
        return self.number(REMOVED)

    @property
    def broken(self) -> int:
        """Rows that cannot be published as they are."""
        return sum(bool(line.errors) for line in self.lines)

    @property
    def entry_count(self) -> int:
        """Rows of the version itself."""
        return len(self.lines) - self.removed

    @property
    def differing(self) -> int:
        """Rows that publishing would add, change or remove."""
        return self.added + self.changed + self.removed


def overview(version: ListVersion, base: ListVersion | None) -> Overview:
    """Every row of `version`, and those of `base` it no longer has; six queries, however long the lists."""
    entries = list(entries_with_roles(version))
    if base is None:
        return Overview(version, None, [Line(entry, errors=_errors(version, entry)) for entry in entries])
    difference = lists.diff(version, base)
    added = {entry.pk for entry in difference.added}
    changes = {change.new.pk: change.fields for change in difference.changed}
    lines = [
        Line(
            entry,
            ADDED if entry.pk in added else CHANGED if entry.pk in changes else SAME,
            {change.name: change for change in changes.get(entry.pk, ())},
            _errors(version, entry),
        )
        for entry in entries
    ]
    lines += [Line(entry, REMOVED) for entry in difference.removed]
    return Overview(version, base, sorted(lines, key=lambda line: (line.entry.sequence, line.state != REMOVED)))


def line_of(entry: LinkageEntry, base: ListVersion | None) -> Line:
    """One row of the draft with its comparison, after it was edited."""
    fresh = entries_with_roles(entry.version).get(pk=entry.pk)
    old = _same_pair(fresh, base) if base else None
    if base is not None and old is None:
        return Line(fresh, ADDED, errors=_errors(fresh.version, fresh))
    changes = lists.field_changes(old, fresh) if old else []
    state = CHANGED if changes else SAME
    return Line(fresh, state, {change.name: change for change in changes}, _errors(fresh.version, fresh))


def _same_pair(entry: LinkageEntry, base: ListVersion) -> LinkageEntry | None:
    same = base.entries.filter(
        approval_item=entry.approval_item_id,
        supervision_item=entry.supervision_item_id,
        department=entry.department_id,
        condition=entry.condition,
    )
    return lists.with_everything(same).first()


def _errors(version: ListVersion, entry: LinkageEntry) -> dict[str, list[str]]:
    """Only a draft is asked to be publishable; what was in force stays as it was."""
    if version.status != ListVersion.Status.DRAFT:
        return {}
    return list_policies.publishing_errors(entry, calendar.today())


def chosen(overview_: Overview, *, tab: str, text: str, department: str) -> list[Line]:
    """The rows one look asks for: tab (all, changes, broken), words, code of the supervising department."""
    lines = overview_.lines
    if tab == "changes":
        lines = [line for line in lines if line.state != SAME]
    elif tab == "broken":
        lines = [line for line in lines if line.errors]
    if department:
        lines = [line for line in lines if line.entry.department.code == department]
    return [line for line in lines if _fits(line.entry, text)] if text else lines


def _fits(entry: LinkageEntry, text: str) -> bool:
    """Names, initials, codes, departments and people of a row."""
    wanted = text.lower()
    item, supervised = entry.approval_item, entry.supervision_item
    haystack = (
        item.name,
        item.name_initials,
        item.search_alias,
        item.code,
        supervised.name,
        supervised.name_initials,
        supervised.code,
        entry.department.name,
        entry.department.short_name,
        entry.office.name,
        entry.liaison.name,
        entry.approval_liaison.name,
    )
    return any(wanted in word.lower() for word in haystack)
