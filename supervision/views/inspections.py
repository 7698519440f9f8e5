"""The inspection on a phone: the checklist, photos, the result, and the record afterwards."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.responses import download
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import policies, selectors
from supervision.actions import inspections
from supervision.forms.inspections import ElementForm, PhotoForm, ResultForm
from supervision.models import CheckTask, Inspection, InspectionElement, InspectionPhoto
from supervision.views.tasks import fetch

V = InspectionElement.Verdict


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def inspection(request: StaffRequest, number: str) -> HttpResponse:
    """The checklist while it is a draft, the record once it is submitted."""
    found = fetch(request, number)
    if found.status == Inspection.Status.SUBMITTED:
        context = {"inspection": found, "elements": selectors.inspection_sheet(found)}
        return render(request, "supervision/inspection/record.html", context)
    return render(request, "supervision/inspection/sheet.html", sheet_context(found))


def sheet_context(found: Inspection) -> dict[str, object]:
    """What the checklist page and its fragments show."""
    elements = selectors.inspection_sheet(found)
    judged = sum(row.verdict != V.UNCHECKED for row in elements)
    task = found.task
    return {
        "inspection": found,
        "elements": elements,
        "judged": judged,
        "failed": sum(row.verdict == V.FAIL for row in elements),
        "percent": 100 * judged // len(elements) if elements else 100,
        "due": due_state(task.deadline, calendar.today()) if task else None,
        "measures": InspectionElement.Measure.choices,
    }


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def element(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Saves one verdict and answers with that element and the progress."""
    found = fetch(request, number)
    form = ElementForm(request.POST)
    if not form.is_valid():
        raise Invalid("请更正后再保存。", {name: [str(text) for text in texts] for name, texts in form.errors.items()})
    inspections.record_element(found, by=request_actor(request), element_id=pk, **form.cleaned_data)
    return _element_fragment(request, found, pk)


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def remainder(request: StaffRequest, number: str) -> HttpResponse:
    """Marks every element not judged yet 合格, each by the same action as a single press."""
    found = fetch(request, number)
    for row in selectors.inspection_sheet(found):
        if row.verdict == V.UNCHECKED and V.PASS.label in row.element.verdicts:
            inspections.record_element(found, by=request_actor(request), element_id=row.pk, verdict=V.PASS)
    return redirect("supervision:inspection", number)


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def photo_add(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Adds a photo to an element and answers with that element."""
    found = fetch(request, number)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid("请先选择照片。", {"photo": ["请先选择照片。"]})
    inspections.add_photo(found, by=request_actor(request), element_id=pk, uploaded=form.cleaned_data["photo"])
    return _element_fragment(request, found, pk)


def _element_fragment(request: HttpRequest, found: Inspection, pk: int) -> HttpResponse:
    context = sheet_context(found)
    row = next(row for row in selectors.inspection_sheet(found) if row.pk == pk)
    return render(request, "supervision/inspection/_saved.html", context | {"row": row})


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def photo(request: StaffRequest, number: str, pk: int) -> FileResponse:
    """A photo of an inspection the viewer may see."""
    taken = get_object_or_404(InspectionPhoto, pk=pk, element__inspection=fetch(request, number))
    return download(taken.file)


def _result_form(found: Inspection, request: StaffRequest, data: object = None) -> ResultForm:
    people = selectors.inspectors_of(found.department_id)
    task = found.task
    failed = found.elements.filter(verdict=V.FAIL).exists()
    initial = {
        "checked_on": found.checked_on or calendar.today(),
        "inspectors": [person.pk for person in people if person.pk == request.user.pk],
        "result_codes": [Inspection.ResultCode.CORRECTED if failed else Inspection.ResultCode.NO_PROBLEM],
        "version": found.version,
    }
    with_commitment = task is not None and task.kind == CheckTask.Kind.COMMITMENT_CHECK
    return ResultForm(data, initial=initial, inspectors=people, with_commitment=with_commitment)


def _result_page(
    request: StaffRequest, found: Inspection, form: ResultForm, refusal: Refusal | None = None
) -> HttpResponse:
    context = sheet_context(found) | {
        "form": form,
        "refusal": refusal,
        "open_errors": policies.element_errors(selectors.inspection_sheet(found), found.checked_on),
        "photos": InspectionPhoto.objects.filter(element__inspection=found).count(),
    }
    return render(request, "supervision/inspection/result.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.INSPECTION_DO)
def result(request: StaffRequest, number: str) -> HttpResponse:
    """Who receives what; submits the inspection. A refusal keeps everything typed."""
    found = fetch(request, number)
    if request.method != "POST":
        if found.status == Inspection.Status.SUBMITTED:
            return redirect("supervision:inspection", number)
        return _result_page(request, found, _result_form(found, request))
    form = _result_form(found, request, request.POST)
    if not form.is_valid():
        return _result_page(request, found, form, Invalid("请更正标出的内容。"))
    values = form.cleaned_data
    try:
        inspections.submit(
            found,
            by=request_actor(request),
            inspectors=list(values["inspectors"]),
            checked_on=values["checked_on"],
            result_codes=values["result_codes"],
            commitment_result=values.get("commitment_result", ""),
            summary=values["summary"],
            expected_version=values["version"],
        )
    except Refusal as refusal:
        for field, texts in getattr(refusal, "errors", {}).items():
            form.add_error(field if field in form.fields else None, texts)
        return _result_page(request, found, form, refusal)
    messages.success(request, "检查结果已提交。" + ("异常情况已推送审批部门。" if _abnormal(found) else ""))
    return redirect("supervision:inspection", number)


def _abnormal(found: Inspection) -> bool:
    return Inspection.objects.values_list("is_abnormal", flat=True).get(pk=found.pk)
