"""Inspections: started from a task or an object, filled in on site, submitted once."""

import hashlib
from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.actions import check_upload, clean_name, store_upload
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, StaleVersion
from shenguan.workdays import calendar
from supervision import policies
from supervision.actions import findings, objects, tasks
from supervision.lifecycle import INSPECTION, OBJECT, TASK
from supervision.models import (
    CheckTask,
    Inspection,
    InspectionElement,
    InspectionPhoto,
    SupervisedObject,
)

PHOTOS_PER_ELEMENT = 9
Verdict = InspectionElement.Verdict


@transaction.atomic
def start(
    *,
    by: Actor,
    task: CheckTask | None = None,
    watched: SupervisedObject | None = None,
    form: str = Inspection.Form.ROUTINE,
) -> Inspection:
    """Opens a draft with every checklist element 未检查; a second start of the same task returns the draft there is.

    Raises NotAllowed without the right or for another department, StateForbids when the task or the object is over.
    """
    by.require(Permission.INSPECTION_DO)
    if task is not None:
        task = tasks.lock(task, by=by)
        if draft := task.inspections.filter(status=Inspection.Status.DRAFT).first():
            return draft
        check_move(TASK, "complete", task.status, CheckTask.Status)
        watched = task.object
    if watched is None:
        raise Invalid("请选择检查对象。", {"object": ["请选择检查对象。"]})
    _check_department(watched.department_id, by)
    check_move(OBJECT, "inspect", watched.status, SupervisedObject.Status)
    inspection = Inspection.objects.create(
        object=watched,
        task=task,
        department=watched.department,
        number=next_number(),
        form=form,
        created_by=by.key,
        checked_on=calendar.today(),
    )
    InspectionElement.objects.bulk_create(
        InspectionElement(inspection=inspection, element=element) for element in watched.item.elements.all()
    )
    audit.record("inspection.start", by=by, target=inspection)
    events.record(
        "inspection.started",
        by=by,
        case_number=watched.case_number,
        subject_id=watched.subject_id,
        department=watched.department,
        visibility="supervision",
        summary=f"{by.name}开始检查 {inspection.number}",
        payload={"inspection_number": inspection.number},
    )
    return inspection


@transaction.atomic
def record_element(
    inspection: Inspection,
    *,
    by: Actor,
    element_id: int,
    verdict: str,
    description: str = "",
    measure: str = "",
    rectify_by: date | None = None,
    seen: str = "",
) -> InspectionElement:
    """Notes the verdict on one element; saving again replaces it, and the same answer again writes nothing.

    `seen` is the mark of the answer the person had before them. Raises StaleVersion when the element carries another
    one by now, Invalid for a verdict the element does not offer, StateForbids once submitted.
    """
    locked = _lock(inspection, by=by, action="record")
    row = _element(locked, element_id)
    offered = set(row.element.verdicts) | {Verdict.UNCHECKED.label}
    if verdict not in Verdict.values or Verdict(verdict).label not in offered:
        raise Invalid("该检查项不能选择这个结论。", {"verdict": ["该检查项不能选择这个结论。"]})
    before, saved = row.mark, row.get_verdict_display()
    failed = verdict == Verdict.FAIL
    row.verdict = verdict
    row.description = description.strip() if failed else ""
    row.measure = measure if failed else ""
    row.rectify_by = rectify_by if failed and measure == InspectionElement.Measure.RECTIFY else None
    if row.mark == before:
        return row
    if seen and seen != before:
        raise StaleVersion(f"第 {row.element.sequence} 项已在另一处保存为“{saved}”，您填写的内容仍在，还没有保存。")
    row.save(update_fields=["verdict", "description", "measure", "rectify_by"])
    Inspection.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    return row


@transaction.atomic
def pass_remainder(inspection: Inspection, *, by: Actor) -> int:
    """Marks every element nobody judged yet 合格, where the element offers that; answers how many.

    Raises StateForbids once submitted.
    """
    locked = _lock(inspection, by=by, action="record")
    open_rows = locked.elements.filter(verdict=Verdict.UNCHECKED).select_related("element")
    passing = [row.pk for row in open_rows if Verdict.PASS.label in row.element.verdicts]
    if passing:
        locked.elements.filter(pk__in=passing).update(verdict=Verdict.PASS)
        Inspection.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    return len(passing)


def add_photo(inspection: Inspection, *, by: Actor, element_id: int, uploaded: UploadedFile) -> InspectionPhoto:
    """Adds a photo to one element; the same picture again returns the photo there is, so a phone may send it twice.

    Raises Invalid for a file that is no picture or one too many, StateForbids once submitted.
    """
    if not check_upload(uploaded, clean_name(uploaded.name or "")).content_type.startswith("image/"):
        raise Invalid("请上传照片（JPG 或 PNG）。", {"photo": ["请上传照片（JPG 或 PNG）。"]})
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    with transaction.atomic():  # refuses before the file store, which may be far away, is asked
        _, known = _room_for_photo(inspection, by=by, element_id=element_id, sha256=digest.hexdigest())
    if known is not None:
        return known
    stored = store_upload(uploaded, by=by, purpose="inspection_photo")
    with transaction.atomic():
        row, known = _room_for_photo(inspection, by=by, element_id=element_id, sha256=stored.sha256)
        if known is not None:
            return known
        photo = InspectionPhoto.objects.create(element=row, file=stored)
        audit.record("inspection.photo", by=by, target=inspection, detail={"sha256": stored.sha256})
    return photo


