"""Putting the draft into force, and asking beforehand what a case would lead to."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from approvals.models import ApprovalItem
from approvals.selectors import items as catalogue
from linkage.actions import lists as actions
from linkage.forms.lists import DryRunForm, PublishForm
from linkage.models import ListVersion
from linkage.selectors import editor, lists
from linkage.selectors.forecast import forecast
from linkage.selectors.list_checks import checks
from linkage.views.lists import editor_of
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_PUBLISH, Permission.LINKAGE_LIST_EDIT)
@refusing
def publish(request: StaffRequest) -> HttpResponse:
    """What the new version changes and leaves open, the day it starts, and the button. Editors may look."""
    draft = ListVersion.objects.filter(status=ListVersion.Status.DRAFT).first()
    if draft is None:
        raise Refusal("no_draft", "没有待发布的草稿：可能刚刚由他人发布或放弃，请到“版本”中查看。")
    if request.method != "POST":
        wanted = {"effective_from": request.GET["day"]} if request.GET.get("day") else {}
        return _publish_page(request, draft, PublishForm(draft, wanted=wanted))
    form = PublishForm(draft, request.POST)
    if not form.is_valid():
        return _publish_page(request, draft, form, status=422)
    try:
        actions.publish(
            draft,
            by=request_actor(request),
            effective_from=form.cleaned_data["effective_from"],
            expected_version=form.cleaned_data["version"],
        )
    except Refusal as refusal:
        errors = getattr(refusal, "errors", {})
        form.add_error("effective_from" if "effective_from" in errors else None, refusal.message)
        return _publish_page(request, draft, form, status=refusal.status)
    messages.success(request, f"清单 {draft} 已发布，{form.cleaned_data['effective_from']} 起生效。")
    return redirect("linkage:list")


def _publish_page(request: StaffRequest, draft: ListVersion, form: PublishForm, status: int = 200) -> HttpResponse:
    found = editor.overview(draft, lists.published())
    coverage = lists.coverage(draft)
    day = max(_day(str(form["effective_from"].value() or "")), calendar.today())
    context = {
        "draft": draft,
        "overview": found,
        "coverage": coverage,
        "coverage_percent": 100 * coverage.covered_count / (coverage.item_count or 1),
        "checks": checks(draft, day),
        "day": day,
        "form": form,
        "editor_name": editor_of(draft),
        "is_editor": draft.edited_by == request.user.username,
        "may_publish": request.user.may(Permission.LINKAGE_LIST_PUBLISH),
    }
    return render(request, "linkage/list/publish.html", context, status=status)


def _day(text: str) -> date:
    """The day typed, today for none that exists."""
    try:
        return parse_date(text) or calendar.today()
    except ValueError:
        return calendar.today()


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def dry_run(request: StaffRequest) -> HttpResponse:
    """若现在办结，谁会收到什么、何时到期: by the draft if there is one and nothing else is asked, else as in force."""
    wanted = request.GET.get("item", "").strip()
    item = ApprovalItem.objects.filter(is_active=True, code=wanted).first()
    draft = lists.draft()
    version = _version(request.GET.get("version", ""), draft)
    found = None
    if item is not None:
        found = forecast(
            item,
            request.GET.getlist("situations"),
            version,
            kind=request.GET.get("kind", ""),
            by_commitment=request.GET.get("mode") == "commitment",
        )
    context = {
        "form": DryRunForm(initial={name: request.GET.get(name, "") for name in ("item", "mode", "kind")}),
        "wanted": wanted,
        "found": catalogue.search(wanted) if wanted and item is None else [],
        "target": found,
        "version": version,
        "draft": draft,
        "editions": lists.versions().exclude(status=ListVersion.Status.DRAFT),
    }
    return render(request, "linkage/list/dry_run.html", context)


def _version(wanted: str, draft: ListVersion | None) -> ListVersion | None:
    """The version asked for by label; `published` is the one in force; nothing asked: the draft, else in force."""
    if wanted and wanted not in ("published", "draft"):
        return get_object_or_404(ListVersion, label=wanted)
    return lists.in_force() if wanted == "published" or draft is None else draft
