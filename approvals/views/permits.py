"""A permit and what may be done to it by the department that issued it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from approvals.actions import permits
from approvals.forms.case import PermitForm
from approvals.law import LICENSING_LAW
from approvals.lifecycle import PERMIT
from approvals.models import Permit
from approvals.views import answers, fetch
from approvals.views.qr import qr_code
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import allowed_actions
from shenguan.refusals import Refusal


@dataclass(frozen=True)
class Change:
    """One act on a permit, its usual basis and what follows."""

    label: str
    icon: str
    act: Callable[..., Permit]
    basis: str
    effects: tuple[str, ...]
    is_grave: bool = False


PUSH_NUMBER = re.compile(r"TS[0-9]{8}-[0-9]{4,9}")  # the report an act answers, named in the address
TOLD = "监管部门立即收到推送，监管对象同步更新"
PAPER = "自动出具决定书，记入证照履历，不能删除"
CHANGES: dict[str, Change] = {
    "change": Change("变更", "pencil", permits.change, f"{LICENSING_LAW}第四十九条", (PAPER, TOLD)),
    "suspend": Change("暂扣", "player-pause", permits.suspend, "", (PAPER, "公众查验显示“暂扣”", TOLD), is_grave=True),
    "restore": Change("恢复", "refresh", permits.restore, "", ("公众查验恢复显示“有效”", TOLD)),
    "revoke": Change(
        "撤销",
        "ban",
        permits.revoke,
        f"{LICENSING_LAW}第六十九条",
        (PAPER, "许可自始不发生效力的，公众查验显示“已撤销”", "随后必须办理注销（行政许可法第七十条）", TOLD),
        is_grave=True,
    ),
    "withdraw": Change(
        "撤回",
        "arrow-back-up",
        permits.withdraw,
        f"{LICENSING_LAW}第八条",
        (PAPER, "给持证人造成财产损失的，应当依法补偿", "随后必须办理注销（行政许可法第七十条）", TOLD),
        is_grave=True,
    ),
    "cancel": Change(
        "注销",
        "x",
        permits.cancel,
        f"{LICENSING_LAW}第七十条",
        (PAPER, "公众查验显示“已注销”，不能恢复", TOLD),
        is_grave=True,
    ),
}


@require_safe
@require(Permission.APPLICATION_VIEW)
def permit(request: StaffRequest, pk: int) -> HttpResponse:
    """One permit, its history and the acts open now."""
    found = fetch.permit(request, pk)
    public = reverse("approvals_public:permit", args=[found.token])
    context = {
        "permit": found,
        "history": found.events.all(),
        "changes": _open(request, found),
        "public_url": public,
        "qr": qr_code(request.build_absolute_uri(public)),
        "awaits_cancellation": found.status in (Permit.Status.REVOKED, Permit.Status.WITHDRAWN),
    }
    return render(request, "approvals/permits/detail.html", context)


def _open(request: StaffRequest, found: Permit) -> list[tuple[str, Change]]:
    if not request.user.may(Permission.PERMIT_MANAGE) or request.user.department_id != found.department_id:
        return []
    return [(key, CHANGES[key]) for key in allowed_actions(PERMIT, found.status) if key in CHANGES]


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PERMIT_MANAGE)
def change(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """The confirmation with its consequences; POST does it. A refusal keeps what was typed."""
    wanted = CHANGES.get(key)
    if wanted is None:
        raise Http404("没有这项操作。")
    found = fetch.permit(request, pk)
    if request.method != "POST":
        report = request.GET.get("push", "")
        reason = f"监管部门反馈（推送 {report}）：" if PUSH_NUMBER.fullmatch(report) else ""
        form = PermitForm(action=key, basis=wanted.basis, initial={"reason": reason})
        return _change_page(request, found, wanted, form, None)
    form = PermitForm(request.POST, action=key, basis=wanted.basis)
    try:
        answers.check(form)
        wanted.act(found, by=request_actor(request), **form.cleaned_data)
    except Refusal as refusal:
        answers.take_over(form, refusal)
        return _change_page(request, fetch.permit(request, pk), wanted, form, refusal)
    messages.success(request, f"已{wanted.label}：{found.name} {found.number}。")
    return redirect("approvals:permit", pk)


def _change_page(
    request: StaffRequest, found: Permit, wanted: Change, form: PermitForm, refusal: Refusal | None
) -> HttpResponse:
    context = {"permit": found, "change": wanted, "form": form, "refusal": refusal}
    return render(request, "approvals/permits/change.html", context, status=refusal.status if refusal else 200)
