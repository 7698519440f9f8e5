"""存量办件 by file: upload, check, take in. Nothing is written before the last step; a known row stays as it is."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.models import Application
from linkage.forms.backlog import BacklogForm
from linkage.imports import backlog, engine, reader
from linkage.imports.kinds import Outcome
from linkage.imports.problems import FileRefused
from linkage.imports.reader import Table, heading_key
from linkage.imports.report import Report
from linkage.selectors.lists import departments_by_item
from linkage.views import list_files
from linkage.views.offline import RECORDERS
from linkage.views.uploads import content_of, fetch_upload
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.files.actions import store_upload
from shenguan.files.kinds import CSV
from shenguan.files.models import StoredFile
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing

PURPOSE = "backlog.import"
MOST_ROWS = 100  # each row becomes a case with decision, permit and credit check, 30 ms each; more go by command
SHOWN = 200
HELP = list_files.Help(
    choices={"result": Application.Result.labels},
    several={},
    hints={
        "source_case_id": "原系统或台账中的编号，同一部门内不重复；再次导入时据此识别",
        "item": "审批事项目录中的事项编码；设为文本格式，以免丢失末位",
        "uscc": "18 位；自然人的存量办件请用接口或线下往来登记，不经表格传递身份证件号码",
        "accepted_on": "早于平台启用日；积压天数从这一天算起",
        "decided_on": "在办的留空",
        "permit_number": "准予并发证的填写",
        "valid_to": "长期有效的留空",
        "situations": "与联动清单的适用情形一致，多项用 | 分开；不分情形的留空",
    },
)


@dataclass(frozen=True)
class Receiver:
    """How many of the rows to be taken in a department will be pushed."""

    name: str
    rows: int


@require_http_methods(["GET", "HEAD", "POST"])
@require(*RECORDERS)
@refusing
def upload(request: StaffRequest) -> HttpResponse:
    """Takes the file and says, row by row, what would become of it."""
    if request.method != "POST":
        return _upload_page(request, BacklogForm())
    form = BacklogForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        stored = store_upload(form.cleaned_data["uploaded"], by=request_actor(request), purpose=PURPOSE, also=(CSV,))
    except Refusal as refusal:
        form.add_error("uploaded", refusal.message)
        return _upload_page(request, form, status=refusal.status)
    try:
        table = _table(stored)
        report = engine.run(backlog.KIND, table, by=request_actor(request), dry_run=True)
    except FileRefused as refused:
        return _upload_page(request, BacklogForm(), status=422, refused=f"{stored.name}：{refused}")
    return _check_page(request, stored, table, report)


@require_POST
@require(*RECORDERS)
@refusing
def write(request: StaffRequest) -> HttpResponse:
    """Takes the good rows of the checked file in; what the rules refuse meanwhile is named."""
    stored = fetch_upload(request, PURPOSE)
    try:
        report = engine.run(backlog.KIND, _table(stored), by=request_actor(request), partial=True)
    except FileRefused as refused:
        return _upload_page(request, BacklogForm(), status=422, refused=f"{stored.name}：{refused}")
    counts = report.counts
    taken = counts[Outcome.CREATED] + counts[Outcome.UPDATED]
    messages.success(request, f"已登记存量办件 {taken} 件，按清单推送后列入监管部门的“历史遗留”。")
    if counts[Outcome.REJECTED]:
        messages.warning(request, f"{counts[Outcome.REJECTED]} 行有错误没有登记，改正后可再次导入。")
    for found in report.rejections[:10]:
        messages.warning(request, str(found))
    return redirect("linkage:offline")


@require_safe
@require(*RECORDERS)
def template(request: StaffRequest) -> HttpResponse:
    """An empty workbook to fill in."""
    return list_files.blank(backlog.KIND, HELP, "存量办件_导入模板.xlsx")


def _table(stored: StoredFile) -> Table:
    table = reader.read(stored.name, content_of(stored), backlog.KIND.known_keys())
    if len(table.rows) > MOST_ROWS:
        raise FileRefused(f"文件有 {len(table.rows)} 行，一次最多导入 {MOST_ROWS} 行，请拆分后分次导入。")
    return table


def _check_page(request: StaffRequest, stored: StoredFile, table: Table, report: Report) -> HttpResponse:
    cells = {row.line: row.cells for row in table.rows}
    problems = [(found, cells[found.line].get(heading_key(found.column), "")) for found in report.rejections]
    receivers, unlisted = _receivers(table, {found.line for found in report.rejections})
    context = {
        "file": stored,
        "report": report,
        "counts": {str(outcome): number for outcome, number in report.counts.items()},
        "writable": report.counts[Outcome.CREATED] + report.counts[Outcome.UPDATED],
        "problems": problems[:SHOWN],
        "not_shown": max(0, len(problems) - SHOWN),
        "receivers": receivers,
        "unlisted": unlisted,
    }
    return render(request, "linkage/backlog/check.html", context)


def _receivers(table: Table, wrong: set[int]) -> tuple[list[Receiver], int]:
    """The departments the list in force names for the items of the good rows; how many rows it does not name."""
    headings = [key for key in backlog.KIND.columns[1].heading_keys() if key in table.headings]
    codes = [row.cells.get(headings[0], "").strip() for row in table.rows if row.line not in wrong] if headings else []
    named = departments_by_item(set(codes))
    tally = Counter(name for code in codes for name in named.get(code, ()))
    return [Receiver(name, rows) for name, rows in tally.most_common()], sum(code not in named for code in codes)


def _upload_page(request: StaffRequest, form: BacklogForm, status: int = 200, refused: str = "") -> HttpResponse:
    context = {"form": form, "refused": refused, "cut_over": settings.CUTOVER_ON, "most": MOST_ROWS}
    return render(request, "linkage/backlog/upload.html", context, status=status)
