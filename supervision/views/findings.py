"""Problems that inspections found, until they are mended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import selectors
from supervision.actions import findings
from supervision.forms.inspections import ClosingForm
from supervision.lifecycle import FINDING


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def finding_list(request: StaffRequest) -> HttpResponse:
    """Open findings of the department, `?all=1` with the closed ones."""
    return _page(request)


def _page(request: StaffRequest, refusal: Refusal | None = None, number: str = "") -> HttpResponse:
    """The list; after a refusal the form of finding `number` holds what was typed."""
    show_all = bool(request.GET.get("all"))
    rows = selectors.findings_for(request.user, open_only=not show_all)
    page = keyset_page(request, rows, ordering=("-id",))
    today = calendar.today()
    may_close = request.user.may(Permission.INSPECTION_MANAGE)
    context = {
        "page": page,
        "rows": [
            {
                "finding": row,
                "due": due_state(row.deadline, today) if row.deadline else None,
                "may_close": may_close
                and row.department_id == request.user.department_id
                and row.status in FINDING["close"].sources,
                "may_freeze": row.department_id == request.user.department_id
                and request.user.may(Permission.PUSH_FEEDBACK),
                "typed": request.POST.get("note", "") if row.number == number else "",
                "refusal": refusal if row.number == number else None,
            }
            for row in page.items
        ],
        "show_all": show_all,
        "refusal": refusal,
    }
    return render(request, "supervision/findings.html", context, status=refusal.status if refusal else 200)


@require_POST
@require(Permission.INSPECTION_MANAGE)
@refusing(on_refusal=_page)
def finding_close(request: StaffRequest, number: str) -> HttpResponse:
    """Closes a finding on papers handed in."""
    found = get_object_or_404(selectors.findings_for(request.user, open_only=False), number=number)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有销号。", {"note": [str(text) for text in form.errors["note"]]})
    findings.close(found, by=request_actor(request), note=form.cleaned_data["note"], on=calendar.today())
    messages.success(request, f"问题 {number} 已确认整改。")
    return redirect("supervision:findings")
