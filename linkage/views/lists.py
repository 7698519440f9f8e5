"""The linkage list: the draft beside the published version, or one version alone."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from linkage.actions import lists as actions
from linkage.models import ListVersion
from linkage.selectors import editor, lists
from linkage.selectors.editor import Line, Overview
from linkage.views import list_columns, sheets
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Staff
from shenguan.ui.numbers import whole_number
from shenguan.ui.paging import KeysetPage
from shenguan.ui.views.refusals import refusing

PAGE = 30
TABS = (("all", "全部"), ("changes", "变更"), ("broken", "待补正"))


@dataclass(frozen=True)
class Look:
    """What one look at the list asks for."""

    tab: str
    text: str
    department: str

    @classmethod
    def of(cls, wanted: QueryDict, default_tab: str) -> "Look":
        """From an address."""
        tab = wanted.get("tab", default_tab)
        return cls(
            tab if tab in dict(TABS) else default_tab, wanted.get("q", "").strip()[:80], wanted.get("department", "")
        )


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def list_page(request: StaffRequest) -> HttpResponse:
    """The draft beside the published version, or one version alone with `?version=`."""
    label, draft, published = request.GET.get("version", ""), lists.draft(), lists.published()
    version = get_object_or_404(ListVersion, label=label) if label else draft or published
    if version is None:
        return render(request, "linkage/list/none.html", {"may_edit": request.user.may(Permission.LINKAGE_LIST_EDIT)})
    is_draft = version.status == ListVersion.Status.DRAFT
    found = editor.overview(version, lists.published() if is_draft else None)
    look = Look.of(request.GET, "changes" if is_draft and found.differing and "q" not in request.GET else "all")
    lines = editor.chosen(found, tab=look.tab, text=look.text, department=look.department)
    page, first = _page(request, lines)
    context = list_context(request, found) | {
        "look": look,
        "tabs": [(key, title, _tab_count(found, key)) for key, title in TABS],
        "page": page,
        "lines": page.items,
        "summary": f"共 {len(lines)} 条，第 {first}—{first + len(page.items) - 1} 条" if lines else "",
        "departments": Department.objects.filter(linkage_entries__version=version).distinct(),
        "published": published,
        "draft": draft,
        "versions": ListVersion.objects.exclude(status=ListVersion.Status.DRAFT),
    }
    return render(request, "linkage/list/list.html", context)


def list_context(request: StaffRequest, found: Overview) -> dict[str, object]:
    """The version bar, and whether this person may edit what it shows."""
    is_draft = found.version.status == ListVersion.Status.DRAFT
    return {
        "overview": found,
        "version": found.version,
        "is_draft": is_draft,
        "may_edit": request.user.may(Permission.LINKAGE_LIST_EDIT),
        "editor_name": editor_of(found.version),
        "editable": is_draft and request.user.may(Permission.LINKAGE_LIST_EDIT),
        "may_publish": is_draft and request.user.may(Permission.LINKAGE_LIST_PUBLISH),
    }


def editor_of(version: ListVersion) -> str:
    """The name of whoever edited a version last; the login name of somebody who is gone."""
    name = Staff.objects.filter(username=version.edited_by).values_list("name", flat=True).first()
    return name or version.edited_by


def _tab_count(found: Overview, key: str) -> int:
    return {"all": found.entry_count, "changes": found.differing, "broken": found.broken}[key]


def _page(request: StaffRequest, lines: list[Line]) -> tuple[KeysetPage, int]:
    """Numbered pages: the list is bounded, the comparison has it in memory. Returns the first row's place too."""
    wanted = request.GET.get("page", "1")
    last = max((len(lines) - 1) // PAGE, 0)
    number = min(max((whole_number(wanted) or 1) - 1, 0), last)
    items = lines[number * PAGE : (number + 1) * PAGE]
    before = _address(request, number) if number else ""
    after = _address(request, number + 2) if number < last else ""
    return KeysetPage(items, before, after), number * PAGE + 1


def _address(request: StaffRequest, page: int) -> str:
    wanted = request.GET.copy()
    wanted["page"] = str(page)
    return f"?{wanted.urlencode()}"


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def draft_create(request: StaffRequest) -> HttpResponse:
    """A draft copied from the published version."""
    draft = actions.create_draft(by=request_actor(request))
    messages.success(request, f"已创建草稿 {draft}，内容与现行清单相同，可以逐条修改。")
    return redirect("linkage:list")


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def export(request: StaffRequest) -> HttpResponse:
    """A version as a workbook, with the columns the import reads."""
    label = request.GET.get("version", "")
    version = get_object_or_404(ListVersion, label=label) if label else lists.draft() or lists.published()
    if version is None:
        return redirect("linkage:list")
    audit.record("list.export", by=request_actor(request), target=version)
    entries = lists.with_everything(version.entries.all())
    rows = (list_columns.row(entry, version) for entry in entries)
    write = sheets.text_table if request.GET.get("format") == "csv" else sheets.workbook
    return write(f"审管联动事项清单_{version}", list_columns.COLUMNS, rows)
