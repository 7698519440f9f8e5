"""Questions to supervision rows, scoped to the viewer and shaped for pages."""

from django.db.models import Count, Prefetch, Q, QuerySet

from shenguan.org.models import Staff
from shenguan.workdays import calendar
from supervision.models import (
    CheckTask,
    Finding,
    Inspection,
    InspectionElement,
    SupervisedObject,
    SupervisionItem,
)


def tasks_for(staff: Staff, *, mine: bool = False, kind: str = "") -> QuerySet[CheckTask]:
    """Open tasks the viewer may see, the most urgent first."""
    rows = (
        CheckTask.objects.visible_to(staff)
        .open()
        .select_related("object__subject", "object__item", "assignee", "deadline", "department")
    )
    if mine:
        rows = rows.filter(assignee=staff)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def objects_for(staff: Staff, *, text: str = "") -> QuerySet[SupervisedObject]:
    """The register the viewer may see, by name, code, permit number or item."""
    rows = SupervisedObject.objects.visible_to(staff).select_related("subject", "item", "department", "office")
    if text:
        rows = rows.filter(
            Q(subject__name__icontains=text)
            | Q(subject__uscc=text.upper())
            | Q(permit_number__iexact=text)
            | Q(item__name__icontains=text)
        )
    return rows


def findings_for(staff: Staff, *, open_only: bool = True) -> QuerySet[Finding]:
    """Findings of the viewer's department."""
    rows = Finding.objects.select_related("object__subject", "inspection", "deadline", "department")
    rows = rows.filter(inspection__in=Inspection.objects.visible_to(staff))
    return rows.exclude(status__in=[Finding.Status.CLOSED, Finding.Status.FILED]) if open_only else rows


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


def published_inspections() -> QuerySet[Inspection]:
    """Submitted inspections of organisations, for the public page; natural persons stay out (R5.05, R6.08)."""
    return (
        Inspection.objects.filter(status=Inspection.Status.SUBMITTED)
        .exclude(object__subject__kind="person")
        .select_related("object__subject", "object__item", "department")
    )


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
