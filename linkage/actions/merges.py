"""Merging duplicates: one of two pushes of the same matter ends, pointing to the other; its place in the row stays."""

from django.db import transaction
from django.utils import timezone

from linkage import policies
from linkage.actions import cards, duties, missed, moves
from linkage.actions.drafts import CLAIM, READ
from linkage.lifecycle import PUSH
from linkage.models import Push, PushMerge
from linkage.selectors.pushes import twins_of
from shenguan import texts
from shenguan.access.actors import Actor
from shenguan.refusals import Refusal
from supervision.actions import objects, tasks
from supervision.models import CheckTask, SupervisedObject


@transaction.atomic
def merge(push: Push, *, by: Actor, survivor: Push, reason: str, expected_version: int | None = None) -> PushMerge:
    """Ends `push` as a duplicate of `survivor`: its checks and its row of the register fall away, so do its cards.

    Raises Invalid without a reason, Refusal unless both are of one matter and one department, or when something was
    done on the push already; StateForbids, StaleVersion, NotAllowed.
    """
    reason = texts.check_text("reason", reason, "请写明并入的理由。")
    policies.check_may(push, by, "merge")
    push, survivor = _lock_both(push, survivor)
    policies.check_version(push, expected_version)
    if push.status not in PUSH["merge"].sources:
        moves.forbid(push, "merge")
    if not twins_of(push).filter(pk=survivor.pk).exists():
        raise Refusal("no_duplicate", f"推送 {survivor.number} 与本推送不是同一事项的在办推送，不能并入。")
    if policies.has_work(push):
        raise Refusal("work_begun", f"推送 {push.number} 已开展检查或已反馈，请将另一条推送并入本推送。")
    kept = PushMerge.objects.create(
        push=push,
        survivor=survivor,
        reason=reason,
        status_before=push.status,
        step_before=push.next_step,
        was_open=push.is_open,
        survivor_version=survivor.version,
        cancelled_tasks=list(duties.open_checks_of(push).values_list("pk", flat=True)),
        merged_by=by.name,
        merged_at=timezone.now(),
    )
    end(push, "merge", by=by, reason=f"重复推送，并入 {survivor.number}")
    summary = f"{by.name} 将重复推送 {push.number} 并入 {survivor.number}：{reason}"
    moves.tell(push, "push.merged", by=by, summary=summary, survivor=survivor.number)
    return kept


def end(push: Push, action: str, *, by: Actor, reason: str) -> None:
    """Ends a locked push that is nobody's to do any more: clock, checks, register and cards go with it."""
    missed.stop_clock(push, met=False)
    duties.give_up(push, by=by, reason=reason)
    cards.void(push, by=by, reason=reason)
    moves.move(
        push,
        action,
        next_step=Push.NextStep.NONE,
        is_open=False,
        closed_at=timezone.now(),
        **moves.clock_fields(push),
    )


@transaction.atomic
def unmerge(push: Push, *, by: Actor, reason: str, expected_version: int | None = None) -> Push:
    """Brings a merged push back as it was, with its checks; a claim clock starts anew.

    Raises Invalid without a reason, Refusal once something was done on the survivor, StateForbids, StaleVersion,
    NotAllowed.
    """
    reason = texts.check_text("reason", reason, "请写明撤销并入的理由。")
    policies.check_may(push, by, "unmerge")
    kept = PushMerge.objects.filter(push=push, undone_at__isnull=True).select_related("survivor").first()
    if kept is None:
        moves.forbid(moves.lock(push), "unmerge")
        raise AssertionError  # forbid always raises
    push, survivor = _lock_both(push, kept.survivor)
    policies.check_version(push, expected_version)
    if push.status not in PUSH["unmerge"].sources:
        moves.forbid(push, "unmerge")
    if survivor.version != kept.survivor_version or policies.has_work(survivor):
        raise Refusal("survivor_moved", f"推送 {survivor.number} 在并入后已有新的办理，不能撤销并入。")
    _bring_back(push, kept, by=by, reason=reason)
    kept.undo_reason, kept.undone_by, kept.undone_at = reason, by.name, timezone.now()
    kept.save(update_fields=["undo_reason", "undone_by", "undone_at"])
    summary = f"{by.name} 撤销并入：推送 {push.number} 恢复办理，{reason}"
    moves.tell(push, "push.unmerged", by=by, summary=summary, survivor=survivor.number)
    return push


def _bring_back(push: Push, kept: PushMerge, *, by: Actor, reason: str) -> None:
    registered = duties.object_of(push)
    if registered is not None and registered.status == SupervisedObject.Status.ENDED:
        objects.restore(registered, by=by, reason=reason)
    for task in CheckTask.objects.filter(pk__in=kept.cancelled_tasks).order_by("pk"):
        tasks.reopen(task, by=by, reason=reason)
    push.next_step = Push.NextStep(kept.step_before)
    is_waiting = kept.status_before == Push.Status.WAITING_CLAIM
    if is_waiting:
        moves.start_clock(push, CLAIM, push.entry.claim_days if push.entry else policies.READ_DAYS)
    elif not duties.show_next_check(push) and push.next_step == Push.NextStep.READ:
        moves.start_clock(push, READ, policies.READ_DAYS)
    moves.move(
        push,
        "wait_again" if is_waiting else "unmerge",
        next_step=push.next_step,
        is_open=kept.was_open,
        closed_at=None,
        **moves.clock_fields(push),
    )


def _lock_both(push: Push, other: Push) -> tuple[Push, Push]:
    """Both pushes locked: cases before pushes, each kind in the order of ids."""
    for case in sorted({one for one in (push.application_id, other.application_id) if one is not None}):
        moves.lock_case(case)
    rows = Push.objects.with_everything().select_for_update(of=("self",)).filter(pk__in=[push.pk, other.pk])
    locked = {row.pk: row for row in rows.order_by("pk")}
    return locked[push.pk], locked[other.pk]
