"""Findings: opened by a submitted inspection, mended under an order, closed by a re-check (RULES R4.08, R9.01)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.identifiers import docno, series
from shenguan.lifecycle import check_move
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import deadlines
from shenguan.workdays.models import Deadline
from supervision.actions import tasks
from supervision.lifecycle import FINDING
from supervision.models import ChecklistElement, CheckTask, Finding, Inspection, InspectionElement

RECHECK_DAYS = 5  # 工作日 after the day to mend by; a house rule, the law names none
LAW = "行政处罚法第二十八条"
SEVERITIES = ("一般", "较重", "严重")
Measure = InspectionElement.Measure


@dataclass(frozen=True)
class Problem:
    """What an inspection found in one place, and what was ordered there and then."""

    description: str
    severity: str
    measure: str
    rectify_by: date | None = None
    requirement: str = ""
    legal_basis: str = ""
    order_number: str = ""  # of an order the department's own system issued; else one is taken here
    element: ChecklistElement | None = None


def open_all(
    inspection: Inspection, *, by: Actor, elements: Sequence[InspectionElement], found_on: date
) -> list[Finding]:
    """One finding for every failed element, with order, clock and re-check, in the submission's transaction."""
    return [
        _open(inspection, row, by=by, found_on=found_on)
        for row in elements
        if row.verdict == InspectionElement.Verdict.FAIL
    ]


def _open(inspection: Inspection, row: InspectionElement, *, by: Actor, found_on: date) -> Finding:
    problem = Problem(
        description=row.description,
        severity=row.element.severity,
        measure=row.measure,
        rectify_by=row.rectify_by,
        requirement=f"对“{row.element.content}”予以改正",
        legal_basis=row.element.basis,
        element=row.element,
    )
    return open_one(inspection, problem, by=by, found_on=found_on)


def open_one(inspection: Inspection, row: Problem, *, by: Actor, found_on: date) -> Finding:
    """One finding of a submitted inspection, with order, clock and re-check, in the submission's transaction."""
    status = {Measure.ON_THE_SPOT: Finding.Status.CLOSED, Measure.FILE_CASE: Finding.Status.FILED}.get(
        Measure(row.measure), Finding.Status.OPEN
    )
    clock = None
    if row.measure == Measure.RECTIFY and row.rectify_by is not None:
        clock = deadlines.start(
            kind="supervision.rectification",
            case_number=inspection.object.case_number,
            start_on=found_on,
            amount=(row.rectify_by - found_on).days,
            unit=Deadline.Unit.CALENDAR_DAYS,
            law=LAW,
            roll=False,
        )
    finding = Finding.objects.create(
        inspection=inspection,
        object=inspection.object,
        department=inspection.department,
        element=row.element,
        deadline=clock,
        number=_finding_number(found_on),
        status=status,
        severity=row.severity,
        description=row.description,
        measure=row.measure,
        order_number=row.order_number or _order_number_if_due(inspection, row, found_on.year),
        requirement=row.requirement,
        legal_basis=row.legal_basis,
        closing_note="当场改正" if row.measure == Measure.ON_THE_SPOT else "",
        found_on=found_on,
        closed_at=timezone.now() if status == Finding.Status.CLOSED else None,
    )
    audit.record("finding.open", by=by, target=finding)
    events.record(
        "finding.opened",
        by=by,
        case_number=inspection.object.case_number,
        subject_id=inspection.object.subject_id,
        department=inspection.department,
        summary=f"发现问题：{row.description}（{Measure(row.measure).label}）",
        payload={"finding_number": finding.number},
    )
    if clock is not None:
        recheck = tasks.Check(
            watched=inspection.object,
            kind=CheckTask.Kind.RECHECK,
            start_on=clock.due_on,
            days=RECHECK_DAYS,
            law=LAW,
            push_number=inspection.task.push_number if inspection.task else "",
            assignee=inspection.task.assignee if inspection.task else None,
            finding=finding,
        )
        tasks.open_check(recheck, by=by)
    return finding


def conclude_recheck(finding: Finding, *, by: Actor, passed: bool, on: date) -> Finding:
    """The re-check's answer: mended and closed, or overdue. Called inside the re-check's submission."""
    note = f"{on:%Y-%m-%d} 复查合格" if passed else f"{on:%Y-%m-%d} 复查仍不符合要求"
    return _move(finding, "close" if passed else "fail", by=by, note=note, on=on)


@transaction.atomic
def close(finding: Finding, *, by: Actor, note: str, on: date) -> Finding:
    """Closes a finding on proof handed in, without a visit. Raises Invalid without a note, StateForbids when over."""
    by.require(Permission.INSPECTION_MANAGE)
    if by.department is None or by.department.pk != finding.department_id:
        raise NotAllowed("这是其他部门发现的问题，您不能操作。")
    if not note.strip():
        raise Invalid("请写明整改情况。", {"note": ["请写明整改情况，例如收到的整改材料。"]})
    closed = _move(finding, "close", by=by, note=note.strip(), on=on)
    for task in closed.rechecks.filter(status=CheckTask.Status.OPEN):
        tasks.cancel(task, by=by, reason="已凭材料确认整改")
    return closed


def _move(finding: Finding, action: str, *, by: Actor, note: str, on: date) -> Finding:
    """Moves a finding by the table and tells the timeline."""
    locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    transition = check_move(FINDING, action, locked.status, Finding.Status)
    locked.status = transition.target or locked.status
    locked.closing_note = note
    locked.closed_at = timezone.now() if locked.status == Finding.Status.CLOSED else None
    locked.save(update_fields=["status", "closing_note", "closed_at"])
    if locked.deadline is not None and locked.status == Finding.Status.CLOSED:
        deadlines.meet(locked.deadline, on=on)
    audit.record(f"finding.{action}", by=by, target=locked)
    events.record(
        "finding.closed" if locked.status == Finding.Status.CLOSED else "finding.overdue",
        by=by,
        case_number=locked.object.case_number,
        subject_id=locked.object.subject_id,
        department=locked.department,
        summary=f"问题{locked.number}{locked.get_status_display()}：{note}",
        payload={"finding_number": locked.number},
    )
    return locked


def worst(found: Iterable[Finding]) -> str:
    """The gravest severity among findings, empty when there are none."""
    return max((row.severity for row in found), key=SEVERITIES.index, default="")


def _finding_number(day: date) -> str:
    (count,) = series.take(f"finding:{day:%Y%m%d}", day.year)
    return f"WT{day:%Y%m%d}-{count:04d}"


def _order_number_if_due(inspection: Inspection, problem: Problem, year: int) -> str:
    return _order_number(inspection, year) if problem.measure == Measure.RECTIFY else ""


def _order_number(inspection: Inspection, year: int) -> str:
    """The number of a rectification order, gapless per department and year (R7.12)."""
    # A document number's prefix is Chinese characters only; a short name may hold digits or letters.
    prefix = "".join(re.findall(r"[\u4e00-\u9fff]", inspection.department.short_name)).replace("第", "") + "责改"
    (count,) = series.take(f"rectification:{inspection.department.code}", year)
    return docno.format_docno(prefix, year, count)
