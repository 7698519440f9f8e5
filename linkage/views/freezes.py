"""Freezes of approvals (冻结审批请求): asked for by supervision, answered by approval, one page for both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credit import dealings
from credit.actions import freezes
from credit.lifecycle import FREEZE
from credit.models import Freeze, Subject
from linkage.forms.freezes import EndForm, ExtendForm, FreezeForm, OverrideForm, held_cases
from linkage.models import Push
from linkage.selectors.cases import visible_pushes
from linkage.views.refused import show
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.events.models import Event
from shenguan.files.actions import store_upload
from shenguan.files.responses import download
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW, Permission.APPLICATION_VIEW)
ACTORS = (Permission.PUSH_FEEDBACK, Permission.FREEZE_OVERRIDE, Permission.PUSH_ARBITRATE)


@dataclass(frozen=True)
class Act:
    """One thing to be done with a freeze: its form, its call, what it says afterwards."""

    form: type[EndForm]
    run: Callable[..., object]
    done: str


ACTS: dict[str, Act] = {
    "withdraw": Act(EndForm, freezes.withdraw, "已撤回冻结请求，审批部门将收到推送。"),
    "extend": Act(ExtendForm, freezes.extend, "已延长冻结，审批部门将收到推送。"),
    "lift": Act(EndForm, freezes.lift, "已解除冻结，审批部门将收到推送。"),
    "override": Act(OverrideForm, freezes.override, "已放行该办件，请求部门将收到推送；须由其他人员作出决定。"),
}


@require_safe
@require(*READERS)
def freeze_list(request: StaffRequest) -> HttpResponse:
    """Freezes the viewer's department asked for or has to answer: open ones, `?tab=ended` for the others."""
    ended = request.GET.get("tab") == "ended"
    mine = Freeze.objects.visible_to(request.user)
    rows = mine.exclude(pk__in=mine.open().values("pk")) if ended else mine.open()
    page = keyset_page(request, rows.select_related("subject", "department", "approving_department"), ordering=("-id",))
    return render(request, "linkage/freezes/list.html", {"page": page, "ended": ended})


@require_safe
@require(*READERS)
def freeze(request: StaffRequest, number: str) -> HttpResponse:
    """One freeze: what is asked and why, the thread, what may be done now."""
    return _page(request, _fetch(request, number))


@require_POST
@require(*ACTORS)
@refusing
def freeze_act(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """Withdraws, extends, lifts or overrides. A refusal keeps what was typed."""
    found = _fetch(request, number)
    if action not in ACTS:
        raise Http404("没有这项操作。")
    wanted = ACTS[action]
    form = wanted.form(found, request.POST)
    try:
        if not form.is_valid():
            raise Invalid("填写有误，请修改后重新提交。")
        values = dict(form.cleaned_data)
        version = values.pop("version")
        if action != "override":
            values["expected_version"] = version
        wanted.run(number, by=request_actor(request), **values)
    except Refusal as refusal:
        show(refusal, form)
        return _page(request, _fetch(request, number), {action: form}, status=refusal.status)
    messages.success(request, wanted.done)
    return redirect("linkage:freeze", number)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_FEEDBACK)
def freeze_new(request: StaffRequest, subject_id: int) -> HttpResponse:
    """The request, about one party; `?push=` names the push it grew out of."""
    subject = get_object_or_404(Subject, pk=subject_id)
    if not dealings.may_know(request.user, subject):
        raise Http404("没有这个主体，或与本部门的业务无关。")
    push = visible_pushes(request.user).filter(number=request.GET.get("push", ""), subject=subject).first()
    if request.method != "POST":
        return _form_page(request, subject, push, FreezeForm(subject, request.user.department))
    form = FreezeForm(subject, request.user.department, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, subject, push, form, status=422)
    try:
        made = _request(request, subject, push, form.cleaned_data)
    except Refusal as refusal:
        show(refusal, form)
        return _form_page(request, subject, push, form, status=refusal.status)
    messages.success(request, f"冻结请求 {made.number} 已提交，推送{made.approving_department}答复。")
    return redirect("linkage:freeze", made.number)


@require_safe
@require(*READERS)
def freeze_paper(request: StaffRequest, number: str) -> FileResponse:
    """The paper that came with the request."""
    found = _fetch(request, number)
    if found.file is None:
        raise Http404("该请求没有附件。")
    return download(found.file)


def _request(request: StaffRequest, subject: Subject, push: Push | None, values: dict[str, Any]) -> Freeze:
    by = request_actor(request)
    uploaded = values["uploaded"]
    return freezes.request(
        subject,
        by=by,
        approving_department=values["approving_department"],
        items=[(item.code, item.name) for item in values["items"]],
        grounds=freezes.Grounds(
            enforcement_case=values["enforcement_case"],
            legal_basis=values["legal_basis"],
            reason=values["reason"],
            until_on=values["until_on"],
        ),
        file=store_upload(uploaded, by=by, purpose="freeze.request") if uploaded else None,
        push_number=push.number if push else "",
    )


def _fetch(request: StaffRequest, number: str) -> Freeze:
    rows = Freeze.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("subject", "department", "approving_department", "file"), number=number
    )


def _offered(request: StaffRequest, found: Freeze) -> list[str]:
    """The acts this person may do now."""
    may, own = request.user.may, request.user.department_id
    offered = []
    if may(Permission.PUSH_FEEDBACK) and own == found.department_id:
        offered += ["withdraw", "lift"] if found.extended_at else ["withdraw", "extend", "lift"]
    elif may(Permission.PUSH_ARBITRATE):
        offered.append("lift")
    if may(Permission.FREEZE_OVERRIDE) and own == found.approving_department_id and held_cases(found):
        offered.append("override")
    return [action for action in offered if found.status in FREEZE[action].sources]


def _page(
    request: StaffRequest, found: Freeze, typed: dict[str, EndForm] | None = None, status: int = 200
) -> HttpResponse:
    forms = {action: ACTS[action].form(found) for action in _offered(request, found)} | (typed or {})
    waiting = Push.objects.filter(
        kind="freeze.requested", case_number=found.number, status=Push.Status.WAITING_ANSWER
    ).first()
    context = {
        "freeze": found,
        "forms": [(action, FREEZE[action].label, form) for action, form in forms.items()],
        "events": Event.objects.filter(case_number=found.number).order_by("-recorded_at", "-id"),
        "overrides": found.overrides.all(),
        "waiting": waiting if waiting and waiting.department_id == request.user.department_id else None,
        "may_know": dealings.may_know(request.user, found.subject),
    }
    return render(request, "linkage/freezes/detail.html", context, status=status)


def _form_page(
    request: StaffRequest, subject: Subject, push: Push | None, form: FreezeForm, status: int = 200
) -> HttpResponse:
    context = {"subject": subject, "push": push, "form": form}
    return render(request, "linkage/freezes/new.html", context, status=status)
