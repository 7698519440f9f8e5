"""Check tasks: first check, commitment check and re-check, each opened once with its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shenguan import audit, bulk, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.ledger import Ledger, keep
from shenguan.lifecycle import check_move
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import deadlines
from shenguan.workdays.models import Deadline
from supervision.lifecycle import TASK
from supervision.models import CheckTask, Finding, SupervisedObject

Key = tuple[int, str, int | str]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of `watched` wanted, due `days` 工作日 after `start_on` under `law`; a re-check names its finding."""

    watched: SupervisedObject
    kind: str
    start_on: date
    days: int
    law: str
    push_number: str = ""
    assignee: Staff | None = None
    finding: Finding | None = None

    @property
    def key(self) -> Key:
        """What makes two checks the same: object, kind and push, for a re-check its finding."""
        return self.watched.pk, self.kind, self.finding.pk if self.finding else self.push_number


def open_check(check: Check, *, by: Actor) -> CheckTask:
    """Opens one check."""
    return open_checks([check], by=by)[0]


@transaction.atomic(savepoint=False)
def open_checks(checks: Sequence[Check], *, by: Actor, ledger: Ledger | None = None) -> list[CheckTask]:
    """Opens checks, each with its clock, by a number of statements that does not grow with theirs: none for none.

    Idempotent: the same object, kind and push again (for a re-check: an open one of the same finding) returns the task
    there is. Raises nothing of its own.
    """
    if not checks:
        return []
    known = _opened(checks)
    missing = {check.key: check for check in checks if check.key not in known}
    clocks = deadlines.start_many(
        deadlines.Limit(f"supervision.{row.kind}", row.watched.case_number, row.start_on, row.days, row.law)
        for row in missing.values()
    )
    opened = bulk.create(_task(check, clock) for check, clock in zip(missing.values(), clocks, strict=True))
    known |= dict(zip(missing, opened, strict=True))
    keep(
        (audit.Act("task.open", task) for task in opened),
        (_opened_fact(task) for task in opened),
        by=by,
        ledger=ledger,
    )
    return [known[check.key] for check in checks]


def _opened(checks: Sequence[Check]) -> dict[Key, CheckTask]:
    rows = CheckTask.objects.filter(
        object__in={check.watched.pk for check in checks}, kind__in={check.kind for check in checks}
    ).select_related("deadline")
    known: dict[Key, CheckTask] = {}
    for task in rows:
        if task.finding_id is None or task.status == CheckTask.Status.OPEN:
            known.setdefault((task.object_id, task.kind, task.finding_id or task.push_number), task)
    return known


def _task(check: Check, clock: Deadline) -> CheckTask:
    return CheckTask(
        object=check.watched,
        department=check.watched.department,
        assignee=check.assignee,
        deadline=clock,
        finding=check.finding,
        kind=check.kind,
        case_number=check.watched.case_number,
        push_number=check.push_number,
        due_on=clock.due_on,
    )


def _opened_fact(task: CheckTask) -> events.Fact:
    return events.Fact(
        "task.opened",
        case_number=task.case_number,
        subject_id=task.object.subject_id,
        department=task.department,
        summary=f"{task.department}应于 {task.due_on} 前完成{CheckTask.Kind(task.kind).label}（{task.object.item}）",
        payload={"task_id": task.pk, "due_on": task.due_on.isoformat()},
    )


@transaction.atomic
def assign(task: CheckTask, *, by: Actor, assignee: Staff) -> CheckTask:
    """Gives an open task to a person of the same department.

    Raises NotAllowed without the right or for another department's task, StateForbids when the task is over, Invalid
    for a person of another department or one who left.
    """
    if by.kind == "staff" and by.staff is not None and not by.staff.may(Permission.PUSH_ASSIGN):
        by.require(Permission.INSPECTION_MANAGE)
    locked = lock(task, by=by)
    check_move(TASK, "assign", locked.status, CheckTask.Status)
    if assignee.department_id != locked.department_id or not assignee.is_active:
        raise Invalid("只能指派给本部门在岗人员。", {"assignee": ["只能指派给本部门在岗人员。"]})
    if locked.assignee_id == assignee.pk:
        return locked
    locked.assignee = assignee
    locked.save(update_fields=["assignee"])
    audit.record("task.assign", by=by, target=locked, detail={"assignee": assignee.username})
    events.record(
        "task.assigned",
        by=by,
        case_number=locked.case_number,
        subject_id=locked.object.subject_id,
        department=locked.department,
        visibility="supervision",
        summary=f"{locked.get_kind_display()}指派给{assignee.name}",
        payload={"task_id": locked.pk},
    )
    return locked


@transaction.atomic
def cancel(task: CheckTask, *, by: Actor, reason: str) -> CheckTask:
    """Cancels an open task, because the permit ended or the duty moved; a task that is over stays as it is."""
    locked = CheckTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.status != CheckTask.Status.OPEN:
        return locked
    locked.status = CheckTask.Status.CANCELLED
    locked.save(update_fields=["status"])
    deadlines.cancel(locked.deadline)
    audit.record("task.cancel", by=by, target=locked, detail={"reason": reason})
    return locked


@transaction.atomic
def reopen(task: CheckTask, *, by: Actor, reason: str) -> CheckTask:
    """Brings a cancelled task back, because what cancelled it was undone; its clock counts from the old start.

    Raises StateForbids unless the task was cancelled.
    """
    locked = CheckTask.objects.select_for_update(of=("self",)).select_related("deadline").get(pk=task.pk)
    check_move(TASK, "reopen", locked.status, CheckTask.Status)
    old = locked.deadline
    locked.deadline = deadlines.start(
        kind=old.kind,
        case_number=old.case_number,
        start_on=old.start_on,
        amount=old.total,
        unit=old.unit,
        law=old.law,
        roll=old.roll,
    )
    locked.status, locked.due_on = CheckTask.Status.OPEN, locked.deadline.due_on
    locked.save(update_fields=["status", "deadline", "due_on"])
    audit.record("task.reopen", by=by, target=locked, detail={"reason": reason})
    return locked


def complete(task: CheckTask, *, by: Actor, on: date) -> CheckTask:
    """Marks a task done by an inspection of the day `on`, inside the transaction of its submission."""
    locked = CheckTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    check_move(TASK, "complete", locked.status, CheckTask.Status)
    locked.status = CheckTask.Status.DONE
    locked.done_at = timezone.now()
    locked.save(update_fields=["status", "done_at"])
    deadlines.meet(locked.deadline, on=on)
    audit.record("task.complete", by=by, target=locked)
    return locked


def follow_moved_clocks() -> int:
    """Brings the copies of due dates up to date after a calendar was imported (R1.46). How many tasks moved."""
    stale = CheckTask.objects.open().exclude(due_on=F("deadline__due_on"))
    moved = 0
    for task_id, due_on in stale.values_list("pk", "deadline__due_on"):
        moved += CheckTask.objects.filter(pk=task_id).update(due_on=due_on)
    return moved


def lock(task: CheckTask, *, by: Actor) -> CheckTask:
    """The task's row, locked. Raises NotAllowed for another department's task."""
    locked = CheckTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if by.kind != "system" and (by.department is None or by.department.pk != locked.department_id):
        raise NotAllowed("这是其他部门的检查任务，您不能操作。")
    return locked
