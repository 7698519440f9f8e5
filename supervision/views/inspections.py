"""The inspection on a phone: the checklist, its answers, and the record afterwards."""

from datetime import timedelta

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.responses import download
from shenguan.refusals import Invalid, Refusal, StaleVersion
from shenguan.ui.views.refusals import refused_response, refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import selectors
from supervision.actions import inspections
from supervision.forms.inspections import ElementForm, PhotoForm
from supervision.models import Inspection, InspectionElement, InspectionPhoto
from supervision.views.tasks import fetch

QUICK_DAYS = (3, 5, 10)  # 自然日, the usual terms of a rectification order
Verdict = InspectionElement.Verdict


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def inspection(request: StaffRequest, number: str) -> HttpResponse:
    """The checklist while it is a draft, the record once it is submitted."""
    found = fetch(request, number)
    if found.status == Inspection.Status.SUBMITTED:
        context = {"inspection": found, "elements": selectors.inspection_sheet(found), "keeper": keeper(request, found)}
        return render(request, "supervision/inspection/record.html", context)
    today = calendar.today()
    context = sheet_context(request, found) | {
        "may_record": request.user.may(Permission.INSPECTION_DO) and request.user.department_id == found.department_id,
        "measures": InspectionElement.Measure.choices,
        "earliest": today + timedelta(days=1),
        "quick_dates": [(days, today + timedelta(days=days)) for days in QUICK_DAYS],
    }
    return render(request, "supervision/inspection/sheet.html", context)


def sheet_context(request: StaffRequest, found: Inspection) -> dict[str, object]:
    """What the checklist and the result page both show."""
    elements = selectors.inspection_sheet(found)
    judged = sum(row.verdict != Verdict.UNCHECKED for row in elements)
    return {
        "inspection": found,
        "elements": elements,
        "judged": judged,
        "failed": sum(row.verdict == Verdict.FAIL for row in elements),
        "percent": 100 * judged // len(elements) if elements else 100,
        "due": due_state(found.task.deadline, calendar.today()) if found.task else None,
        "keeper": keeper(request, found),
    }


def keeper(request: StaffRequest, found: Inspection) -> str:
    """Under which name a phone keeps unsent answers: they are this person's and nobody else's."""
    return f"{found.number}:{request.user.pk}"


def _beside_element(request: StaffRequest, refusal: Refusal, number: str, pk: int) -> HttpResponse:
    """A refusal stands in the card of its element and touches nothing else; a plain request gets a page."""
    if not request.htmx:
        return refused_response(request, refusal)
    row = get_object_or_404(InspectionElement, pk=pk, inspection=fetch(request, number))
    context = {"row": row, "refusal": refusal, "is_stale": isinstance(refusal, StaleVersion)}
    return render(request, "supervision/inspection/_refused.html", context, status=refusal.status)


@require_POST
@require(Permission.INSPECTION_DO)
@refusing(on_refusal=_beside_element)
def element(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Saves the answer to one element; what stands on the screen stays as it is."""
    found = fetch(request, number)
    form = ElementForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有保存，请更正后再试。", {name: list(map(str, texts)) for name, texts in form.errors.items()})
    row = inspections.record_element(found, by=request_actor(request), element_id=pk, **form.cleaned_data)
    if not request.htmx:
        return redirect("supervision:inspection", number)
    return render(request, "supervision/inspection/_saved.html", {"row": row})


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def remainder(request: StaffRequest, number: str) -> HttpResponse:
    """Marks every element not judged yet 合格."""
    inspections.pass_remainder(fetch(request, number), by=request_actor(request))
    return redirect("supervision:inspection", number)


@require_POST
@require(Permission.INSPECTION_DO)
@refusing(on_refusal=_beside_element)
def photo_add(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Adds a photo to an element."""
    found = fetch(request, number)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid("照片没有上传。", {"photo": ["请选择一张照片，文件不能是空的。"]})
    taken = inspections.add_photo(found, by=request_actor(request), element_id=pk, uploaded=form.cleaned_data["photo"])
    if not request.htmx:
        return redirect("supervision:inspection", number)
    context = {"inspection": found, "row": taken.element, "photo": taken}
    return render(request, "supervision/inspection/_photo_added.html", context)


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def photo(request: StaffRequest, number: str, pk: int) -> FileResponse:
    """A photo of an inspection the viewer may see."""
    taken = get_object_or_404(
        InspectionPhoto.objects.select_related("file"), pk=pk, element__inspection=fetch(request, number)
    )
    return download(taken.file)
