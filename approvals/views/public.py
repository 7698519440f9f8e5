"""Checking a permit, for anybody: by its number and holder, or by the code in its QR picture (RULES R1.15, R5.05)."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from approvals.models import Permit
from approvals.selectors import permits
from approvals.views.qr import qr_code
from shenguan.access.decorators import public
from shenguan.workdays import calendar

Status = Permit.Status


@dataclass(frozen=True)
class Verdict:
    """What a visitor reads first: tone, sign and words agree."""

    tone: str
    icon: str
    title: str
    text: str


VALID = Verdict("ok", "rosette-discount-check", "有效", "与发证机关记录一致")
EXPIRED = Verdict("wn", "clock-exclamation", "已过期", "有效期已届满，未办理延续")
UNKNOWN = Verdict("dg", "zoom-question", "查无此证", "发证机关没有与所填内容一致的证照记录")
VERDICTS = {
    Status.VALID: VALID,
    Status.EXPIRED: EXPIRED,
    Status.SUSPENDED: Verdict("wn", "player-pause", "暂扣", "证照被依法暂扣，暂扣期间不得从事许可活动"),
    Status.CANCELLED: Verdict("mu", "circle-x", "已注销", "许可已依法注销，证照不再有效"),
    Status.REVOKED: Verdict("dg", "ban", "已撤销", "许可已被依法撤销，证照不再有效"),
    Status.WITHDRAWN: Verdict("dg", "ban", "已撤回", "许可已被依法撤回，证照不再有效"),
}


class PermitSearchForm(forms.Form):
    """Both must fit, so that numbers cannot be tried one by one."""

    number = forms.CharField(label="证照编号", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    holder = forms.CharField(label="持证单位名称或统一社会信用代码", max_length=200, help_text="自然人持证的，填写姓名")


def verdict_on(permit: Permit) -> Verdict:
    """A valid permit whose last day is over has expired, whether or not somebody has registered that."""
    if permit.status == Status.VALID and permit.valid_to < calendar.today():
        return EXPIRED
    return VERDICTS[Status(permit.status)]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def permit_search(request: HttpRequest) -> HttpResponse:
    """The question, sent by POST: a person's name must not stand in an address."""
    form = PermitSearchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = permits.with_holder(form.cleaned_data["number"], form.cleaned_data["holder"])
        if found is not None:
            return redirect("approvals_public:permit", found.token)
        context = {"form": form, "verdict": UNKNOWN}
        return render(request, "approvals/public/search.html", context, status=404)
    status = 422 if form.is_bound else 200
    return render(request, "approvals/public/search.html", {"form": form, "verdict": None}, status=status)


@public
@require_safe
def permit(request: HttpRequest, token: str) -> HttpResponse:
    """The answer for one code; an unknown code is told plainly."""
    found = permits.with_token(token)
    if found is None:
        return render(request, "approvals/public/unknown.html", {"verdict": UNKNOWN}, status=404)
    context = {
        "permit": found,
        "verdict": verdict_on(found),
        "address": "" if found.subject.is_person else found.application.address,
        "last_event": found.events.last(),
        "checked_at": timezone.now(),
        "qr": qr_code(request.build_absolute_uri(reverse("approvals_public:permit", args=[token]))),
    }
    return render(request, "approvals/public/permit.html", context)