def _room_for_photo(
    inspection: Inspection, *, by: Actor, element_id: int, sha256: str
) -> tuple[InspectionElement, InspectionPhoto | None]:
    """The element, locked with its inspection, and this very picture if it is there already."""
    row = _element(_lock(inspection, by=by, action="record"), element_id)
    known = row.photos.filter(file__sha256=sha256).first()
    if known is None and row.photos.count() >= PHOTOS_PER_ELEMENT:
        text = f"每项最多 {PHOTOS_PER_ELEMENT} 张照片。"
        raise Invalid(text, {"photo": [text]})
    return row, known


def _element(locked: Inspection, element_id: int) -> InspectionElement:
    row = locked.elements.select_related("element").filter(pk=element_id).first()
    if row is None:
        raise Invalid("该检查项不属于本次检查。", {"element": ["该检查项不属于本次检查。"]})
    return row


@transaction.atomic
def submit(
    inspection: Inspection,
    *,
    by: Actor,
    inspectors: Sequence[Staff],
    checked_on: date | None,
    result_codes: Sequence[str],
    commitment_result: str = "",
    summary: str = "",
    expected_version: int | None = None,
) -> Inspection:
    """Ends the inspection: findings and rectification orders follow, the task is done, linkage hears of it.

    Raises Invalid with the reasons by field (fewer than two inspectors, unjudged elements, contradictory results …),
    StaleVersion when somebody else edited it, StateForbids on a second submission. RULES R4.04–R4.08, R2.11.
    """
    locked = _lock(inspection, by=by, action="submit")
    if expected_version is not None and expected_version != locked.version:
        raise StaleVersion("本次检查刚刚在另一处被修改，请刷新页面核对后再提交。")
    elements = list(locked.elements.select_related("element"))
    errors = policies.submission_errors(
        locked,
        elements=elements,
        inspectors=inspectors,
        checked_on=checked_on,
        today=calendar.today(),
        result_codes=result_codes,
        commitment_result=commitment_result,
    )
    if errors or checked_on is None:
        raise Invalid("检查结果还不能提交，请按提示补充。", errors)
    _write_result(
        locked,
        checked_on=checked_on,
        result_codes=list(result_codes),
        commitment_result=commitment_result,
        summary=summary.strip(),
        is_abnormal=policies.is_abnormal(result_codes, commitment_result),
    )
    locked.inspectors.set(inspectors)
    opened = findings.open_all(locked, by=by, elements=elements, found_on=checked_on)
    if locked.task is not None:
        task = tasks.complete(locked.task, by=by, on=checked_on)
        if task.finding is not None:
            findings.conclude_recheck(task.finding, by=by, passed=not locked.is_abnormal, on=checked_on)
    if policies.ENDING_CODES & set(result_codes):
        objects.end(locked.object, by=by, reason=codes_text(result_codes))
    audit.record("inspection.submit", by=by, target=locked, detail={"result_codes": list(result_codes)})
    tell(locked, by=by, finding_numbers=[row.number for row in opened], severity=findings.worst(opened))
    return locked


def _write_result(inspection: Inspection, **values: object) -> None:
    """Writes the result's fields and the submission itself into the locked row."""
    values |= {
        "status": Inspection.Status.SUBMITTED,
        "submitted_at": timezone.now(),
        "version": inspection.version + 1,
    }
    for field, value in values.items():
        setattr(inspection, field, value)
    inspection.save(update_fields=list(values))


def tell(inspection: Inspection, *, by: Actor, finding_numbers: list[str], severity: str) -> None:
    """Says, last in a submission, what both sides may know: always the result, an abnormal one to the approver too."""
    watched, task = inspection.object, inspection.task
    common = {
        "inspection_number": inspection.number,
        "push_number": task.push_number if task else "",
        "object_id": watched.pk,
        "case_number": watched.case_number,
    }
    result = codes_text(inspection.result_codes)
    if inspection.commitment_result:
        result += f"；承诺核查：{inspection.get_commitment_result_display()}"
    events.record(
        "inspection.recorded",
        by=by,
        case_number=watched.case_number,
        subject_id=watched.subject_id,
        department=inspection.department,
        summary=f"{inspection.department}检查{watched.subject}：{result}",
        payload=common
        | {
            "is_abnormal": inspection.is_abnormal,
            "task_kind": task.kind if task else "",
            "commitment_result": inspection.commitment_result,
        },
    )
    if not inspection.is_abnormal:
        return
    events.record(
        "finding.reported",
        by=by,
        case_number=watched.case_number,
        subject_id=watched.subject_id,
        department=inspection.department,
        summary=f"{inspection.department}向审批部门反馈异常：{result}",
        payload=common
        | {
            "application_case": watched.case_number,
            "department_code": inspection.department.code,
            "subject_id": watched.subject_id,
            "finding_numbers": finding_numbers,
            "result_codes": inspection.result_codes,
            "commitment_result": inspection.commitment_result,
            "severity": severity,
            "summary": inspection.summary or result,
            "proposal": "",
        },
    )


def codes_text(codes: Sequence[str]) -> str:
    """Result codes as people read them."""
    return "；".join(Inspection.ResultCode(code).label for code in codes)


def _lock(inspection: Inspection, *, by: Actor, action: str) -> Inspection:
    """The row, locked, if this person may do `action` to it now."""
    by.require(Permission.INSPECTION_DO)
    locked = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    _check_department(locked.department_id, by)
    check_move(INSPECTION, action, locked.status, Inspection.Status)
    return locked


def _check_department(department_id: int, by: Actor) -> None:
    if by.kind != "system" and (by.department is None or by.department.pk != department_id):
        raise NotAllowed("这是其他部门的监管对象，您不能操作。")


def next_number() -> str:
    """The next JC number of the day (RULES R7.12)."""
    today = calendar.today()
    (count,) = series.take(f"inspection:{today:%Y%m%d}", today.year)
    return f"JC{today:%Y%m%d}-{count:04d}"
