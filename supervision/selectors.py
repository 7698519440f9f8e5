"""Questions to supervision rows, scoped to the viewer and shaped for pages."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from credit.models import Subject
from shenguan.access import scope
from shenguan.identifiers.text import normalise
from shenguan.org.models import Department, Staff
from shenguan.refusals import Invalid
from shenguan.workdays import calendar
from supervision.lifecycle import CLUE, FINDING
from supervision.models import (
    CheckTask,
    Clue,
    Finding,
    Inspection,
    InspectionElement,
    Penalty,
    SupervisedObject,
    SupervisionItem,
)


def tasks_for(staff: Staff, *, mine: bool = False, kind: str = "") -> QuerySet[CheckTask]:
    """Open tasks the viewer may see, the most urgent first; `has_draft` says whether somebody has begun."""
    drafts = Inspection.objects.filter(task=OuterRef("pk"), status=Inspection.Status.DRAFT)
    rows = (
        CheckTask.objects.visible_to(staff)
        .open()
        .annotate(has_draft=Exists(drafts))
        .select_related("object__subject", "object__item", "assignee", "deadline", "department")
    )
    if mine:
        rows = rows.filter(assignee=staff)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def objects_for(staff: Staff, *, text: str = "") -> QuerySet[SupervisedObject]:
    """The register the viewer may see, by name, code, permit number or item.

    Parties and items are looked up each in its own table: an OR across joins would read every object's party.
    """
    rows = SupervisedObject.objects.visible_to(staff).select_related("subject", "item", "department", "office")
    if text:
        named = SupervisionItem.objects.order_by().filter(name__icontains=text)
        rows = rows.filter(Q(subject__in=_parties(text)) | Q(item__in=named) | Q(permit_number=text.upper()))
    return rows


def _parties(text: str) -> QuerySet[Subject]:
    """Parties whose name contains the text, or the one with this 统一社会信用代码."""
    rows = Subject.objects.order_by()
    code = normalise(text)
    return rows.with_code(code) if len(code) == 18 and code.isascii() else rows.filter(name__contains=text)


def objects_of(subject_id: int) -> QuerySet[SupervisedObject]:
    """Who watches a party, for the file of the party both sides read (RULES R10.12); the newest fifty."""
    rows = SupervisedObject.objects.filter(subject_id=subject_id)
    return rows.select_related("item", "department", "office")[:50]


def watches(staff: Staff, subject_id: int) -> bool:
    """Whether the party is an object this person may see (a kind of dealing, credit.dealings)."""
    return SupervisedObject.objects.visible_to(staff).filter(subject_id=subject_id).exists()


def findings_for(staff: Staff, *, open_only: bool = True) -> QuerySet[Finding]:
    """Findings of the viewer's department; coordinators see the whole city."""
    rows = Finding.objects.select_related("object__subject", "inspection", "deadline", "department")
    if not scope.sees_all(staff):
        rows = rows.filter(department_id=staff.department_id)
    return rows.filter(status__in=FINDING["close"].sources) if open_only else rows


def inspection_sheet(inspection: Inspection) -> list[InspectionElement]:
    """The checklist of one inspection with photos, in order; two queries."""
    return list(inspection.elements.select_related("element").prefetch_related("photos__file"))


def inspectors_of(department_id: int) -> QuerySet[Staff]:
    """People of a department who hold an enforcement certificate (R4.04)."""
    return Staff.objects.filter(department_id=department_id, status=Staff.Status.ON_DUTY).exclude(enforcement_number="")


def open_task_count(staff: Staff) -> tuple[int, int]:
    """(open tasks, of which overdue) of the viewer's department; one query for the side menu."""
    counts = (
        CheckTask.objects.filter(department_id=staff.department_id)
        .open()
        .aggregate(all=Count("id"), late=Count("id", filter=Q(due_on__lt=calendar.today())))
    )
    return counts["all"], counts["late"]


def items(text: str = "") -> QuerySet[SupervisionItem]:
    """The catalogue, by name, initials or code."""
    rows = SupervisionItem.objects.filter(is_active=True).select_related("department", "office")
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(main_name__icontains=text) | Q(name_initials__icontains=text) | Q(code=text)
        )
    return rows


