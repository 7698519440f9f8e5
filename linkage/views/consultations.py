"""Consultations (会商): opened by either side, replied to by all asked, closed with a conclusion."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linkage.actions import consultations
from linkage.actions.consultation_replies import SPEAKERS
from linkage.actions.consultations import Question
from linkage.forms.threads import CloseForm, ConsultationForm, ReplyForm
from linkage.models import Consultation, Push
from linkage.selectors.cases import visible_pushes
from linkage.views.refused import show
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.events.models import Event
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.files.responses import download
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)


@require_safe
@require(*READERS)
def consultation_list(request: StaffRequest) -> HttpResponse:
    """Consultations the viewer's department takes part in: running ones, `?tab=closed` for the others."""
    closed = request.GET.get("tab") == "closed"
    rows = Consultation.objects.visible_to(request.user).select_related("department")
    rows = rows.filter(status=Consultation.Status.CLOSED) if closed else rows.open()
    page = keyset_page(request, rows, ordering=("-id",))
    context = {"page": page, "closed": closed, "may_open": any(request.user.may(one) for one in SPEAKERS)}
    return render(request, "linkage/consultations/list.html", context)


@require_safe
@require(*READERS)
def consultation(request: StaffRequest, number: str) -> HttpResponse:
    """One consultation: the question, who still owes a reply, what was said, the forms to speak and to close."""
    return _page(request, _fetch(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@require(*SPEAKERS)
def consultation_new(request: StaffRequest) -> HttpResponse:
    """The question; `?push=` names the push it is about."""
    push = visible_pushes(request.user).filter(number=request.GET.get("push", "")).first()
    department = request.user.department
    if request.method != "POST":
        form = ConsultationForm(department, initial={"topic": f"关于{push.heading}（{push.topic}）" if push else ""})
        return render(request, "linkage/consultations/new.html", {"form": form, "push": push})
    form = ConsultationForm(department, request.POST, request.FILES)
    context = {"form": form, "push": push}
    if not form.is_valid():
        return render(request, "linkage/consultations/new.html", context, status=422)
    values, by = form.cleaned_data, request_actor(request)
    try:
        made = consultations.open_one(
            by=by,
            question=Question(values["topic"], values["text"], values["reply_days"]),
            parties=values["parties"],
            file=_stored(request, values["uploaded"]),
            push=push,
        )
    except Refusal as refusal:
        show(refusal, form)
        return render(request, "linkage/consultations/new.html", context, status=refusal.status)
    messages.success(request, f"会商 {made.number} 已发起，请各方于 {made.due_on} 前回复。")
    return redirect("linkage:consultation", made.number)


@require_POST
@require(*SPEAKERS)
@refusing
def consultation_reply(request: StaffRequest, number: str) -> HttpResponse:
    """One contribution; the first of a department that was asked answers its push."""
    found, form = _fetch(request, number), ReplyForm(request.POST, request.FILES)
    try:
        _check(form)
        stored = _stored(request, form.cleaned_data["uploaded"])
        consultations.reply(number, by=request_actor(request), text=form.cleaned_data["text"], file=stored)
    except Refusal as refusal:
        show(refusal, form)
        return _page(request, found, reply=form, status=refusal.status)
    messages.success(request, "意见已提交。")
    return redirect("linkage:consultation", number)


@require_POST
@require(*SPEAKERS)
@refusing
def consultation_close(request: StaffRequest, number: str) -> HttpResponse:
    """Ends it with a conclusion."""
    found = _fetch(request, number)
    form = CloseForm(found, request.POST)
    try:
        _check(form)
        consultations.close(
            number,
            by=request_actor(request),
            conclusion=form.cleaned_data["conclusion"],
            expected_version=form.cleaned_data["version"],
        )
    except Refusal as refusal:
        show(refusal, form)
        return _page(request, _fetch(request, number), close=form, status=refusal.status)
    messages.success(request, "会商已结束，结论已告知各方。")
    return redirect("linkage:consultation", number)


@require_safe
@require(*READERS)
def consultation_paper(request: StaffRequest, number: str, uuid: str) -> FileResponse:
    """A paper of the question or of a reply."""
    found = _fetch(request, number)
    replied = found.replies.filter(file__uuid=uuid).values("file")
    own = Consultation.objects.filter(pk=found.pk, file__uuid=uuid).values("file")
    return download(
        get_object_or_404(StoredFile.objects.filter(pk__in=replied) | StoredFile.objects.filter(pk__in=own))
    )


def _check(form: Any) -> None:
    if not form.is_valid():
        raise Invalid("填写有误，请修改后重新提交。")


def _stored(request: StaffRequest, uploaded: Any) -> StoredFile | None:
    by = request_actor(request)
    return store_upload(uploaded, by=by, purpose="consultation") if uploaded else None


def _fetch(request: StaffRequest, number: str) -> Consultation:
    rows = Consultation.objects.visible_to(request.user).select_related("department", "file", "push")
    return get_object_or_404(rows, number=number)


def _page(
    request: StaffRequest,
    found: Consultation,
    *,
    reply: ReplyForm | None = None,
    close: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today, own = calendar.today(), request.user.department_id
    speaks = any(request.user.may(one) for one in SPEAKERS)
    is_open = found.status == Consultation.Status.OPEN
    parties = list(found.parties.select_related("department", "person"))
    takes_part = own == found.department_id or any(party.department_id == own for party in parties)
    pushes = Push.objects.filter(kind="consultation.opened", case_number=found.number)
    by_department = {push.department_id: push for push in pushes.select_related("deadline", "owner", "assignee")}
    rows = []
    for party in parties:
        push = by_department.get(party.department_id)
        rows.append((party, push, due_state(push.deadline, today) if push and push.deadline else None))
    may_close = own == found.department_id or request.user.may(Permission.PUSH_ARBITRATE)
    context = {
        "consultation": found,
        "rows": rows,
        "replies": found.replies.select_related("department", "file"),
        "reply_form": (reply or ReplyForm()) if is_open and speaks and takes_part else reply,
        "close_form": (close or CloseForm(found)) if is_open and speaks and may_close else close,
        "events": Event.objects.filter(case_number=found.number).order_by("-recorded_at", "-id"),
    }
    return render(request, "linkage/consultations/detail.html", context, status=status)
