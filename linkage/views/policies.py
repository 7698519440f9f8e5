"""Changes of law and policy (政策变动): published by either side, answered by all concerned, one overview."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from linkage.actions import policies_changed
from linkage.forms.threads import PolicyForm
from linkage.models import PolicyNotice, Push
from linkage.views.refused import show
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.events.models import Event, PendingEvent
from shenguan.files.actions import store_upload
from shenguan.files.responses import download
from shenguan.refusals import Refusal
from shenguan.ui.paging import keyset_page
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)


@require_safe
@require(*READERS)
def policy_list(request: StaffRequest) -> HttpResponse:
    """Notices the viewer's department published or was told of, newest first."""
    rows = PolicyNotice.objects.visible_to(request.user).select_related("department")
    page = keyset_page(request, rows, ordering=("-id",))
    context = {"page": page, "may_publish": _may_publish(request)}
    return render(request, "linkage/policies/list.html", context)


@require_safe
@require(*READERS)
def policy(request: StaffRequest, number: str) -> HttpResponse:
    """One notice: who was told, who answered what, who is late; the own answer one click away."""
    notice = _fetch(request, number)
    today = calendar.today()
    pushes = list(
        Push.objects.filter(kind="policy.changed", case_number=number)
        .select_related("department", "owner", "assignee", "deadline")
        .order_by("is_open", "department__code")
    )
    late = [push for push in pushes if push.due_on and push.due_on < today]
    context = {
        "notice": notice,
        "rows": [(push, due_state(push.deadline, today) if push.deadline else None) for push in pushes],
        "answered": sum(push.status == Push.Status.ANSWERED for push in pushes),
        "late": late,
        "mine": next((one for one in pushes if one.is_open and one.department_id == request.user.department_id), None),
        "is_routing": PendingEvent.objects.filter(event__case_number=number).exists(),
        "events": Event.objects.filter(case_number=number).order_by("-recorded_at", "-id"),
    }
    return render(request, "linkage/policies/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(*policies_changed.PUBLISHERS)
def policy_new(request: StaffRequest) -> HttpResponse:
    """The form; publishing cannot be taken back, a correction is a new notice."""
    if request.method != "POST":
        return render(request, "linkage/policies/new.html", {"form": PolicyForm()})
    form = PolicyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "linkage/policies/new.html", {"form": form}, status=422)
    values = dict(form.cleaned_data)
    by, uploaded = request_actor(request), values.pop("uploaded")
    try:
        change = policies_changed.Change(
            **values | {name: list(values[name]) for name in ("approval_items", "supervision_items")}
        )
        stored = store_upload(uploaded, by=by, purpose="policy.notice") if uploaded else None
        notice = policies_changed.publish(by=by, change=change, file=stored)
    except Refusal as refusal:
        show(refusal, form)
        return render(request, "linkage/policies/new.html", {"form": form}, status=refusal.status)
    messages.success(request, f"政策变动 {notice.number} 已发布，按现行联动清单推送各相关部门答复。")
    return redirect("linkage:policy", notice.number)


@require_safe
@require(*READERS)
def policy_paper(request: StaffRequest, number: str) -> FileResponse:
    """The text of the law itself."""
    notice = _fetch(request, number)
    if notice.file is None:
        raise Http404("该政策变动没有附件。")
    return download(notice.file)


def _fetch(request: StaffRequest, number: str) -> PolicyNotice:
    rows = PolicyNotice.objects.visible_to(request.user).select_related("department", "file")
    return get_object_or_404(rows.prefetch_related("approval_items", "supervision_items"), number=number)


def _may_publish(request: StaffRequest) -> bool:
    return any(request.user.may(permission) for permission in policies_changed.PUBLISHERS)
