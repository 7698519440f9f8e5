"""The approval-item catalogue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from approvals.models import ApprovalItem
from approvals.selectors import items
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page


@require_safe
@require(Permission.CATALOGUE_VIEW)
def item_list(request: StaffRequest) -> HttpResponse:
    """By code, searched by `?q=` (name, pinyin, initials, code)."""
    text = request.GET.get("q", "").strip()
    rows = items.published()
    page = keyset_page(request, items.matching(rows, text) if text else rows, ordering=("code",))
    return render(request, "approvals/items/list.html", {"page": page, "text": text})


@require_safe
@require(Permission.CATALOGUE_VIEW)
def item(request: StaffRequest, code: str) -> HttpResponse:
    """One item with its variants and materials."""
    related = ("competent_department", "implementing_department", "office")
    found = get_object_or_404(ApprovalItem.objects.select_related(*related), code=code)
    may_take_in = (
        request.user.may(Permission.APPLICATION_INTAKE)
        and found.is_active
        and found.implementing_department_id == request.user.department_id
    )
    context = {
        "item": found,
        "variants": found.variants.all(),
        "materials": found.materials.all(),
        "may_take_in": may_take_in,
    }
    return render(request, "approvals/items/detail.html", context)
