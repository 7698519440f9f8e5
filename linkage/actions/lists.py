"""The linkage list: one draft beside the published version, edited by one person, published by another (R10.01)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from linkage import list_policies
from linkage.lifecycle import LIST
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists as selectors
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion
from shenguan.workdays import calendar

REASON_LENGTH = 300
EDITABLE = (
    "approval_item",
    "approval_office",
    "approval_liaison",
    "approval_deputy",
    "supervision_item",
    "department",
    "office",
    "liaison",
    "deputy",
    "condition",
    "stages",
    "claim_mode",
    "claim_days",
    "first_check_days",
    "feedback_days",
    "contents",
    "basis",
    "paper",
    "feedback_scope",
    "ladder",
)


@transaction.atomic
def create_draft(*, by: Actor, label: str = "", source: ListVersion | None = None) -> ListVersion:
    """A draft with all rows of the published version, or of `source`, to be edited. There is one draft at a time.

    `label` defaults to the next number of the year (2026-4). Raises Refusal when a draft exists, NotAllowed.
    """
    by.require(Permission.LINKAGE_LIST_EDIT)
    if existing := ListVersion.objects.filter(status=ListVersion.Status.DRAFT).first():
        raise Refusal("draft_exists", f"已有草稿 {existing}，请在该草稿上编辑，或先发布该草稿。")
    published = selectors.published()
    draft = ListVersion.objects.create(
        based_on=published,
        label=label.strip() or selectors.next_label(calendar.today().year),
        edited_by=by.key,
        edited_at=timezone.now(),
    )
    if source is not None and source.status == ListVersion.Status.DRAFT:
        raise Refusal("draft_exists", f"{source} 是草稿，不能再从草稿创建草稿。")
    if copied := source or published:
        LinkageEntry.objects.bulk_create(copies(copied.entries.all(), draft))
    audit.record("list.create_draft", by=by, target=draft, detail={"source": str(source or published or "")})
    return draft


@transaction.atomic
def add_entry(version: ListVersion, *, by: Actor, expected_version: int | None = None, **fields: Any) -> LinkageEntry:
    """One more row at the end of the draft; `fields` are those of EDITABLE.

    Raises Invalid by field, Refusal for a pair that is listed already, StateForbids when the version is no draft.
    """
    version = open_draft(version, by=by, expected_version=expected_version)
    last = version.entries.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    entry = LinkageEntry(version=version, sequence=last + 1, **_known(fields))
    _check(entry)
    entry.save(force_insert=True)
    touch(version, by=by)
    audit.record("list.add_entry", by=by, target=entry)
    return entry


@transaction.atomic
def edit_entry(entry: LinkageEntry, *, by: Actor, expected_version: int | None = None, **fields: Any) -> LinkageEntry:
    """Changes fields of one row of the draft. `expected_version` is the draft's row_version the form was opened with.

    Raises as add_entry, and StaleVersion.
    """
    version = open_draft(entry.version, by=by, expected_version=expected_version)
    entry = selectors.with_everything(version.entries.all()).get(pk=entry.pk)
    before = {name: str(getattr(entry, name)) for name in fields}
    for name, value in _known(fields).items():
        setattr(entry, name, value)
    _check(entry)
    entry.save(update_fields=list(fields))
    touch(version, by=by)
    after = {name: str(getattr(entry, name)) for name in fields}
    changed = {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    audit.record("list.edit_entry", by=by, target=entry, detail=changed)
    return entry


@transaction.atomic
def remove_entry(entry: LinkageEntry, *, by: Actor, expected_version: int | None = None) -> None:
    """Takes a row out of the draft; the published version keeps it. Raises StateForbids, StaleVersion, NotAllowed."""
    version = open_draft(entry.version, by=by, expected_version=expected_version)
    audit.record("list.remove_entry", by=by, target=entry, label=str(entry))
    version.entries.filter(pk=entry.pk).delete()
    touch(version, by=by)


@transaction.atomic
def restore_entry(
    version: ListVersion, *, by: Actor, removed: LinkageEntry, expected_version: int | None = None
) -> LinkageEntry:
    """Puts a row of the published version back into the draft, as it was. Raises Refusal when it is there."""
    version = open_draft(version, by=by, expected_version=expected_version)
    (copy,) = copies([removed], version)
    _check_unique(copy)
    copy.save(force_insert=True)
    touch(version, by=by)
    audit.record("list.restore_entry", by=by, target=copy)
    return copy


@transaction.atomic
def publish(
    version: ListVersion, *, by: Actor, effective_from: date, expected_version: int | None = None
) -> ListVersion:
    """The draft becomes the list from `effective_from` on; the version before ends the day before.

    Somebody else than the editor publishes. Cases already routed keep their version. Raises Invalid with the rows that
    cannot be published (`entry.<序号>.<field>`) or a wrong date, NotAllowed, StateForbids, StaleVersion.
    """
    by.require(Permission.LINKAGE_LIST_PUBLISH)
    version = _lock(version, "publish", expected_version)
    if by.key == version.edited_by:
        raise NotAllowed("编制与发布须由不同人员完成，请由其他有发布权限的人员发布。", code="editor_publishes")
    previous = current_for_update()
    check_date(effective_from, previous)
    errors = selectors.publishing_errors(version, effective_from)
    if errors:
        raise Invalid(f"有 {len(errors)} 处问题，修改后才能发布。", errors)
    put_into_force(version, previous, by=by, effective_from=effective_from)
    audit.record("list.publish", by=by, target=version, detail={"effective_from": effective_from.isoformat()})
    return version


def current_for_update(expected: int | None = None) -> ListVersion | None:
    """The open-ended published version, locked. Raises StaleVersion when it is not the one the page showed."""
    current = ListVersion.objects.select_for_update().filter(status=ListVersion.Status.PUBLISHED).first()
    if expected is not None and (current is None or current.pk != expected):
        raise StaleVersion("现行清单刚刚变更，请刷新页面核对后再操作。")
    return current


def put_into_force(
    version: ListVersion, previous: ListVersion | None, *, by: Actor, effective_from: date
) -> ListVersion:
    """Ends the version before and starts this one. The caller has checked everything and holds both."""
    if previous is not None:
        # Retired means "has an end": until that day it is still the list in force (ListVersion.objects.valid_on).
        previous.status, previous.effective_to = ListVersion.Status.RETIRED, effective_from - timedelta(days=1)
        previous.save(update_fields=["status", "effective_to"])
    version.status = ListVersion.Status.PUBLISHED
    version.effective_from, version.published_at, version.published_by = effective_from, timezone.now(), by.key
    if version.pk:
        version.save(update_fields=["status", "effective_from", "published_at", "published_by"])
    else:
        version.save(force_insert=True)
    return version


def check_reason(reason: str) -> str:
    """The reason without surrounding blanks. Raises Invalid when there is none or it is too long."""
    return texts.check_text("reason", reason, "请填写理由。", longest=REASON_LENGTH)


def check_date(effective_from: date, previous: ListVersion | None) -> None:
    """Raises Invalid unless the day is today or later, and later than the start of the version before."""
    if effective_from < calendar.today():
        raise _invalid("effective_from", "生效日期不能早于今天。")
    started = previous.effective_from if previous else None
    if started is not None and effective_from <= started:
        raise _invalid("effective_from", f"生效日期须晚于现行清单 {previous} 的生效日期 {started}，两版清单不得重叠。")


def open_draft(version: ListVersion, *, by: Actor, expected_version: int | None) -> ListVersion:
    """The draft, locked for an edit. Raises NotAllowed, StateForbids, StaleVersion."""
    by.require(Permission.LINKAGE_LIST_EDIT)
    return _lock(version, "edit", expected_version)


def _lock(version: ListVersion, action: str, expected_version: int | None) -> ListVersion:
    locked = ListVersion.objects.select_for_update().get(pk=version.pk)
    check_move(LIST, action, locked.status, ListVersion.Status)
    if expected_version is not None and expected_version != locked.row_version:
        raise StaleVersion("清单草稿刚刚被修改，请刷新页面核对后再操作。")
    return locked


def touch(version: ListVersion, *, by: Actor) -> None:
    """Every edit counts; the last editor is the one who may not publish."""
    version.row_version += 1
    version.edited_by, version.edited_at = by.key, timezone.now()
    version.save(update_fields=["row_version", "edited_by", "edited_at"])


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not fields of a linkage entry: {sorted(unknown)}")
    return fields


def _check(entry: LinkageEntry) -> None:
    """What the row itself must hold; whether people are on duty is asked again at publishing."""
    errors = list_policies.entry_errors(entry)
    if errors:
        raise Invalid("该条目还不能保存，请按提示修改。", errors)
    _check_unique(entry)


def _check_unique(entry: LinkageEntry) -> None:
    same = LinkageEntry.objects.filter(
        version=entry.version_id,
        approval_item=entry.approval_item_id,
        supervision_item=entry.supervision_item_id,
        department=entry.department_id,
        condition=entry.condition,
    ).exclude(pk=entry.pk)
    if known := same.first():
        raise Refusal("already_listed", f"清单第 {known.sequence} 条已是同一审批事项、监管事项、部门和情形。")


def copies(entries: Iterable[LinkageEntry], version: ListVersion) -> list[LinkageEntry]:
    """The same rows for another version, unsaved."""
    names = [f"{name}_id" if LinkageEntry._meta.get_field(name).is_relation else name for name in EDITABLE]
    return [
        LinkageEntry(version=version, sequence=entry.sequence, **{name: getattr(entry, name) for name in names})
        for entry in entries
    ]


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
