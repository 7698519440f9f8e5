"""Versions of the list beyond publishing a draft: bring an older one back, recall one that waits, discard a draft."""

from datetime import date, timedelta

from django.db import transaction

from linkage.actions import lists
from linkage.lifecycle import LIST
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists as selectors
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar


@transaction.atomic
def roll_back(
    older: ListVersion, *, by: Actor, effective_from: date, reason: str, expected_current: int | None = None
) -> ListVersion:
    """Publishes the rows of an older version as a new version; the one in force ends the day before.

    Nothing is rewritten: the older version stays history, the new one has a label of its own and says why it came.
    Cases keep the version they were routed by. `expected_current` is the id of the version to be replaced that the
    page showed. Raises Invalid by field or by row (people may have left since), NotAllowed, StateForbids, Refusal.
    """
    by.require(Permission.LINKAGE_LIST_PUBLISH)
    older = ListVersion.objects.select_for_update().get(pk=older.pk)
    check_move(LIST, "roll_back", older.status, ListVersion.Status)
    reason = lists.check_reason(reason)
    current = lists.current_for_update(expected_current)
    lists.check_date(effective_from, current)
    errors = selectors.publishing_errors(older, effective_from)
    if errors:
        message = f"版本 {older} 有 {len(errors)} 处已不能施行（如人员变动），请改为从该版本创建草稿，更新后发布。"
        raise Invalid(message, errors)
    version = ListVersion(
        label=selectors.next_label(calendar.today().year),
        based_on=current,
        restored_from=older,
        reason=reason,
        edited_by=older.edited_by,
        edited_at=older.edited_at,
    )
    lists.put_into_force(version, current, by=by, effective_from=effective_from)
    LinkageEntry.objects.bulk_create(lists.copies(selectors.with_everything(older.entries.all()), version))
    audit.record(
        "list.roll_back",
        by=by,
        target=version,
        detail={"restored": older.label, "reason": reason, "effective_from": effective_from.isoformat()},
    )
    return version


@transaction.atomic
def recall(version: ListVersion, *, by: Actor, reason: str) -> ListVersion:
    """A published version that is not yet in force becomes the draft again; the one before it goes on without an end.

    Raises Refusal when it is in force already or a draft is open, Invalid without a reason, NotAllowed, StateForbids.
    """
    by.require(Permission.LINKAGE_LIST_PUBLISH)
    version = ListVersion.objects.select_for_update().get(pk=version.pk)
    check_move(LIST, "recall", version.status, ListVersion.Status)
    reason = lists.check_reason(reason)
    if version.effective_from is None or version.effective_from <= calendar.today():
        raise Refusal("in_force", f"清单 {version} 已经生效，不能撤回；可恢复历史版本或发布新版本。")
    if draft := selectors.draft():
        raise Refusal("draft_exists", f"已有草稿 {draft}，请先发布或删除该草稿，再撤回 {version}。")
    version.status, version.published_at, version.published_by = ListVersion.Status.DRAFT, None, ""
    version.row_version += 1
    version.save(update_fields=["status", "published_at", "published_by", "row_version"])
    before = (
        ListVersion.objects.select_for_update()
        .filter(status=ListVersion.Status.RETIRED, effective_to=version.effective_from - timedelta(days=1))
        .first()
    )
    if before is not None:
        before.status, before.effective_to = ListVersion.Status.PUBLISHED, None
        before.save(update_fields=["status", "effective_to"])
    audit.record("list.recall", by=by, target=version, detail={"reason": reason})
    return version


@transaction.atomic
def discard(version: ListVersion, *, by: Actor, expected_version: int | None = None) -> None:
    """Deletes the draft with all its rows; published versions stay. Raises StateForbids, StaleVersion, NotAllowed."""
    version = lists.open_draft(version, by=by, expected_version=expected_version)
    audit.record(
        "list.discard", by=by, target=version, label=version.label, detail={"entries": version.entries.count()}
    )
    version.entries.all().delete()
    version.delete()
