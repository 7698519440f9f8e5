"""Exchange contracts (数据共享协议): the matrix of departments, one contract with its editions, drawing it up."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linkage.actions import contracts, withholding
from linkage.forms.contracts import PairForm, ReasonForm, TermsForm
from linkage.lifecycle import CONTRACT
from linkage.models import ExchangeContract
from linkage.selectors import contracts as selectors
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import allowed_actions
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar

READERS = (Permission.CONTRACT_MANAGE, Permission.CONTRACT_CONFIRM)
DONE = {
    "propose": "已提交部门确认",
    "confirm": "已确认，协议生效",
    "send_back": "已退回平台方修改",
    "end": "协议已终止",
}


@require_safe
@require(*READERS)
def contract_matrix(request: StaffRequest) -> HttpResponse:
    """Every department with what is agreed in either direction."""
    rows = selectors.matrix(request.user, calendar.today())
    context = {
        "rows": rows,
        "may_manage": request.user.may(Permission.CONTRACT_MANAGE),
        "agreed": sum(row.outgoing is not None for row in rows),
        "withheld": sum(row.withheld for row in rows),
    }
    return render(request, "linkage/contracts/matrix.html", context)


@require_safe
@require(*READERS)
def contract_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One edition, the others beside it, and what may be done with it now."""
    return _page(request, _fetch(request, number))


@require_safe
@require(*READERS)
def contract_print(request: StaffRequest, number: str) -> HttpResponse:
    """The contract as a paper both sides sign."""
    context = {"contract": _fetch(request, number), "today": calendar.today()}
    return render(request, "linkage/contracts/paper.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.CONTRACT_MANAGE)
@refusing
def contract_new(request: StaffRequest) -> HttpResponse:
    """Draws up the next edition, beginning with the terms in force. `?department=&direction=`."""
    pair = PairForm(request.GET or None)
    if not pair.is_valid():
        context = {"pair": pair, "form": None}
        return render(request, "linkage/contracts/form.html", context, status=422 if pair.errors else 200)
    department, direction = pair.cleaned_data["department"], pair.cleaned_data["direction"]
    earlier = ExchangeContract.objects.filter(department=department, direction=direction).order_by("-edition").first()
    initial = _terms_of(earlier) if earlier else {"limit_days": 1}
    initial |= {"valid_from": calendar.today(), "valid_to": None}
    form = TermsForm(request.POST or None, direction=direction, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _try(
            form,
            lambda: contracts.draft(
                by=request_actor(request), department=department, direction=direction, **form.terms()
            ),
        )
        if made is not None:
            messages.success(request, f"协议 {made.number} 已草拟，请核对后提交部门确认。")
            return redirect("linkage:contract", made.number)
    return _form_page(request, form, department, direction)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.CONTRACT_MANAGE)
@refusing
def contract_edit(request: StaffRequest, number: str) -> HttpResponse:
    """Changes a draft."""
    contract = _fetch(request, number)
    initial = _terms_of(contract) | {"version": contract.row_version}
    form = TermsForm(request.POST or None, direction=contract.direction, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        made = _try(
            form,
            lambda: contracts.edit(contract, by=request_actor(request), expected_version=version, **form.terms()),
        )
        if made is not None:
            messages.success(request, f"协议 {number} 已修改。")
            return redirect("linkage:contract", number)
    return _form_page(request, form, contract.department, contract.direction, contract)


@require_POST
@require(Permission.CONTRACT_MANAGE, Permission.CONTRACT_CONFIRM)
@refusing
def contract_act(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """One step: propose, confirm, send_back or end."""
    contract, by = _fetch(request, number), request_actor(request)
    if action not in DONE:
        raise Http404("没有这个操作。")
    if action in ("send_back", "end"):
        act = contracts.send_back if action == "send_back" else contracts.end
        act(contract, by=by, reason=request.POST.get("reason", ""))
    else:
        (contracts.propose if action == "propose" else contracts.confirm)(contract, by=by)
    messages.success(request, f"协议 {number}：{DONE[action]}。")
    return redirect("linkage:contract", number)


@require_POST
@require(Permission.CONTRACT_MANAGE)
@refusing
def withheld_release(request: StaffRequest, code: str) -> HttpResponse:
    """Sends what the department's contract covers by now."""
    department = get_object_or_404(Department, code=code)
    released, stay = withholding.release(department, by=request_actor(request))
    left = f"，仍有 {stay} 条在协议外" if stay else ""
    messages.success(request, f"已放行 {department} {released} 条{left}。")
    return redirect("linkage:withheld")


def _fetch(request: StaffRequest, number: str) -> ExchangeContract:
    rows = ExchangeContract.objects.visible_to(request.user).select_related("department")
    return get_object_or_404(rows, number=number)


def _page(request: StaffRequest, contract: ExchangeContract) -> HttpResponse:
    viewer, allowed = request.user, allowed_actions(CONTRACT, contract.status)
    is_own = viewer.department_id == contract.department_id and viewer.may(Permission.CONTRACT_CONFIRM)
    is_manager = viewer.may(Permission.CONTRACT_MANAGE)
    offered = {name for name in allowed if _may(name, is_own=is_own, is_manager=is_manager)}
    context = {
        "contract": contract,
        "editions": selectors.editions(contract, viewer),
        "offered": offered,
        "reason_form": ReasonForm(auto_id="id_reason_%s"),
        "withheld": selectors.withheld().filter(department=contract.department_id).count(),
    }
    return render(request, "linkage/contracts/detail.html", context)


def _may(action: str, *, is_own: bool, is_manager: bool) -> bool:
    if action in ("edit", "propose"):
        return is_manager
    return is_own or (action == "end" and is_manager)


def _terms_of(contract: ExchangeContract) -> dict[str, Any]:
    return {name: getattr(contract, name) for name in contracts.TERMS}


def _try(form: forms.Form, act: Callable[[], ExchangeContract]) -> ExchangeContract | None:
    """Does it; a refusal that names fields stands beside them, any other above the form."""
    try:
        return act()
    except Refusal as refusal:
        for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return None


def _form_page(
    request: StaffRequest,
    form: TermsForm,
    department: Department,
    direction: str,
    contract: ExchangeContract | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "department": department,
        "direction": ExchangeContract.Direction(direction).label,
        "contract": contract,
    }
    return render(request, "linkage/contracts/form.html", context, status=422 if form.errors else 200)
