"""Check tasks: first check, commitment check and re-check, each opened once with its clock."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import deadlines
from supervision.lifecycle import TASK
from supervision.models import CheckTask, Finding, SupervisedObject


@transaction.atomic
def open_check(
    *,
    by: Actor,
    watched: SupervisedObject,
    kind: str,
    start_on: date,
    days: int,
    law: str,
    push_number: str = "",
    assignee: Staff | None = None,
    finding: Finding | None = None,
) -> CheckTask:
    """Opens a check of `watched`, due `days` 工作日 after `start_on` under `law`.

    Idempotent: the same object, kind and push again (for a re-check: an open one of the same finding) returns the task
    there is. Raises nothing of its own.
    """
    known = CheckTask.objects.filter(object=watched, kind=kind)
    if finding is not None:
        existing = known.filter(finding=finding, status=CheckTask.Status.OPEN).first()
    else:
        existing = known.filter(finding__isnull=True, push_number=push_number).first()
    if existing is not None:
        return existing
    clock = deadlines.start(
        kind=f"supervision.{kind}", case_number=watched.case_number, start_on=start_on, amount=days, law=law
    )
    task = CheckTask.objects.create(
        object=watched,
        department=watched.department,
        assignee=assignee,
        deadline=clock,
        finding=finding,
        kind=kind,
        case_number=watched.case_number,
        push_number=push_number,
        due_on=clock.due_on,
    )
    audit.record("task.open", by=by, target=task)
    events.record(
        "task.opened",
        by=by,
        case_number=task.case_number,
        subject_id=watched.subject_id,
        department=watched.department,
        summary=f"{watched.department}应于 {clock.due_on} 前完成{task.get_kind_display()}（{watched.item}）",
        payload={"task_id": task.pk, "due_on": clock.due_on.isoformat()},
    )
    return task


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
