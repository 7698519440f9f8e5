"""The list of cases and its export."""

from datetime import date
from io import BytesIO

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from approvals.forms.filters import ApplicationFilter
from approvals.models import Application
from approvals.selectors import applications
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page
from shenguan.workdays import calendar
from shenguan.workdays.due import DueState, due_state

EXPORT_ROWS = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = [
    "办件编号",
    "事项",
    "申请人",
    "统一社会信用代码",
    "状态",
    "受理方式",
    "受理日",
    "承诺到期日",
    "法定到期日",
    "结果",
]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@require(Permission.APPLICATION_VIEW)
def case_list(request: StaffRequest) -> HttpResponse:
    """Newest first, filtered; drafts are on the workbench of whoever typed them."""
    form = ApplicationFilter(request.GET)
    rows = form.apply(applications.listed(request.user), request.user)
    page = keyset_page(request, _without_drafts(rows, form), ordering=("-id",))
    today = calendar.today()
    context = {
        "form": form,
        "page": page,
        "rows": [(case, _due(case, today)) for case in page.items],
        "filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
    }
    return render(request, "approvals/case/list.html", context, status=200 if form.is_valid() else 422)


def _without_drafts(rows: QuerySet[Application], form: ApplicationFilter) -> QuerySet[Application]:
    wants_drafts = form.is_valid() and form.cleaned_data["status"] == Application.Status.DRAFT
    return rows if wants_drafts else rows.exclude(status=Application.Status.DRAFT)


def _due(case: Application, today: date) -> DueState | None:
    return due_state(case.promised_deadline, today) if case.promised_deadline else None


@require_safe
@require(Permission.APPLICATION_VIEW)
def export(request: StaffRequest) -> HttpResponse:
    """The filtered list as .xlsx, at most EXPORT_ROWS of it; persons' names masked, no numbers of persons.

    Taking it away leaves a trace (RULES R11.07).
    """
    form = ApplicationFilter(request.GET)
    rows = _without_drafts(form.apply(applications.listed(request.user), request.user), form)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("办件")
    sheet.append(HEADINGS)
    found = list(rows[:EXPORT_ROWS])
    for case in found:
        sheet.append([_cell(value) for value in _values(case)])
    audit.record("application.export", by=request_actor(request), label="办件查询", detail={"rows": len(found)})
    content = BytesIO()
    book.save(content)
    name = f"applications-{calendar.today():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content.getvalue(), content_type=XLSX, headers=headers)


def _values(case: Application) -> tuple[object, ...]:
    return (
        case.number,
        case.variant.name,
        case.subject.shown_name,
        case.subject.uscc or "",
        case.get_status_display(),
        case.get_mode_display() if case.accepted_on else "",
        case.accepted_on,
        case.promised_deadline.due_on if case.promised_deadline else None,
        case.statutory_deadline.due_on if case.statutory_deadline else None,
        case.get_result_display(),
    )


def _cell(value: object) -> object:
    """A name that begins like a formula stays a text when somebody opens the table."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
