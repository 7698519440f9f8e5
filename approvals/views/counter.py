"""The other two answers of the window: 补正告知, and 不予受理 or 不受理."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.actions import counter
from approvals.actions.refusals import Ground
from approvals.forms.counter import CorrectionForm, RefusalForm
from approvals.models import Application, ApplicationMaterial
from approvals.views import answers, desk, fetch
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal

State = ApplicationMaterial.State


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.APPLICATION_INTAKE)
def correction(request: StaffRequest, pk: int) -> HttpResponse:
    """出具补正告知: once, everything at once (RULES R1.03)."""
    application = fetch.at_window(request, pk)
    rows = list(application.materials.exclude(state=State.WAIVED).select_related("material"))
    if request.method != "POST":
        form = CorrectionForm(initial={"version": application.version}, rows=rows)
        return _page(request, application, form, "correction")
    form = CorrectionForm(request.POST, rows=rows)
    try:
        answers.check(form)
        counter.request_correction(
            application,
            by=request_actor(request),
            requests=form.requests,
            expected_version=form.cleaned_data["version"],
        )
    except Refusal as refusal:
        return _page(request, fetch.at_window(request, pk), form, "correction", refusal)
    messages.success(request, f"补正告知书已出具，办件编号 {application.number}。")
    return redirect("approvals:application", application.number)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.APPLICATION_INTAKE)
def refusal(request: StaffRequest, pk: int) -> HttpResponse:
    """不予受理 with a reasoned decision, or 不受理 because no permit is needed (RULES R1.01)."""
    application = fetch.at_window(request, pk)
    if request.method != "POST":
        return _page(request, application, RefusalForm(initial={"version": application.version}), "refusal")
    form = RefusalForm(request.POST)
    try:
        _refuse(application, form, request)
    except Refusal as found:
        return _page(request, fetch.at_window(request, pk), form, "refusal", found)
    messages.success(request, f"{application.get_status_display()}，文书已出具，办件编号 {application.number}。")
    return redirect("approvals:application", application.number)


def _refuse(application: Application, form: RefusalForm, request: StaffRequest) -> None:
    answers.check(form)
    values, by = form.cleaned_data, request_actor(request)
    if values["ground"] == RefusalForm.NOT_REQUIRED:
        counter.not_required(application, by=by, reason=values["reason"], expected_version=values["version"])
        return
    counter.refuse_acceptance(
        application,
        by=by,
        ground=Ground(values["ground"]),
        reason=values["reason"],
        right_office=values["right_office"],
        expected_version=values["version"],
    )


def _page(
    request: StaffRequest, application: Application, form: Form, kind: str, found: Refusal | None = None
) -> HttpResponse:
    """The form, again with what was typed after a refusal. A case that went on elsewhere shows where it stands."""
    if application.status not in desk.AT_WINDOW:
        if found is None:
            return redirect("approvals:application", application.number)
        context = {"refusal": found, "application": application}
        return render(request, "approvals/intake/gone.html", context, status=found.status)
    if found is not None:
        answers.take_over(form, found, application)
    context = {"application": application, "form": form, "refusal": found}
    return render(request, f"approvals/intake/{kind}.html", context, status=found.status if found else 200)
