"""The duty a granted approval brings: the holder on the register, the checks the list asks for, and what comes next."""

from django.utils import timezone

from approvals.models import Application, ItemVariant, Permit
from credit.models import CreditCheck
from linkage import policies
from linkage.actions import moves
from linkage.actions.drafts import LIST_LAW, READ
from linkage.models import Push
from shenguan.access.actors import Actor
from shenguan.workdays import calendar
from supervision.actions import objects, tasks
from supervision.models import CheckTask, SupervisedObject
from supervision.models.task import CheckTaskQuerySet

COMMITMENT_LAW = "告知承诺核查期限（国办发〔2020〕42号）"
ENDED_PERMITS = frozenset({Permit.Status.REVOKED, Permit.Status.WITHDRAWN, Permit.Status.CANCELLED})
STEP_OF = {
    CheckTask.Kind.FIRST_CHECK: Push.NextStep.FIRST_CHECK,
    CheckTask.Kind.COMMITMENT_CHECK: Push.NextStep.COMMITMENT_CHECK,
    CheckTask.Kind.RECHECK: Push.NextStep.RECHECK,
}


def is_duty(push: Push) -> bool:
    """Whether a push makes the department supervise the holder by virtue of this case.

    A change or renewal of a permit whose holder is on the register already brings news, not a second duty; the end of
    a permit brings none at all, nor does a permit that ended before anybody took the duty up (RULES §13.3 no. 12).
    """
    if push.kind != "approval.concluded" or push.payload.get("result") != Application.Result.GRANTED:
        return False
    permit = getattr(push.case, "permit", None)
    if permit is not None and permit.status in ENDED_PERMITS:
        return False
    variant = push.case.variant.kind
    if variant in (ItemVariant.Kind.CHANGE, ItemVariant.Kind.RENEWAL):
        watched = SupervisedObject.objects.filter(
            subject_id=push.subject_id or 0,
            item_id=push.supervision_item_id,
            department_id=push.department_id,
            status=SupervisedObject.Status.ACTIVE,
        )
        return not watched.exclude(case_number=push.case_number).exists()
    return variant != ItemVariant.Kind.CANCELLATION


def register(push: Push, *, by: Actor) -> SupervisedObject | None:
    """Puts the holder on the department's register (R10.12). None for an entry without a supervision item."""
    if push.supervision_item is None:
        return None
    application = push.case
    permit = getattr(application, "permit", None)
    return objects.register(
        by=by,
        subject=push.party,
        item=push.supervision_item,
        department=push.department,
        office=push.office,
        case_number=push.case_number,
        approval_item_name=application.item.name,
        permit_number=push.payload.get("permit_number", ""),
        valid_to=permit.valid_to if permit else None,
        address=application.address,
        by_commitment=push.by_commitment,
        is_focus=push.credit_flag == CreditCheck.PushFlag.FOCUS,
    )


def open_checks(push: Push, watched: SupervisedObject | None, *, by: Actor) -> None:
    """Opens the first check and the commitment check of a claimed duty; without either the push has only to be read.

    Both count from the decision, in 工作日: the first check as the list says, the commitment check as the item says
    (R2.10).
    """
    opened = []
    if watched is not None and push.entry is not None and push.entry.first_check_days:
        opened.append(_open(push, watched, CheckTask.Kind.FIRST_CHECK, push.entry.first_check_days, LIST_LAW, by=by))
    if watched is not None and push.by_commitment:
        days = push.case.item.commitment_check_days or policies.COMMITMENT_DAYS
        opened.append(_open(push, watched, CheckTask.Kind.COMMITMENT_CHECK, days, COMMITMENT_LAW, by=by))
    if opened:
        _show(push, min(opened, key=lambda task: (task.due_on, task.pk)))
    else:
        push.next_step = Push.NextStep.READ
        moves.start_clock(push, READ, policies.READ_DAYS)
    moves.write(push, next_step=push.next_step, is_open=True, **moves.clock_fields(push))


def _open(push: Push, watched: SupervisedObject, kind: str, days: int, law: str, *, by: Actor) -> CheckTask:
    return tasks.open_check(
        by=by,
        watched=watched,
        kind=kind,
        start_on=push.case.decided_on or calendar.today(),
        days=days,
        law=law,
        push_number=push.number,
        assignee=push.handler,
    )


def show_next_check(push: Push) -> bool:
    """Takes the most urgent open check of a push as its next step and clock (not saved). False when there is none."""
    task = open_checks_of(push).select_related("deadline").order_by("due_on", "id").first()
    if task is None:
        return False
    _show(push, task)
    return True


def _show(push: Push, task: CheckTask) -> None:
    push.next_step = STEP_OF[CheckTask.Kind(task.kind)]
    push.deadline, push.due_on = task.deadline, task.due_on


def settle(push: Push, *, by: Actor, reason: str) -> None:
    """After a fact came in: the next check becomes the next step; with none left, wait for the answer or close."""
    if push.status not in (Push.Status.CLAIMED, Push.Status.FED_BACK):
        return
    moves.stop_clock(push)
    is_answered = not push.replies.filter(status=Push.Status.WAITING_ANSWER).exists()
    if show_next_check(push):
        if push.status == Push.Status.FED_BACK and is_answered:
            moves.move(push, "go_on")
        moves.write(push, next_step=push.next_step, is_open=True, **moves.clock_fields(push))
    elif not is_answered:
        moves.write(push, next_step=Push.NextStep.AWAIT, **moves.clock_fields(push))
    else:
        close(push, by=by, reason=reason)


def close(push: Push, *, by: Actor, reason: str) -> None:
    """Ends a locked push that is still open; its own clock falls away."""
    moves.stop_clock(push, met=False)
    moves.move(
        push,
        "close",
        next_step=Push.NextStep.NONE,
        is_open=False,
        closed_at=timezone.now(),
        **moves.clock_fields(push),
    )
    moves.tell(
        push, "push.closed", by=by, summary=f"{push.department}的推送 {push.number} 办结：{reason}", reason=reason
    )


def give_up(push: Push, *, by: Actor, reason: str) -> None:
    """Takes the duty of a push away: its checks are cancelled and the object leaves the department's register."""
    for task in open_checks_of(push):
        tasks.cancel(task, by=by, reason=reason)
    registered = object_of(push)
    if registered is not None:
        objects.end(registered, by=by, reason=reason)


def object_of(push: Push) -> SupervisedObject | None:
    """The row of the register that this push's duty is about."""
    return SupervisedObject.objects.filter(
        subject_id=push.subject_id or 0,
        item_id=push.supervision_item_id,
        department_id=push.department_id,
        case_number=push.case_number,
    ).first()


def open_checks_of(push: Push) -> CheckTaskQuerySet:
    """Checks still to be done under this push, re-checks included."""
    return CheckTask.objects.open().filter(push_number=push.number)
