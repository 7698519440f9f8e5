"""Putting the draft into force, and asking beforehand what a case would lead to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from approvals.models import ApprovalItem
from approvals.selectors import items as catalogue
from linkage.actions import lists as actions
from linkage.forms.lists import DryRunForm, PublishForm
from linkage.models import ListVersion
from linkage.selectors import editor, lists
from linkage.selectors.targets import target
from linkage.views.lists import editor_of
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_PUBLISH, Permission.LINKAGE_LIST_EDIT)
@refusing
def publish(request: StaffRequest) -> HttpResponse:
    """What the new version changes and leaves open, the day it starts, and the button. Editors may look."""
    draft = get_object_or_404(ListVersion.objects.select_related("based_on"), status=ListVersion.Status.DRAFT)
    if request.method != "POST":
        return _publish_page(request, draft, PublishForm(draft))
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
    found = editor.overview(draft, draft.based_on)
    coverage = lists.coverage(draft)
    context = {
        "draft": draft,
        "overview": found,
        "coverage": coverage,
        "coverage_percent": 100 * coverage.covered_count / (coverage.item_count or 1),
        "broken_lines": [line for line in found.lines if line.errors],
        "form": form,
        "editor_name": editor_of(draft),
        "is_editor": draft.edited_by == request.user.username,
        "may_publish": request.user.may(Permission.LINKAGE_LIST_PUBLISH),
    }
    return render(request, "linkage/list/publish.html", context, status=status)


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def dry_run(request: StaffRequest) -> HttpResponse:
    """若现在办结，谁会收到什么、何时到期: by the draft if there is one and nothing else is asked, else as in force."""
    wanted = request.GET.get("item", "").strip()
    item = ApprovalItem.objects.filter(is_active=True, code=wanted).first()
    draft = lists.draft()
    version = lists.in_force() if request.GET.get("version") == "published" or draft is None else draft
    found = None
    if item is not None:
        by_commitment = request.GET.get("mode") == "commitment"
        chosen = request.GET.getlist("situations")
        found = target(item, chosen, by_commitment=by_commitment, version=version)
    context = {
        "form": DryRunForm(initial={"item": wanted, "mode": request.GET.get("mode", "")}),
        "wanted": wanted,
        "found": catalogue.search(wanted) if wanted and item is None else [],
        "target": found,
        "version": version,
        "draft": draft,
    }
    return render(request, "linkage/list/dry_run.html", context)
