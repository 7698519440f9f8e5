"""Many rows of the draft in one step: the same values into ticked rows, one person instead of another."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from linkage.actions import lists
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import list_bulk as selectors
from linkage.selectors.list_bulk import Planned
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, Refusal

# A row is found again by these; they are changed one row at a time.
BULK = tuple(
    name for name in lists.EDITABLE if name not in ("approval_item", "supervision_item", "department", "condition")
)


@transaction.atomic
def edit_entries(
    version: ListVersion, *, by: Actor, entries: Iterable[int], expected_version: int | None = None, **fields: Any
) -> int:
    """Writes the same values into these rows of the draft; how many changed. All of them or none.

    Raises Invalid by row (`entry.<序号>.<field>`), Refusal when nothing would change, StaleVersion, NotAllowed.
    """
    unknown = set(fields) - set(BULK)
    if unknown:
        raise TypeError(f"not fields to be changed in bulk: {sorted(unknown)}")
    version = lists.open_draft(version, by=by, expected_version=expected_version)
    planned = selectors.plan_values(version, entries, fields)
    _write(version, planned, by=by)
    audit.record("list.edit_entries", by=by, target=version, detail=_detail(planned))
    return len(planned)


@transaction.atomic
def replace_person(
    version: ListVersion,
    *,
    by: Actor,
    old: Staff,
    new: Staff,
    with_office: bool = False,
    expected_version: int | None = None,
) -> int:
    """Puts `new` wherever the draft names `old`, as liaison or deputy of either side; how many rows changed.

    Raises Invalid when `new` cannot do the work in one of the rows, Refusal when the draft does not name `old`.
    """
    version = lists.open_draft(version, by=by, expected_version=expected_version)
    if old.pk == new.pk:
        raise Invalid("请选择另一人。", {"new": ["与原人员相同，请选择另一人。"]})
    planned = selectors.plan_replacement(version, old, new, with_office=with_office)
    _write(version, planned, by=by)
    detail = {"old": old.username, "new": new.username} | _detail(planned)
    audit.record("list.replace_person", by=by, target=version, detail=detail)
    return len(planned)


@transaction.atomic
def edit_group(entry: LinkageEntry, *, by: Actor, expected_version: int | None = None, **fields: Any) -> int:
    """Edits a row, and what it changed in the other rows of the same approval item and department as well.

    How many rows changed beside it. Raises as edit_entry and edit_entries.
    """
    before = LinkageEntry.objects.get(pk=entry.pk)
    edited = lists.edit_entry(entry, by=by, expected_version=expected_version, **fields)
    changed = {name: value for name, value in fields.items() if name in BULK and getattr(before, name) != value}
    beside = siblings(before).values_list("pk", flat=True)
    if not changed or edited.department_id != before.department_id or not beside:
        return 0
    planned = selectors.plan_values(edited.version, beside, changed)
    if not planned:
        return 0
    _write(edited.version, planned, by=by)
    audit.record("list.edit_entries", by=by, target=edited.version, detail=_detail(planned))
    return len(planned)


def siblings(entry: LinkageEntry) -> Any:
    """The other rows of the same version, approval item and supervising department."""
    same = {"version": entry.version_id, "approval_item": entry.approval_item_id, "department": entry.department_id}
    return LinkageEntry.objects.filter(**same).exclude(pk=entry.pk)


def _write(version: ListVersion, planned: list[Planned], *, by: Actor) -> None:
    if not planned:
        raise Refusal("nothing_changes", "所选条目没有需要修改的内容，未写入。")
    errors = {
        f"entry.{one.entry.sequence}.{name}": [f"第 {one.entry.sequence} 条：{text}" for text in texts]
        for one in planned
        for name, texts in one.errors.items()
    }
    if errors:
        raise Invalid(f"有 {len(errors)} 处问题，全部未写入。", errors)
    LinkageEntry.objects.bulk_update(
        [one.entry for one in planned], sorted({name for one in planned for name in one.fields}), batch_size=200
    )
    lists.touch(version, by=by)


def _detail(planned: list[Planned]) -> dict[str, object]:
    return {
        "rows": [one.entry.sequence for one in planned],
        "fields": sorted({name for one in planned for name in one.fields}),
    }
