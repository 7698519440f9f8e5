"""The register of signed papers the rows of the list rest on."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from linkage.actions.papers import register_paper
from linkage.forms.papers import PaperForm
from linkage.models import BasisPaper
from linkage.selectors import lists
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.files.responses import download
from shenguan.refusals import Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar

PURPOSE = "linkage_list.paper"


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_VIEW)
@refusing
def papers(request: StaffRequest) -> HttpResponse:
    """All papers with their validity and how many rows use them; editors register new ones."""
    if request.method != "POST":
        return _page(request, PaperForm())
    by = request_actor(request)
    by.require(Permission.LINKAGE_LIST_EDIT)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        stored = store_upload(form.cleaned_data["file"], by=by, purpose=PURPOSE)
        paper = register_paper(by=by, **form.cleaned_data | {"file": stored})
    except Refusal as refusal:
        for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return _page(request, form, status=refusal.status)
    messages.success(request, f"已登记{paper}，可在清单条目中选择。")
    return redirect("linkage:list_papers")


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def paper_file(request: StaffRequest, uuid: UUID) -> FileResponse:
    """The signed file of a paper."""
    return download(get_object_or_404(BasisPaper.objects.select_related("file"), file__uuid=uuid).file)


def _page(request: StaffRequest, form: PaperForm, status: int = 200) -> HttpResponse:
    page = keyset_page(request, lists.papers(), ordering=("-recorded_at", "-id"))
    context = {
        "page": page,
        "form": form,
        "today": calendar.today(),
        "may_edit": request.user.may(Permission.LINKAGE_LIST_EDIT),
    }
    return render(request, "linkage/list/papers.html", context, status=status)
