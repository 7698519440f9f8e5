"""Statements (对账单): the list, one statement with its signature and objections, the files."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linkage.actions import statement_runs, statements
from linkage.models import Statement, StatementObjection, StatementRun
from linkage.views.reconciliation import READERS
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.responses import download
from shenguan.ui.health import check_beat
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar

FORMATS = ("xlsx", "docx")
SHOWN_FOR = timedelta(days=1)


@require_safe
@require(*READERS)
def statement_list(request: StaffRequest) -> HttpResponse:
    """Newest first; a department its own, coordinators all."""
    waiting = Count("objections", filter=Q(objections__answered_at__isnull=True))
    rows = (
        Statement.objects.visible_to(request.user).select_related("department", "signature").annotate(waiting=waiting)
    )
    context = {
        "page": keyset_page(request, rows.select_related("department", "signature"), ordering=("-id",)),
        "month": statements.last_month(calendar.today()),
        "may_work": request.user.may(Permission.PUSH_ARBITRATE),
        **_progress(request),
    }
    return render(request, "linkage/reconciliation/statements.html", context)


@require_safe
@require(Permission.PUSH_ARBITRATE)
def progress(request: StaffRequest) -> HttpResponse:
    """How far the making is; asks for the whole page anew once it is over."""
    context = _progress(request)
    answer = render(request, "linkage/reconciliation/_making.html", context)
    if context["run"] is None or context["run"].finished_at is not None:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(request: StaffRequest) -> dict[str, Any]:
    """The last wish of a day, and whether there is a worker to fulfil it; coordinators only."""
    if not request.user.may(Permission.PUSH_ARBITRATE):
        return {"run": None}
    run = StatementRun.objects.filter(asked_at__gte=timezone.now() - SHOWN_FOR).first()
    is_waiting = run is not None and run.finished_at is None
    return {"run": run, "no_worker": is_waiting and not check_beat().ok}


@require_safe
@require(*READERS)
def statement(request: StaffRequest, pk: int) -> HttpResponse:
    """One edition: totals, digest, files, who signed, what was objected to."""
    shown = _fetch(request, pk)
    own = shown.department_id == request.user.department_id and request.user.may(Permission.STATEMENT_SIGN)
    later = Statement.objects.filter(department=shown.department, month=shown.month, edition__gt=shown.edition)
    context = {
        "statement": shown,
        "newer": later.order_by("-edition").first(),
        "signature": getattr(shown, "signature", None),
        "objections": list(shown.objections.all()),
        "may_sign": own and not hasattr(shown, "signature"),
        "may_work": request.user.may(Permission.PUSH_ARBITRATE),
    }
    return render(request, "linkage/reconciliation/statement.html", context)


@require_safe
@require(*READERS)
def statement_file(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The workbook or the Word page, as it was made; every download is on record."""
    if kind not in FORMATS:
        raise Http404("只有 xlsx 和 docx。")
    shown = _fetch(request, pk)
    audit.record("statement.download", by=request_actor(request), target=shown, detail={"kind": kind})
    return download(getattr(shown, kind))


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def make(request: StaffRequest) -> HttpResponse:
    """Last month's statements in the background; what has not changed makes no new edition."""
    run = statement_runs.ask(statements.last_month(calendar.today()), by=request_actor(request))
    messages.success(request, f"已登记生成 {run.month:%Y-%m} 的对账单，内容没有变化的不重复生成。")
    return redirect("linkage:statements")


@require_POST
@require(Permission.STATEMENT_SIGN)
@refusing
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """签收."""
    statements.sign(_fetch(request, pk), by=request_actor(request), note=request.POST.get("note", ""))
    messages.success(request, "已签收。")
    return redirect("linkage:statement", pk=pk)


@require_POST
@require(Permission.STATEMENT_SIGN)
@refusing
def object_to(request: StaffRequest, pk: int) -> HttpResponse:
    """An objection to one line."""
    line, text = request.POST.get("line", ""), request.POST.get("text", "")
    raised = statements.object_to(_fetch(request, pk), by=request_actor(request), line=line, text=text)
    messages.success(request, f"已就推送 {raised.line} 提出异议，由统筹协调员答复。")
    return redirect("linkage:statement", pk=pk)


@require_POST
@require(Permission.PUSH_ARBITRATE)
@refusing
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """A coordinator's answer to an objection."""
    objection = get_object_or_404(StatementObjection, pk=pk)
    statements.answer(objection, by=request_actor(request), text=request.POST.get("answer", ""))
    messages.success(request, "已答复。")
    return redirect("linkage:statement", pk=objection.statement_id)


def _fetch(request: StaffRequest, pk: int) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related("department", "signature", "xlsx", "docx")
    return get_object_or_404(rows, pk=pk)
