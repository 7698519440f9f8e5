"""Proposals to revoke, withdraw, change or cancel permits (许可变动建议): what became of each, who is late."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linkage import policies
from linkage.models import Push
from linkage.selectors.cases import proposals
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page
from shenguan.workdays import calendar
from shenguan.workdays.due import DueState, due_state

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)


@require_safe
@require(*READERS)
def proposal_list(request: StaffRequest) -> HttpResponse:
    """Proposals the viewer's department made or has to decide on: open ones, `?tab=decided` for the others."""
    decided = request.GET.get("tab") == "decided"
    rows = proposals(request.user).filter(is_open=not decided)
    page = keyset_page(request, rows, ordering=("-id",))
    today = calendar.today()
    context = {
        "page": page,
        "decided": decided,
        "rows": [
            (push, policies.PROPOSALS.get(push.payload.get("proposal", ""), ""), _due(push, today))
            for push in page.items
        ],
    }
    return render(request, "linkage/pushes/proposals.html", context)


def _due(push: Push, today: date) -> DueState | None:
    return due_state(push.deadline, today) if push.deadline else None
