"""The duty a granted approval brings: the holder on the register, the checks the list asks for, and what comes next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db.models import F
from django.utils import timezone

from approvals.models import Application, ItemVariant, Permit
from credit.models import CreditCheck
from linkage import policies
from linkage.actions import missed, moves
from linkage.actions.drafts import LIST_LAW, READ, Clock
from linkage.lifecycle import PUSH
from linkage.models import Push
from shenguan.access.actors import Actor
from shenguan.ledger import Ledger
from shenguan.lifecycle import check_move
from shenguan.workdays import calendar, deadlines
from supervision.actions import objects, tasks
from supervision.models import CheckTask, SupervisedObject, SupervisionItem
from supervision.models.task import CheckTaskQuerySet

Duty = tuple[int | None, int | None, int]  # party, supervision item, department
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
    return bool(duties_among([push]))


def duties_among(pushes: Sequence[Push]) -> list[Push]:
    """The pushes that bring a duty, in their order; what an earlier one registers, a later one finds registered."""
    candidates = [push for push in pushes if _grants(push)]
    watched = _watched_by_case(push for push in candidates if _is_sequel(push))
    found = []
    for push in candidates:
        cases = watched[_duty(push)]
        if _is_sequel(push) and cases - {push.case_number}:
            continue
        found.append(push)
        if push.supervision_item_id is not None:
            cases.add(push.case_number)
    return found


def _grants(push: Push) -> bool:
    """A granted conclusion of a permit that begins or goes on."""
    if push.kind != "approval.concluded" or push.payload.get("result") != Application.Result.GRANTED:
        return False
    permit = getattr(push.case, "permit", None)
    if permit is not None and permit.status in ENDED_PERMITS:
        return False
    return push.case.variant.kind != ItemVariant.Kind.CANCELLATION


def _is_sequel(push: Push) -> bool:
    return push.case.variant.kind in (ItemVariant.Kind.CHANGE, ItemVariant.Kind.RENEWAL)


def _duty(push: Push) -> Duty:
    return push.subject_id, push.supervision_item_id, push.department_id


def _watched_by_case(pushes: Iterable[Push]) -> defaultdict[Duty, set[str]]:
    """The cases by which the holders behind these pushes are on the register now, per duty."""
    found: defaultdict[Duty, set[str]] = defaultdict(set)
    if subjects := {push.subject_id for push in pushes}:
        active = SupervisedObject.objects.filter(subject__in=subjects, status=SupervisedObject.Status.ACTIVE)
        for row in active:
            found[row.subject_id, row.item_id, row.department_id].add(row.case_number)
    return found


def register(
    pushes: Sequence[Push], *, by: Actor, ledger: Ledger | None = None
) -> list[tuple[Push, SupervisedObject | None]]:
    """Puts the holders on the departments' registers (R10.12). None for an entry without a supervision item.

    The pushes may be drafts still: the register knows nothing of pushes.
    """
    rows = [_registration(push, push.supervision_item) for push in pushes if push.supervision_item is not None]
    registered = iter(objects.register_many(rows, by=by, ledger=ledger))
    return [(push, next(registered) if push.supervision_item is not None else None) for push in pushes]


def _registration(push: Push, item: SupervisionItem) -> objects.Registration:
    application = push.case
    permit = getattr(application, "permit", None)
    return objects.Registration(
        subject=push.party,
        item=item,
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


def open_checks(
    taken_up: Sequence[tuple[Push, SupervisedObject | None]], *, by: Actor, ledger: Ledger | None = None
) -> None:
    """Opens the first check and the commitment check of claimed duties; without either a push has only to be read.

    The pushes get their next step and clock and are not saved; drafts need their numbers.
    """
    wanted = [_checks(push, watched) for push, watched in taken_up]
    opened = iter(tasks.open_checks([check for checks in wanted for check in checks], by=by, ledger=ledger))
    only_read = []
    for (push, _), checks in zip(taken_up, wanted, strict=True):
        if mine := list(islice(opened, len(checks))):
            _show(push, min(mine, key=lambda task: (task.due_on, task.pk)))
        else:
            push.next_step = Push.NextStep.READ
            only_read.append((push, Clock(READ, policies.READ_DAYS)))
    moves.start_clocks(only_read)


def _checks(push: Push, watched: SupervisedObject | None) -> list[tasks.Check]:
    """Both count from the decision, in 工作日: the first check as the list says, the other as the item says (R2.10)."""
    if watched is None or push.is_backlog:
        return []
    found = []
    if push.entry is not None and push.entry.first_check_days:
        found.append(_check(push, watched, CheckTask.Kind.FIRST_CHECK, push.entry.first_check_days, LIST_LAW))
    if push.by_commitment:
        days = push.case.item.commitment_check_days or policies.COMMITMENT_DAYS
        found.append(_check(push, watched, CheckTask.Kind.COMMITMENT_CHECK, days, COMMITMENT_LAW))
    return found


def _check(push: Push, watched: SupervisedObject, kind: str, days: int, law: str) -> tasks.Check:
    return tasks.Check(
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
    missed.stop_clock(push)
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
    close_many([(push, reason)], by=by)


def close_many(closings: Sequence[tuple[Push, str]], *, by: Actor, ledger: Ledger | None = None) -> None:
    """`close` for each push and reason, in their order, by a number of statements that does not grow with theirs."""
    if not closings:
        return
    for push, _ in closings:
        check_move(PUSH, "close", push.status, Push.Status)
    deadlines.cancel_many([clock for push, _ in closings if (clock := moves.own_clock(push))])
    fields = {
        "status": PUSH["close"].target,
        "next_step": Push.NextStep.NONE,
        "is_open": False,
        "closed_at": timezone.now(),
        "deadline": None,
        "due_on": None,
    }
    Push.objects.filter(pk__in=[push.pk for push, _ in closings]).update(version=F("version") + 1, **fields)
    for push, _ in closings:
        push.version += 1
        for name, value in fields.items():
            setattr(push, name, value)
    moves.tell_many([_closing(push, reason) for push, reason in closings], by=by, ledger=ledger)


def _closing(push: Push, reason: str) -> moves.Told:
    return moves.Told(
        push, "push.closed", f"{push.department}的推送 {push.number} 办结：{reason}", payload={"reason": reason}
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
