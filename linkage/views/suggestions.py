"""Proposals of the build assistant for one approval item. Reading only: a row is added by the form it leads to."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from approvals.models import ApprovalItem
from linkage.models import ListVersion
from linkage.selectors import lists
from linkage.selectors.suggestions import suggestions
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission


@require_safe
@require(Permission.LINKAGE_LIST_EDIT)
def list_suggestions(request: StaffRequest, code: str) -> HttpResponse:
    """Ranked supervision items for an approval item, each with its reasons."""
    rows = ApprovalItem.objects.select_related("competent_department", "implementing_department")
    item = get_object_or_404(rows, code=code, is_active=True)
    draft = ListVersion.objects.filter(status=ListVersion.Status.DRAFT).first()
    found = suggestions(item, draft or lists.published())
    return render(request, "linkage/list/suggestions.html", {"item": item, "draft": draft, "found": found})
