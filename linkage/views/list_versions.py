"""The versions of the list: history, two of them side by side, an older one brought back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linkage.actions import list_versions as actions
from linkage.actions import lists as list_actions
from linkage.forms.lists import ReasonForm, RollBackForm
from linkage.models import ListVersion
from linkage.selectors import lists
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def versions(request: StaffRequest) -> HttpResponse:
    """All versions, newest first, with what may be done with each."""
    rows = list(lists.versions())
    context = {
        "rows": rows,
        "has_draft": any(row.status == ListVersion.Status.DRAFT for row in rows),
        "may_edit": request.user.may(Permission.LINKAGE_LIST_EDIT),
        "may_publish": request.user.may(Permission.LINKAGE_LIST_PUBLISH),
        "today": calendar.today(),
        "reason_form": ReasonForm(),
    }
    return render(request, "linkage/list/versions.html", context)


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def compare(request: StaffRequest) -> HttpResponse:
    """What changed from `?old=` to `?new=`, by default from the version in force to the draft or the one before."""
    rows = list(lists.versions())
    new = _chosen(rows, request.GET.get("new", ""), 0)
    old = _chosen(rows, request.GET.get("old", ""), 1)
    difference = lists.diff(new, old) if new is not None and old is not None else None
    context = {"rows": rows, "new": new, "old": old, "difference": difference}
    return render(request, "linkage/list/compare.html", context)


def _chosen(rows: list[ListVersion], label: str, place: int) -> ListVersion | None:
    otherwise = rows[place] if len(rows) > place else None
    return next((row for row in rows if row.label == label), otherwise)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_PUBLISH)
@refusing
def roll_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Shows what bringing an older version back would change, and does it with a reason."""
    older = get_object_or_404(ListVersion.objects.filter(status=ListVersion.Status.RETIRED), pk=pk)
    if request.method != "POST":
        return _roll_back_page(request, older, RollBackForm(lists.published()))
    form = RollBackForm(lists.published(), request.POST)
    if not form.is_valid():
        return _roll_back_page(request, older, form, status=422)
    try:
        version = actions.roll_back(
            older,
            by=request_actor(request),
            effective_from=form.cleaned_data["effective_from"],
            reason=form.cleaned_data["reason"],
            expected_current=form.cleaned_data["current"],
        )
    except Refusal as refusal:
        errors: dict[str, list[str]] = getattr(refusal, "errors", {})
        own = {name: texts for name, texts in errors.items() if name in form.fields}
        for field, sentences in (own or {"": [refusal.message]}).items():
            form.add_error(field or None, sentences)
        broken = [text for name, texts in errors.items() if name not in form.fields for text in texts]
        return _roll_back_page(request, older, form, status=refusal.status, broken=broken)
    messages.success(request, f"已按版本 {older} 发布新版本 {version}，{version.effective_from} 起生效。")
    return redirect("linkage:list_versions")


def _roll_back_page(
    request: StaffRequest, older: ListVersion, form: RollBackForm, status: int = 200, broken: list[str] | None = None
) -> HttpResponse:
    published = lists.published()
    context = {
        "older": older,
        "form": form,
        "published": published,
        "difference": lists.diff(older, published),
        "broken": broken or [],
        "has_draft": lists.draft() is not None,
        "may_edit": request.user.may(Permission.LINKAGE_LIST_EDIT),
    }
    return render(request, "linkage/list/roll_back.html", context, status=status)


@require_POST
@require(Permission.LINKAGE_LIST_PUBLISH)
@refusing
def recall(request: StaffRequest, pk: int) -> HttpResponse:
    """A version to come becomes the draft again."""
    version = get_object_or_404(ListVersion, pk=pk)
    actions.recall(version, by=request_actor(request), reason=request.POST.get("reason", ""))
    messages.success(request, f"已撤回 {version}，恢复为草稿；原清单继续有效。")
    return redirect("linkage:list_versions")


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def discard(request: StaffRequest) -> HttpResponse:
    """Deletes the draft."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    number = whole_number(request.POST.get("version", ""))
    actions.discard(draft, by=request_actor(request), expected_version=number)
    messages.success(request, f"已删除草稿 {draft.label}，已发布清单不受影响。")
    return redirect("linkage:list_versions")


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def draft_from(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft with the rows of an older version."""
    source = get_object_or_404(ListVersion.objects.exclude(status=ListVersion.Status.DRAFT), pk=pk)
    draft = list_actions.create_draft(by=request_actor(request), source=source)
    messages.success(request, f"已按版本 {source} 创建草稿 {draft}，更新后由另一人发布。")
    return redirect("linkage:list")