def published_inspections(text: str = "") -> QuerySet[Inspection]:
    """Submitted inspections of organisations, for the public page, by name or code of the party.

    Natural persons stay out (R5.05, R6.08).
    """
    rows = (
        Inspection.objects.filter(status=Inspection.Status.SUBMITTED)
        .exclude(object__subject__kind=Subject.Kind.PERSON)
        .select_related("object__subject", "object__item", "department")
    )
    return rows.filter(object__subject__in=_parties(text)) if text else rows


def object_file(registered: SupervisedObject) -> SupervisedObject:
    """One object with its tasks, inspections and findings loaded."""
    return (
        SupervisedObject.objects.select_related("subject", "item", "department", "office")
        .prefetch_related(
            Prefetch("tasks", CheckTask.objects.select_related("assignee", "deadline").order_by("-id")),
            Prefetch("inspections", Inspection.objects.prefetch_related("inspectors")),
            "findings",
        )
        .get(pk=registered.pk)
    )


@dataclass(frozen=True)
class Where:
    """Which supervised object a department's own system means: by push, by case, or by party; the item narrows it."""

    push_number: str = ""
    case_number: str = ""
    item_code: str = ""
    subject_id: int | None = None


def one_object(department: Department, where: Where) -> SupervisedObject:
    """The object meant, of this department. Raises Invalid when there is none, or more than one."""
    if not (where.push_number or where.case_number or where.subject_id):
        text = "请给出 push_number、case_number 或 subject，说明检查了哪个监管对象。"
        raise Invalid(text, {"push_number": [text]}, code="object_unknown")
    rows = _meant(department, where).select_related("subject", "item", "department")[:2]
    field = "push_number" if where.push_number else "case_number" if where.case_number else "subject"
    if not rows:
        text = "本部门没有这个监管对象；请核对编号与监管事项编码（GET pushes/ 可查推送与办件编号）。"
        raise Invalid(text, {field: [text]}, code="object_unknown")
    if len(rows) > 1:
        text = "符合条件的监管对象不止一个，请同时给出 case_number 和 supervision_item_code。"
        raise Invalid(text, {field: [text]}, code="object_ambiguous")
    return rows[0]


def objects_meant(department: Department, where: Where) -> list[SupervisedObject]:
    """Every object a penalty or clue concerns: active ones only, unless a push or case is named."""
    if not (where.push_number or where.case_number or where.subject_id):
        return []
    rows = _meant(department, where)
    if not (where.push_number or where.case_number):
        rows = rows.filter(status=SupervisedObject.Status.ACTIVE)
    return list(rows.exclude(case_number="").order_by("id"))


def _meant(department: Department, where: Where) -> QuerySet[SupervisedObject]:
    rows = SupervisedObject.objects.filter(department=department)
    if where.push_number:
        rows = rows.filter(Exists(CheckTask.objects.filter(object=OuterRef("pk"), push_number=where.push_number)))
    if where.case_number:
        rows = rows.filter(case_number=where.case_number)
    if where.item_code:
        rows = rows.filter(item__code=where.item_code)
    if where.subject_id:
        rows = rows.filter(subject_id=where.subject_id)
    return rows


def penalties_for(staff: Staff, *, text: str = "") -> QuerySet[Penalty]:
    """Penalties the viewer may see, by the party's name or code or by document number."""
    rows = Penalty.objects.visible_to(staff).select_related("subject", "department", "item")
    return rows.filter(Q(subject__in=_parties(text)) | Q(document_number=text)) if text else rows


def clues_for(staff: Staff, *, open_only: bool = True, text: str = "") -> QuerySet[Clue]:
    """Clues the viewer's department handles, by title, party or number."""
    rows = Clue.objects.visible_to(staff).select_related("subject", "department", "item", "reporting_department")
    if open_only:
        rows = rows.filter(status__in=CLUE["conclude"].sources)
    return rows.filter(Q(title__contains=text) | Q(named_party__contains=text) | Q(number=text)) if text else rows
