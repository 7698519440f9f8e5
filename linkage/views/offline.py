"""Hand-overs outside the portal (线下往来): what was recorded, and recording one."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from credit.actions.subjects import find_or_create
from credit.models import Subject
from linkage.actions import offline
from linkage.forms.offline import OfflineForm
from linkage.models import OfflineRecord
from linkage.selectors.cases import visible_cases
from shenguan.access import scope
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.responses import download
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing

RECORDERS = (Permission.PUSH_ANSWER, Permission.PUSH_ARBITRATE)
FIELD_OF = {
    "uscc": "subject_code",
    "id_number": "subject_code",
    "name": "subject_name",
    "permit.number": "permit_number",
    "documents": "permit_number",
}


def _records(request: StaffRequest) -> QuerySet[OfflineRecord]:
    """Those of the viewer's department; coordinators see all."""
    rows = OfflineRecord.objects.select_related("application__subject", "application__department", "file")
    return rows if scope.sees_all(request.user) else rows.filter(application__department=request.user.department_id)


@require_safe
@require(*RECORDERS)
def offline_list(request: StaffRequest) -> HttpResponse:
    """What was recorded, newest first."""
    page = keyset_page(request, _records(request), ordering=("-id",))
    return render(request, "linkage/offline/list.html", {"page": page})


@require_safe
@require(*RECORDERS)
def offline_paper(request: StaffRequest, pk: int) -> FileResponse:
    """The attachment of a record."""
    record = get_object_or_404(_records(request), pk=pk)
    if record.file is None:
        raise Http404
    return download(record.file)


@require_http_methods(["GET", "HEAD", "POST"])
@require(*RECORDERS)
@refusing
def offline_new(request: StaffRequest) -> HttpResponse:
    """The form, and what follows from it. `?case=` brings the number of a case."""
    if request.method != "POST":
        return _page(request, OfflineForm(initial={"case_number": request.GET.get("case", "")}))
    form = OfflineForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        done = _save(request, form)
    except Refusal as refusal:
        for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            name = FIELD_OF.get(field, field)
            form.add_error(name if name in form.fields else None, sentences)
        return _page(request, form, status=refusal.status)
    messages.success(request, done)
    return redirect("linkage:offline")


def _save(request: StaffRequest, form: OfflineForm) -> str:
    by, said = request_actor(request), form.cleaned_data
    if not form.is_new_case:
        application = visible_cases(request.user).filter(number=said["case_number"]).first()
        if application is None:
            text = "没有这个办件，或者与您所在的部门无关。"
            raise Invalid(text, {"case_number": [text]})
        offline.record(application, form.hand_over(), by=by)
        return f"已记入办件 {application.number} 的时间线。"
    is_person = said["subject_kind"] == Subject.Kind.PERSON
    code = {"id_number" if is_person else "uscc": said["subject_code"]}
    subject = find_or_create(by=by, kind=said["subject_kind"], name=said["subject_name"], **code)
    record, is_new = offline.report(subject, form.case(), form.hand_over(), by=by)
    return f"办件 {record.application.number} 已{'登记' if is_new else '更新'}，并按清单推送监管部门。"


def _page(request: StaffRequest, form: OfflineForm, status: int = 200) -> HttpResponse:
    return render(request, "linkage/offline/new.html", {"form": form}, status=status)
