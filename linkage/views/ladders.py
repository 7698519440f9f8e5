"""Escalation ladders (催办规则): what they say now and said before; making and rewording one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from linkage.actions import ladders
from linkage.forms.ladders import LadderForm
from linkage.models import EscalationLadder
from linkage.selectors.ladders import all_ladders
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar

READERS = (Permission.LINKAGE_LIST_VIEW, Permission.PUSH_ARBITRATE)


@require_safe
@require(*READERS)
def ladder_list(request: StaffRequest) -> HttpResponse:
    """Every ladder with its steps, for whoever is held to them; only coordinators change them."""
    context = {
        "ladders": all_ladders(),
        "today": calendar.today(),
        "may_edit": request.user.may(Permission.PUSH_ARBITRATE),
    }
    return render(request, "linkage/ladders/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ARBITRATE)
@refusing
def ladder_new(request: StaffRequest) -> HttpResponse:
    """One more ladder for entries of the list to choose."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ARBITRATE)
@refusing
def ladder_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """A new version of a ladder."""
    return _edit(request, get_object_or_404(EscalationLadder, pk=pk))


def _edit(request: StaffRequest, ladder: EscalationLadder | None) -> HttpResponse:
    form = LadderForm(ladder, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, ladder, form, status=422 if form.is_bound else 200)
    try:
        done = _save(request, ladder, form)
    except Refusal as refusal:
        for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return _page(request, ladder, form, status=refusal.status)
    messages.success(request, done)
    return redirect("linkage:ladders")


def _save(request: StaffRequest, ladder: EscalationLadder | None, form: LadderForm) -> str:
    by, values = request_actor(request), form.values()
    if ladder is None:
        made = ladders.create(by=by, name=form.cleaned_data["name"], values=values)
        return f"已新建催办规则“{made}”，可在联动事项清单中选用。"
    version = ladders.revise(
        ladder,
        by=by,
        values=values,
        reason=form.cleaned_data["reason"],
        expected_number=form.cleaned_data["number"],
    )
    return f"已保存“{ladder}”第 {version.number} 版，自 {version.valid_from} 起用于新开始的计时。"


def _page(request: StaffRequest, ladder: EscalationLadder | None, form: LadderForm, status: int) -> HttpResponse:
    return render(request, "linkage/ladders/edit.html", {"ladder": ladder, "form": form}, status=status)
