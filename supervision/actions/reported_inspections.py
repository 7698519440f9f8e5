"""Inspections that a department's own supervision system reports (CONTRACT §3 `POST inspections/`).

One row per department and source number; the same report again changes nothing. What follows is what follows from an
inspection filled in here: tasks done, findings with their orders and clocks, and for an abnormal result the report to
the approver, through the journal (RULES R4.04–R4.08, R10.05).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.lifecycle import check_move
from shenguan.org.models import Department
from shenguan.refusals import Invalid
from shenguan.workdays import calendar
from supervision import policies, selectors
from supervision.actions import findings, inspections, objects, tasks
from supervision.actions.findings import Problem
from supervision.lifecycle import OBJECT
from supervision.models import CheckTask, Inspection, SupervisedObject


@dataclass(frozen=True)
class Inspector:
    """A person who checked, by name and certificate number (行政执法证)."""

    name: str
    certificate: str


@dataclass(frozen=True)
class ReportedInspection:
    """One finished inspection, as the department's system tells it."""

    source_inspection_id: str
    checked_on: date
    result_codes: Sequence[str]
    inspectors: Sequence[Inspector]
    form: str = Inspection.Form.ROUTINE
    commitment_result: str = ""
    summary: str = ""
    problems: Sequence[Problem] = ()


def report(
    *, by: Actor, department: Department, where: selectors.Where, said: ReportedInspection
) -> tuple[Inspection, bool]:
    """Takes one result in; the inspection, and whether it was new here (201) or known (200).

    `where` says which supervised object was checked. Raises Invalid, by field, for an object that is not on the
    department's register or not the only one meant, and for results that contradict themselves or the law (fewer than
    two inspectors, a day in the future …); StateForbids for an object whose supervision ended.
    """
    known = _known(department, said.source_inspection_id)
    if known is not None:
        return known, False
    watched = selectors.one_object(department, where)
    try:
        return _take_in(watched, where, said, by=by), True
    except IntegrityError:  # the same report came twice at the same moment; the other call won
        known = _known(department, said.source_inspection_id)
        if known is None:
            raise
        return known, False


def _known(department: Department, source_id: str) -> Inspection | None:
    return Inspection.objects.filter(department=department, source_inspection_id=source_id).first()


@transaction.atomic
def _take_in(watched: SupervisedObject, where: selectors.Where, said: ReportedInspection, *, by: Actor) -> Inspection:
    locked = SupervisedObject.objects.select_for_update(of=("self",)).get(pk=watched.pk)
    check_move(OBJECT, "inspect", locked.status, SupervisedObject.Status)
    task = _task(locked, where, said)
    _check(said, task)
    inspection = Inspection.objects.create(
        object=locked,
        task=task,
        department=locked.department,
        number=inspections.next_number(),
        source=Inspection.Source.OWN_SYSTEM,
        source_inspection_id=said.source_inspection_id,
        reported_inspectors=[{"name": one.name, "certificate": one.certificate} for one in said.inspectors],
        form=said.form,
        status=Inspection.Status.SUBMITTED,
        result_codes=list(said.result_codes),
        commitment_result=said.commitment_result,
        summary=said.summary,
        is_abnormal=policies.is_abnormal(said.result_codes, said.commitment_result),
        created_by=by.key[:60],
        checked_on=said.checked_on,
        submitted_at=timezone.now(),
    )
    opened = [findings.open_one(inspection, one, by=by, found_on=said.checked_on) for one in said.problems]
    if task is not None:
        done = tasks.complete(task, by=by, on=said.checked_on)
        if done.finding is not None:
            findings.conclude_recheck(done.finding, by=by, passed=not inspection.is_abnormal, on=said.checked_on)
    if policies.ENDING_CODES & set(said.result_codes):
        objects.end(locked, by=by, reason=inspections.codes_text(said.result_codes))
    audit.record("inspection.report", by=by, target=inspection, detail={"source": said.source_inspection_id})
    inspections.tell(inspection, by=by, finding_numbers=[row.number for row in opened], severity=findings.worst(opened))
    return inspection


def _task(watched: SupervisedObject, where: selectors.Where, said: ReportedInspection) -> CheckTask | None:
    """The open task this inspection does: a commitment check only where the promise was checked, else the first due."""
    rows = watched.tasks.filter(status=CheckTask.Status.OPEN)
    if where.push_number:
        rows = rows.filter(push_number=where.push_number)
    is_commitment = bool(said.commitment_result)
    kind = CheckTask.Kind.COMMITMENT_CHECK
    rows = rows.filter(kind=kind) if is_commitment else rows.exclude(kind=kind)
    return rows.select_related("finding").order_by("due_on", "id").first()


def _check(said: ReportedInspection, task: CheckTask | None) -> None:
    """Raises Invalid with every reason by the path of its field."""
    errors = policies.reported_errors(
        checked_on=said.checked_on,
        today=calendar.today(),
        result_codes=said.result_codes,
        commitment_errors=policies.commitment_errors(task, said.commitment_result),
        certificates=[one.certificate for one in said.inspectors],
        problems=[(one.measure, one.rectify_by) for one in said.problems],
    )
    if errors:
        raise Invalid("检查结果不能接收，请按 errors 逐项修改。", errors)
