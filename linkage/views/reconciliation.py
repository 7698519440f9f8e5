"""Reconciliation (对账): days by departments, one day, the discrepancies and what is done about them."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linkage.actions import discrepancies, gap_scan
from linkage.forms.reconciliation import DiscrepancyForm
from linkage.models import DaySheet, Discrepancy
from linkage.selectors import reconciliation as selectors
from linkage.views import sheets
from linkage.views.access import way_back
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)
EXPORT_LIMIT = 20000
EARLIEST = date(2000, 1, 1)
LISTED = 200  # of one day; the rest is in the list of discrepancies
COLUMNS = (
    "类型",
    "对象",
    "部门",
    "说明",
    "状态",
    "责任人",
    "发现时间",
    "最近确认",
    "处理人",
    "处理时间",
    "处理说明",
)


@require_safe
@require(*READERS)
def overview(request: StaffRequest) -> HttpResponse:
    """Departments by days. `?until=` goes back in time."""
    last = selectors.last_day()
    until = min(_day(request.GET.get("until", "")) or last, last)
    wanted = selectors.shown_days(until)
    context = {
        "days": wanted,
        "lines": selectors.matrix(request.user, wanted),
        "older": wanted[-1] - (wanted[0] - wanted[1]),
        "newer": min(until + (wanted[0] - wanted[-1]), last) if until < last else None,
        "numbers": selectors.numbers(request.user),
        "last_scan": selectors.last_scan(),
        "may_work": request.user.may(Permission.PUSH_ARBITRATE),
    }
    return render(request, "linkage/reconciliation/overview.html", context)


@require_safe
@require(*READERS)
def day(request: StaffRequest, day: str, code: str) -> HttpResponse:
    """Both directions of one department's day, every report, and the differences."""
    found = _sheets(request, day, code)
    rows = Discrepancy.objects.filter(sheet__in=found).select_related("push", "owner", "sheet", "department")
    context = {
        "sheets": [(sheet, list(sheet.reports.defer("packed_lines")[:10])) for sheet in found],
        "rows": [(row, selectors.remedy_label(row)) for row in rows.order_by("gone_at", "id")[:LISTED]],
        "missing": rows.open().filter(kind=Discrepancy.Kind.MISSING_THERE).count(),
        "department": found[0].department,
        "day": found[0].day,
        "may_work": request.user.may(Permission.PUSH_ARBITRATE),
    }
    return render(request, "linkage/reconciliation/day.html", context)


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def send_missing(request: StaffRequest, day: str, code: str) -> HttpResponse:
    """Everything that is missing at the other side goes out again."""
    found = _sheets(request, day, code)
    rows = Discrepancy.objects.open().filter(sheet__in=found, kind=Discrepancy.Kind.MISSING_THERE)
    done = discrepancies.remedy_many(list(rows), by=request_actor(request))
    messages.success(request, f"已安排补发 {done} 条，沿用原推送编号；对方再次报数后自动核销。")
    return redirect("linkage:reconciliation_day", day=day, code=code)


def _sheets(request: StaffRequest, day: str, code: str) -> list[DaySheet]:
    wanted = _day(day)
    if wanted is None:
        raise Http404("日期应写成 2026-11-20。")
    rows = DaySheet.objects.visible_to(request.user).filter(day=wanted, department__code=code)
    found = list(rows.select_related("department").defer("packed_lines").order_by("direction"))
    if not found:
        raise Http404("没有这一天的对账单。")
    return found


@require_safe
@require(*READERS)
def discrepancy_list(request: StaffRequest) -> HttpResponse:
    """What is open, newest first, or what the filters ask for."""
    form = DiscrepancyForm(request.user, request.GET)
    page = keyset_page(request, selectors.discrepancies(request.user, form.asked()), ordering=("-id",))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, selectors.remedy_label(row)) for row in page.items],
        "numbers": selectors.numbers(request.user),
        "last_scan": selectors.last_scan(),
        "may_work": request.user.may(Permission.PUSH_ARBITRATE),
    }
    return render(request, "linkage/reconciliation/discrepancies.html", context)


@require_safe
@require(*READERS)
def export(request: StaffRequest) -> HttpResponse:
    """The same rows as a workbook."""
    asked = DiscrepancyForm(request.user, request.GET).asked()
    found = list(selectors.discrepancies(request.user, asked).order_by("-id")[:EXPORT_LIMIT])
    audit.record("discrepancies.export", by=request_actor(request), label="差异与缺口", detail={"rows": len(found)})
    return sheets.workbook("差异与缺口", COLUMNS, (_row(row) for row in found))


def _row(row: Discrepancy) -> list[sheets.Cell]:
    return [
        row.get_kind_display(),
        row.label,
        row.department.name if row.department else "",
        row.detail,
        row.get_state_display(),
        row.owner.name,
        _local(row.found_at),
        _local(row.last_seen_at),
        row.closed_by,
        _local(row.closed_at) if row.closed_at else None,
        row.reason,
    ]


def _local(at: datetime) -> datetime:
    return timezone.localtime(at).replace(tzinfo=None)


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def remedy(request: StaffRequest, pk: int) -> HttpResponse:
    """The one-click remedy."""
    row = discrepancies.remedy(get_object_or_404(Discrepancy, pk=pk), by=request_actor(request))
    messages.success(request, f"{row.label}：{row.reason}。")
    return redirect(_back(request))


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def explain(request: StaffRequest, pk: int) -> HttpResponse:
    """Closes a gap that has its reason."""
    row = get_object_or_404(Discrepancy, pk=pk)
    row = discrepancies.explain(row, by=request_actor(request), reason=request.POST.get("reason", ""))
    messages.success(request, f"{row.label} 已说明。")
    return redirect(_back(request))


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def scan(request: StaffRequest) -> HttpResponse:
    """The hourly scan, now."""
    new = gap_scan.scan().total()
    messages.success(request, f"扫描完成，新发现 {new} 处。")
    return redirect(_back(request))


def _back(request: StaffRequest) -> str:
    return way_back(request, request.POST.get("next", ""), reverse("linkage:discrepancies"))


def _day(text: str) -> date | None:
    """The day an address names, None for none; no portal is older than the century."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST else None
