"""What departments' own systems reported: penalties and clues, with the one step left to people."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from supervision import selectors
from supervision.actions import clues, penalties
from supervision.forms.reports import ConclusionForm, WithdrawalForm
from supervision.lifecycle import CLUE, PENALTY
from supervision.models import Clue, Penalty

SEEN_BY = (Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE, Permission.COORDINATION_VIEW)


@require_safe
@require(*SEEN_BY)
def penalty_list(request: StaffRequest) -> HttpResponse:
    """Newest first, searched by `?q=`."""
    text = request.GET.get("q", "").strip()
    page = keyset_page(request, selectors.penalties_for(request.user, text=text), ordering=("-id",))
    return render(request, "supervision/penalties/list.html", {"page": page, "text": text})


@require_http_methods(["GET", "HEAD", "POST"])
@require(*SEEN_BY)
@refusing
def penalty_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One penalty; the head of the department may say that it was quashed."""
    rows = selectors.penalties_for(request.user).select_related("credit_record")
    penalty = get_object_or_404(rows, number=number)
    form = WithdrawalForm(request.POST or None, initial={"on": calendar.today()})
    if request.method == "POST" and form.is_valid():
        try:
            penalties.withdraw(penalty, by=request_actor(request), **form.cleaned_data)
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"处罚 {penalty.document_number} 已登记撤销，信用记录同时撤销。")
            return redirect("supervision:penalty", number)
    is_own = request.user.department_id == penalty.department_id
    may = is_own and request.user.may(Permission.INSPECTION_MANAGE)
    context = {
        "penalty": penalty,
        "form": form if may and penalty.status in PENALTY["withdraw"].sources else None,
        "is_withdrawn": penalty.status == Penalty.Status.WITHDRAWN,
    }
    return render(request, "supervision/penalties/detail.html", context, status=422 if form.errors else 200)


@require_safe
@require(*SEEN_BY)
def clue_list(request: StaffRequest) -> HttpResponse:
    """Open clues, newest first; `?all=1` with the concluded ones, `?q=` searches."""
    text, show_all = request.GET.get("q", "").strip(), bool(request.GET.get("all"))
    rows = selectors.clues_for(request.user, open_only=not show_all, text=text)
    page = keyset_page(request, rows, ordering=("-id",))
    return render(request, "supervision/clues/list.html", {"page": page, "text": text, "show_all": show_all})


@require_http_methods(["GET", "HEAD", "POST"])
@require(*SEEN_BY)
@refusing
def clue_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One clue; an inspector of the department says what looking into it showed."""
    clue = get_object_or_404(selectors.clues_for(request.user, open_only=False), number=number)
    form = ConclusionForm(request.POST or None, initial={"handled_on": calendar.today()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            clues.conclude(
                clue,
                by=request_actor(request),
                outcome=said["outcome"],
                handling=said["handling"],
                on=said["handled_on"],
            )
        except Refusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"线索 {clue.number} 已办结。")
            return redirect("supervision:clue", number)
    return render(request, "supervision/clues/detail.html", _clue_context(request, clue, form), status=_status(form))


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def clue_take(request: StaffRequest, number: str) -> HttpResponse:
    """Takes a clue in hand."""
    clue = get_object_or_404(selectors.clues_for(request.user, open_only=False), number=number)
    clues.take(clue, by=request_actor(request))
    messages.success(request, f"线索 {number} 由您接手处置。")
    return redirect("supervision:clue", number)


def _clue_context(request: StaffRequest, clue: Clue, form: ConclusionForm) -> dict[str, object]:
    due_on = calendar.add_workdays(calendar.received_on(clue.received_at), clue.handling_days)
    may = request.user.department_id == clue.department_id and request.user.may(Permission.INSPECTION_DO)
    return {
        "clue": clue,
        "due_on": due_on.due_on,
        "is_late": clue.status != Clue.Status.CLOSED and calendar.today() - due_on.due_on > timedelta(0),
        "may_take": may and clue.status in CLUE["take"].sources,
        "form": form if may and clue.status in CLUE["conclude"].sources else None,
    }


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200


def _show(form: forms.Form, refusal: Refusal) -> None:
    """Puts a refusal beside the fields it names."""
    for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
        form.add_error(field if field in form.fields else None, sentences)
