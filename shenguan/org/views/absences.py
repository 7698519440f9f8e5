"""People who are away: the register of a department, and the form to add to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.actions import absences as actions
from shenguan.org.forms.absences import AbsenceForm, recordable
from shenguan.org.models import Absence
from shenguan.refusals import Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.ABSENCE_RECORD)
@refusing
def absences(request: StaffRequest) -> HttpResponse:
    """Who is or will be away, newest first, and the form."""
    if request.method != "POST":
        return _page(request, AbsenceForm(request.user, initial={"starts_on": calendar.today().isoformat()}))
    form = AbsenceForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        absence = actions.record_absence(by=request_actor(request), **form.cleaned_data)
    except Refusal as refusal:
        errors: dict[str, list[str]] = getattr(refusal, "errors", {}) or {"": [refusal.message]}
        for field, sentences in errors.items():
            form.add_error(field or None, sentences)
        return _page(request, form, status=refusal.status)
    messages.success(request, f"已登记：{absence.staff}，{absence.starts_on} 至 {absence.ends_on}。")
    return redirect("org:absences")


@require_POST
@require(Permission.ABSENCE_RECORD)
@refusing
def absence_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Takes one back."""
    absence = get_object_or_404(Absence, pk=pk, staff__in=recordable(request.user))
    actions.cancel_absence(absence, by=request_actor(request))
    messages.success(request, f"已撤销：{absence}，即日起恢复承接推送。")
    return redirect("org:absences")


def _page(request: StaffRequest, form: AbsenceForm, status: int = 200) -> HttpResponse:
    rows = Absence.objects.filter(staff__in=recordable(request.user)).select_related("staff__department", "deputy")
    page = keyset_page(request, rows, ordering=("-starts_on", "-id"))
    context = {"form": form, "page": page, "today": calendar.today()}
    return render(request, "org/absences.html", context, status=status)
