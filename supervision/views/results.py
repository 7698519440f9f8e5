"""The last page of an inspection: the result, the inspectors, and who will hear of it."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar
from supervision import policies
from supervision.actions import findings, inspections
from supervision.forms.inspections import ResultForm
from supervision.models import CheckTask, Inspection, InspectionElement
from supervision.selectors import inspection_sheet, inspectors_of
from supervision.views.inspections import sheet_context
from supervision.views.tasks import fetch

Measure = InspectionElement.Measure


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.INSPECTION_DO)
def result(request: StaffRequest, number: str) -> HttpResponse:
    """Shows who receives what and submits the inspection. A refusal keeps everything typed."""
    found = fetch(request, number)
    if request.method != "POST":
        if found.status == Inspection.Status.SUBMITTED:
            return redirect("supervision:inspection", number)
        return _page(request, found, _form(request, found))
    form = _form(request, found, request.POST)
    try:
        if not form.is_valid():
            raise Invalid("检查结果还没有提交，请更正标出的内容。")
        submitted = _submit(request, found, form)
    except Refusal as refusal:
        return _refused(request, number, form, refusal)
    messages.success(
        request, "检查结果已提交。" + ("异常情况已推送审批部门。" if submitted.is_abnormal else "结果正常，已归档。")
    )
    return redirect("supervision:inspection", number)


def _submit(request: StaffRequest, found: Inspection, form: ResultForm) -> Inspection:
    values = form.cleaned_data
    return inspections.submit(
        found,
        by=request_actor(request),
        inspectors=list(values["inspectors"]),
        checked_on=values["checked_on"],
        result_codes=values["result_codes"],
        commitment_result=values.get("commitment_result", ""),
        summary=values["summary"],
        expected_version=values["version"],
    )


def _refused(request: StaffRequest, number: str, form: ResultForm, refusal: Refusal) -> HttpResponse:
    """The same form again over the present state, so that whoever has read the reason can submit once more."""
    now = fetch(request, number)
    typed = request.POST.copy()
    typed["version"] = str(now.version)
    again = _form(request, now, typed)
    again.full_clean()
    for field, texts in getattr(refusal, "errors", {}).items():
        again.add_error(field if field in again.fields else None, texts)
    return _page(request, now, again, refusal)


def _form(request: StaffRequest, found: Inspection, data: QueryDict | None = None) -> ResultForm:
    """The form, pre-filled with what is nearly always right: today, oneself, and the code the checklist suggests."""
    verdicts = set(found.elements.values_list("verdict", flat=True))
    failed = InspectionElement.Verdict.FAIL in verdicts
    initial = {
        "checked_on": found.checked_on or calendar.today(),
        "inspectors": [request.user.pk],
        "result_codes": [Inspection.ResultCode.CORRECTED if failed else Inspection.ResultCode.NO_PROBLEM],
        "version": found.version,
    }
    with_commitment = found.task is not None and found.task.kind == CheckTask.Kind.COMMITMENT_CHECK
    people = inspectors_of(found.department_id)
    return ResultForm(data, initial=initial, inspectors=people, with_commitment=with_commitment)


def _page(request: StaffRequest, found: Inspection, form: ResultForm, refusal: Refusal | None = None) -> HttpResponse:
    rows = inspection_sheet(found)
    failed = [row for row in rows if row.verdict == InspectionElement.Verdict.FAIL]
    context = sheet_context(request, found) | {
        "form": form,
        "refusal": refusal,
        "is_over": found.status == Inspection.Status.SUBMITTED,
        "open_errors": policies.element_errors(rows, found.checked_on),
        "gravest": _gravest(failed),
        "orders": _orders(failed),
        "photos": sum(len(row.photos.all()) for row in rows),
    }
    return render(request, "supervision/inspection/result.html", context, status=refusal.status if refusal else 200)


def _gravest(failed: list[InspectionElement]) -> str:
    """What the worst failed element leads to, in words; empty while no measure is chosen."""
    chosen = {row.measure for row in failed}
    return next(
        (str(one.label) for one in (Measure.FILE_CASE, Measure.RECTIFY, Measure.ON_THE_SPOT) if one in chosen), ""
    )


def _orders(failed: list[InspectionElement]) -> list[tuple[InspectionElement, date]]:
    """Elements to be mended by a date, each with the day by which its re-check will be due."""
    return [
        (row, calendar.add_workdays(row.rectify_by, findings.RECHECK_DAYS).due_on)
        for row in failed
        if row.measure == Measure.RECTIFY and row.rectify_by
    ]
