"""The published list for everybody (R10.01): who approves, who supervises, whom to call. No mobile numbers."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from linkage.views import list_columns, sheets
from shenguan.access.decorators import public
from shenguan.org.models import Department
from shenguan.ui import navigation
from shenguan.ui.paging import keyset_page

PAGE = 20
TITLE = "审管联动事项清单"
FORMATS = ("xlsx", "csv", "json")


@public
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The version in force, searched by `?q=` and department; `?print=1` is the official annex with all rows."""
    version = _version(request)
    if version is None:
        return render(request, "linkage/public/none.html")
    entries, text, department = _entries(request, version)
    found = entries.count()
    context = {
        "version": version,
        "text": text,
        "department": department,
        "total": version.entries.count(),
        "found": found,
        "found_text": f"找到 {found} 条",
        "versions": _public_versions(),
        "verify_url": navigation.address("approvals_public:permit_search"),
    }
    if request.GET.get("print"):
        narrowed = {"entries": entries.order_by("sequence"), "narrowed": bool(text or department)}
        return render(request, "linkage/public/annex.html", context | narrowed)
    page = keyset_page(request, entries, ordering=("sequence",), size=PAGE)
    departments = Department.objects.filter(linkage_entries__version=version).distinct()
    return render(request, "linkage/public/list.html", context | {"page": page, "departments": departments})


@public
@require_safe
def download(request: HttpRequest, file_format: str) -> HttpResponse:
    """The same rows as a file: xlsx, csv or json."""
    version = _version(request)
    if version is None:
        return render(request, "linkage/public/none.html", status=404)
    entries, _, _ = _entries(request, version)
    rows = [list_columns.public_row(entry) for entry in entries.order_by("sequence")]
    name = f"{TITLE}_{version}"
    if file_format == "xlsx":
        return sheets.workbook(name, list_columns.PUBLIC_COLUMNS, rows)
    if file_format == "csv":
        return sheets.text_table(name, list_columns.PUBLIC_COLUMNS, rows)
    items = [dict(zip(list_columns.PUBLIC_COLUMNS, row, strict=True)) for row in rows]
    body = {"title": TITLE, "version": version.label, "effective_from": version.effective_from, "items": items}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _public_versions() -> QuerySet[ListVersion]:
    return ListVersion.objects.exclude(status=ListVersion.Status.DRAFT).order_by("-effective_from")


def _version(request: HttpRequest) -> ListVersion | None:
    """The version asked for, else the one in force; a draft is nobody's business out here."""
    label = request.GET.get("version", "")
    return get_object_or_404(_public_versions(), label=label) if label else lists.in_force()


def _entries(request: HttpRequest, version: ListVersion) -> tuple[QuerySet[LinkageEntry], str, str]:
    text, department = request.GET.get("q", "").strip()[:80], request.GET.get("department", "")
    entries = lists.with_everything(version.entries.all())
    if department:
        entries = entries.filter(department__code=department)
    if text:
        entries = entries.filter(
            Q(approval_item__name__icontains=text)
            | Q(approval_item__name_initials__istartswith=text)
            | Q(supervision_item__name__icontains=text)
            | Q(department__name__icontains=text)
            | Q(approval_item__code=text)
        )
    return entries, text, department
