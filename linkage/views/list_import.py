"""Excel into the draft in three steps: upload, compare and correct, write. Nothing is written before the last one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linkage.forms.lists import ImportForm
from linkage.imports import into_draft
from linkage.imports.kinds import Outcome
from linkage.imports.problems import FileRefused
from linkage.models import ListVersion
from linkage.views import list_files
from linkage.views.uploads import content_of, fetch_upload
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.files.kinds import CSV
from shenguan.files.models import StoredFile
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number
from shenguan.ui.views.refusals import refusing

PURPOSE = "linkage_list.import"
FIX = "fix:"  # name of an input: fix:<line>:<heading>
CORRECTED_HERE = 200  # wrong cells with an input of their own; for more the marked workbook is the better tool
MOST_INPUTS = 900  # what was typed before travels along as hidden inputs; Django takes a thousand fields


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def upload(request: StaffRequest) -> HttpResponse:
    """Takes the file in and shows what it would change; with `file` it compares that one again, corrected."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    if request.method != "POST":
        return _upload_page(request, draft, ImportForm())
    if request.POST.get("file"):
        return _compare(request, draft, fetch_upload(request, PURPOSE))
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, draft, form, status=422)
    try:
        stored = store_upload(form.cleaned_data["uploaded"], by=request_actor(request), purpose=PURPOSE, also=(CSV,))
    except Refusal as refusal:
        form.add_error("uploaded", refusal.message)
        return _upload_page(request, draft, form, status=refusal.status)
    return _compare(request, draft, stored)


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def write(request: StaffRequest) -> HttpResponse:
    """Writes the good rows of the compared file into the draft."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    stored, version = fetch_upload(request, PURPOSE), request.POST.get("version", "")
    report = into_draft.write(
        draft,
        stored.name,
        content_of(stored),
        by=request_actor(request),
        fixes=_fixes(request),
        expected_version=whole_number(version),
    )
    counts = report.counts
    messages.success(
        request, f"已写入草稿 {draft}：新增 {counts[Outcome.CREATED]} 条，修改 {counts[Outcome.UPDATED]} 条。"
    )
    if counts[Outcome.REJECTED]:
        messages.warning(request, f"{counts[Outcome.REJECTED]} 行有错误没有写入，改正后可再次导入。")
    return redirect("linkage:list")


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def annotated(request: StaffRequest) -> HttpResponse:
    """The compared file with its errors marked, to be corrected at leisure."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    stored = fetch_upload(request, PURPOSE)
    marked = into_draft.mark(draft, stored.name, content_of(stored), by=request_actor(request), fixes=_fixes(request))
    return list_files.annotated(marked, stored.name)


@require_safe
@require(Permission.LINKAGE_LIST_EDIT)
def template(request: StaffRequest) -> HttpResponse:
    """An empty workbook to fill in."""
    return list_files.template()


def _compare(request: StaffRequest, draft: ListVersion, stored: StoredFile) -> HttpResponse:
    fixes = _fixes(request)
    try:
        found = into_draft.compare(draft, stored.name, content_of(stored), by=request_actor(request), fixes=fixes)
    except FileRefused as refused:
        form = ImportForm()
        return _upload_page(request, draft, form, status=422, refused=f"{stored.name}：{refused}")
    counts = {str(outcome): number for outcome, number in found.report.counts.items()}
    open_cells = {(problem.line, problem.column) for problem in found.problems}
    settled = {f"{FIX}{line}:{column}": fixes[line, column] for line, column in fixes.keys() - open_cells}
    room = max(0, min(CORRECTED_HERE, MOST_INPUTS - len(settled)))
    rows = [
        (problem, f"{FIX}{problem.line}:{problem.column}", fixes.get((problem.line, problem.column)))
        for problem in found.problems[:room]
    ]
    context = {
        "draft": draft,
        "file": stored,
        "found": found,
        "counts": counts,
        "writable": counts["created"] + counts["updated"],
        "rows": rows,
        "not_shown": len(found.problems) - len(rows),
        "settled": settled,
    }
    return render(request, "linkage/list/import_compare.html", context)


def _upload_page(
    request: StaffRequest, draft: ListVersion, form: ImportForm, status: int = 200, refused: str = ""
) -> HttpResponse:
    context = {"draft": draft, "form": form, "refused": refused}
    return render(request, "linkage/list/import_upload.html", context, status=status)


def _fixes(request: StaffRequest) -> dict[tuple[int, str], str]:
    """What was typed instead of wrong cells."""
    fixes = {}
    for name, value in request.POST.items():
        line, _, column = name.removeprefix(FIX).partition(":")
        if name.startswith(FIX) and line.isdecimal() and isinstance(value, str) and value.strip():
            fixes[int(line), column] = value.strip()
    return fixes
