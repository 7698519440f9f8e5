"""The log of credit checks: what was asked, by whom and why, and exactly what was answered (R6.01)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from credit.forms.filters import CheckFilter
from credit.models import CreditCheck
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page


@require_safe
@require(Permission.CREDIT_VIEW)
def checks(request: StaffRequest) -> HttpResponse:
    """The department's checks, newest first."""
    form = CheckFilter(request.GET)
    rows = CreditCheck.objects.visible_to(request.user).select_related("subject")
    page = keyset_page(request, form.apply(rows) if form.is_valid() else rows.none(), ordering=("-checked_at", "-id"))
    context = {"form": form, "page": page, "filtered": bool(form.changed_data)}
    return render(request, "credit/checks/list.html", context, status=200 if form.is_valid() else 422)


@require_safe
@require(Permission.CREDIT_VIEW)
def check(request: StaffRequest, number: str) -> HttpResponse:
    """One check as it was answered then; later repairs or revocations do not change it."""
    visible = CreditCheck.objects.visible_to(request.user).select_related("subject", "department", "recheck_of")
    found = get_object_or_404(visible, number=number)
    later = CreditCheck.objects.filter(recheck_of=found).first()
    return render(request, "credit/checks/detail.html", {"check": found, "later": later})
