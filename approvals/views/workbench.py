"""The clerk's first page: find an item, see what waits, what is due, what was begun."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.models import Application
from approvals.selectors import workbench as selectors
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.workdays import calendar
from shenguan.workdays.calendar import WEEKDAY_NAMES
from shenguan.workdays.due import DueState, due_state
from shenguan.workdays.models import Deadline


@require_safe
@require(Permission.APPLICATION_INTAKE)
def workbench(request: StaffRequest) -> HttpResponse:
    """窗口工作台."""
    today = calendar.today()
    queue = selectors.queue(request.user)
    rows = [
        (case, _due(case.correction_deadline, today) if case.status == Application.Status.RECEIVED else None)
        for case in queue
    ]
    context = {
        "today": today,
        "weekday": f"星期{WEEKDAY_NAMES[today.weekday()]}",
        "figures": selectors.figures(request.user, today),
        "received": [row for row in rows if row[0].status == Application.Status.RECEIVED],
        "correcting": [row for row in rows if row[0].status == Application.Status.CORRECTING],
        "rows": rows,
        "drafts": selectors.drafts(request.user),
        "due": [(case, _due(case.promised_deadline, today)) for case in selectors.due_soon(request.user, today)],
        "usual": selectors.usual_variants(request.user),
        "text": "",
        "variants": [],
        "marked": "",
    }
    return render(request, "approvals/workbench.html", context)


def _due(deadline: Deadline | None, today: date) -> DueState | None:
    return due_state(deadline, today) if deadline else None


@require_safe
@require(Permission.APPLICATION_INTAKE)
def item_search(request: StaffRequest) -> HttpResponse:
    """Fragment: the variants whose item fits `?q=`, the best first."""
    text = request.GET.get("q", "").strip()[: selectors.LONGEST_QUERY]
    context = {"text": text, "variants": selectors.find_variants(request.user, text)}
    return render(request, "approvals/intake/_matches.html", context)
