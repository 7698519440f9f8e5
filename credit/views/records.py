"""Keeping credit records (信用管理员): list, register, repair, revoke, objection."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credit.actions import objections
from credit.actions import records as keeping
from credit.forms.filters import RecordFilter
from credit.forms.records import (
    ObjectionDecisionForm,
    ObjectionForm,
    RecordForm,
    RepairForm,
    RevokeForm,
    show_refusal,
)
from credit.lifecycle import OBJECTION, RECORD
from credit.models import CreditRecord
from credit.policies import state_on
from credit.selectors import records as finding
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import allowed_actions
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays.calendar import today

FORMS: dict[str, type[forms.Form]] = {
    "repair": RepairForm,
    "revoke": RevokeForm,
    "raise_objection": ObjectionForm,
    "decide_objection": ObjectionDecisionForm,
}


@require_safe
@require(Permission.CREDIT_MANAGE)
def records(request: StaffRequest) -> HttpResponse:
    """All records, newest decision first."""
    form = RecordFilter(request.GET)
    rows = finding.visible_to(request.user).select_related("subject", "authority")
    page = keyset_page(request, form.apply(rows) if form.is_valid() else rows.none(), ordering=("-decided_on", "-id"))
    day = today()
    context = {
        "form": form,
        "page": page,
        "rows": [(record, state_on(record, day)) for record in page.items],
        "filtered": bool(form.changed_data),
    }
    return render(request, "credit/records/list.html", context, status=200 if form.is_valid() else 422)


@sensitive_post_parameters("subject_code")
@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.CREDIT_MANAGE)
def record_new(request: StaffRequest) -> HttpResponse:
    """Registers a record decided by the officer's own department."""
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fact = form.cleaned_data | {"subject": form.cleaned_data["subject_code"]}
        del fact["subject_code"]
        try:
            made = keeping.record_fact(by=request_actor(request), authority=request.user.department, **fact)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Refusal as refusal:
            form.add_error("document_number", refusal.message)
        else:
            messages.success(request, f"信用记录 {made.number} 已登记。")
            return redirect("credit:record", number=made.number)
    return render(request, "credit/records/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@require(Permission.CREDIT_MANAGE)
def record(request: StaffRequest, number: str) -> HttpResponse:
    """One record with what may be done to it now."""
    return _page(request, _found(request, number))


@require_POST
@require(Permission.CREDIT_MANAGE)
@refusing
def repair(request: StaffRequest, number: str) -> HttpResponse:
    """信用修复."""
    return _change(request, number, "repair", keeping.repair, "信用修复已登记，当日起不再影响办理。")


@require_POST
@require(Permission.CREDIT_MANAGE)
@refusing
def revoke(request: StaffRequest, number: str) -> HttpResponse:
    """撤销记录."""
    return _change(request, number, "revoke", keeping.revoke, "信用记录已撤销，办理历史保留。")


@require_POST
@require(Permission.CREDIT_MANAGE)
@refusing
def raise_objection(request: StaffRequest, number: str) -> HttpResponse:
    """提出异议."""
    return _change(request, number, "raise_objection", objections.raise_objection, "已标注“异议中”。")


@require_POST
@require(Permission.CREDIT_MANAGE)
@refusing
def decide_objection(request: StaffRequest, number: str) -> HttpResponse:
    """异议处理."""
    return _change(request, number, "decide_objection", objections.decide_objection, "异议处理结果已登记。")


def _change(request: StaffRequest, number: str, name: str, act: Callable[..., CreditRecord], done: str) -> HttpResponse:
    """Form, action, back to the record; what is wrong with the input stands beside its field."""
    found = _found(request, number)
    form = FORMS[name](request.POST, prefix=name)
    if form.is_valid():
        try:
            act(found, by=request_actor(request), **form.cleaned_data)
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("credit:record", number=number)
    return _page(request, found, refused=(name, form))


def _found(request: StaffRequest, number: str) -> CreditRecord:
    visible = finding.visible_to(request.user).select_related("subject", "authority")
    return get_object_or_404(visible, number=number)


def _page(request: StaffRequest, found: CreditRecord, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    state = state_on(found, today())
    allowed = _allowed(found, state)
    shown: dict[str, Any] = {name: FORMS[name](prefix=name) for name in allowed}
    if refused:
        shown[refused[0]] = refused[1]
    context = {
        "record": found,
        "state": state,
        "forms": shown,
        "measures": found.joint_measures.select_related("measure", "implemented_by"),
    }
    return render(request, "credit/records/detail.html", context, status=422 if refused else 200)


def _allowed(found: CreditRecord, state: str) -> list[str]:
    """The forms of this state, from the tables; both ends of an objection share one form."""
    of_record = set(allowed_actions(RECORD, state))
    of_objection = set(allowed_actions(OBJECTION, found.objection))
    if found.level == CreditRecord.Level.POSITIVE:
        of_record.discard("repair")
    names = of_record - {"raise_objection"} | (of_record & of_objection)
    if "uphold_objection" in of_objection:
        names.add("decide_objection")
    return [name for name in FORMS if name in names]
