"""Editing the draft of the list row by row, inside the table."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from approvals.models import ApprovalItem
from approvals.selectors import items as catalogue
from linkage.actions import list_bulk
from linkage.actions import lists as actions
from linkage.forms.lists import EntryForm, initial_of, typed
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import editor, lists
from linkage.views.lists import list_context
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number
from shenguan.ui.views.refusals import refusing


def fetch_draft_entry(pk: int) -> LinkageEntry:
    """A row of the draft; 404 for a row of a published version."""
    entries = lists.with_everything(LinkageEntry.objects.filter(version__status=ListVersion.Status.DRAFT))
    return get_object_or_404(entries.select_related("version"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def entry_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """The editor inside a row. `?department=` redraws it with that department's items, offices and people."""
    entry = fetch_draft_entry(pk)
    if not request.htmx and request.method != "POST":
        return redirect(f"{reverse('linkage:list')}?tab=all&q={entry.approval_item.code}#entry-{pk}")
    if request.method != "POST":
        return _editor(request, entry, _form(request, entry))
    department = Department.objects.filter(code=request.POST.get("department", "")).first()
    form = EntryForm(entry.approval_item, department, request.POST)
    if not form.is_valid():
        return _editor(request, entry, form, status=422)
    try:
        edit = list_bulk.edit_group if request.POST.get("apply_to_group") else actions.edit_entry
        edit(entry, by=request_actor(request), expected_version=form.cleaned_data["version"], **form.values())
    except Refusal as refusal:
        show_errors(refusal, form)
        return _editor(request, entry, form, status=refusal.status)
    if request.POST.get("apply_to_group"):
        messages.success(request, "已保存，同组条目一并修改，可在“变更”中逐条核对。")
        return HttpResponseClientRefresh() if request.htmx else redirect("linkage:list")
    return _row(request, entry)


def _form(request: StaffRequest, entry: LinkageEntry) -> EntryForm:
    initial = initial_of(entry, entry.version.row_version)
    code = request.GET.get("department", "")
    if not code or code == entry.department.code:
        return EntryForm(entry.approval_item, entry.department, initial=initial)
    department = get_object_or_404(Department, code=code)
    chosen = {"department": code, "supervision_item": "", "office": "", "liaison": "", "deputy": "", "paper": ""}
    return EntryForm(entry.approval_item, department, initial=initial | typed(request.GET) | chosen)


def show_errors(refusal: Refusal, form: EntryForm) -> None:
    """The sentences of a refusal beside their fields, the rest above the form."""
    errors: dict[str, list[str]] = getattr(refusal, "errors", {})
    if not errors:
        form.add_error(None, refusal.message)
    for field, sentences in errors.items():
        form.add_error(field if field in form.fields else None, sentences)


def _editor(request: StaffRequest, entry: LinkageEntry, form: EntryForm, status: int = 200) -> HttpResponse:
    context = {"line": editor.line_of(entry, lists.published()), "form": form, "editable": True, "is_draft": True}
    context["sibling_count"] = list_bulk.siblings(entry).count()
    return render(request, "linkage/list/_editor.html", context, status=status)


def _row(request: StaffRequest, entry: LinkageEntry) -> HttpResponse:
    """The saved row, and the version bar beside it."""
    version, published = ListVersion.objects.get(pk=entry.version_id), lists.published()
    context = list_context(request, editor.overview(version, published))
    context["line"] = editor.line_of(entry, published)
    return render(request, "linkage/list/_saved.html", context)


@require_safe
@require(Permission.LINKAGE_LIST_EDIT)
def entry_row(request: StaffRequest, pk: int) -> HttpResponse:
    """The row without its editor (收起)."""
    entry = fetch_draft_entry(pk)
    context = {"line": editor.line_of(entry, lists.published()), "editable": True, "is_draft": True}
    return render(request, "linkage/list/_line.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def entry_add(request: StaffRequest) -> HttpResponse:
    """One more row. First the approval item (`?item=` code, name or initials), then the rest."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("item", "").strip()
    item = ApprovalItem.objects.filter(is_active=True, code=wanted).select_related("implementing_department").first()
    if item is None:
        found = catalogue.search(wanted) if wanted else []
        context: dict[str, Any] = {"draft": draft, "item": None, "found": found, "wanted": wanted}
        return render(request, "linkage/list/add.html", context)
    department = Department.objects.filter(code=given.get("department", "")).first()
    initial = {"version": draft.row_version, "stages": LinkageEntry.Stage.values} | typed(request.GET)
    if department is not None:
        initial["department"] = department.code
    form = EntryForm(item, department, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _add(request, draft, item, form)
    status = 422 if form.is_bound else 200
    return render(request, "linkage/list/add.html", {"draft": draft, "item": item, "form": form}, status=status)


def _add(request: StaffRequest, draft: ListVersion, item: ApprovalItem, form: EntryForm) -> HttpResponse:
    by, version = request_actor(request), form.cleaned_data["version"]
    try:
        entry = actions.add_entry(draft, by=by, expected_version=version, approval_item=item, **form.values())
    except Refusal as refusal:
        show_errors(refusal, form)
        context = {"draft": draft, "item": item, "form": form}
        return render(request, "linkage/list/add.html", context, status=refusal.status)
    messages.success(request, f"已新增第 {entry.sequence} 条：{entry}。")
    return redirect("linkage:list")


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def entry_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Takes a row out of the draft."""
    entry = fetch_draft_entry(pk)
    actions.remove_entry(entry, by=request_actor(request), expected_version=_version(request))
    messages.success(request, f"已从草稿移除第 {entry.sequence} 条：{entry}。发布前可在“变更”中恢复。")
    return redirect("linkage:list")


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def entry_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Puts a removed row back as it is in the published version."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    removed = get_object_or_404(LinkageEntry, pk=pk, version=lists.published())
    actions.restore_entry(draft, by=request_actor(request), removed=removed, expected_version=_version(request))
    messages.success(request, f"已恢复：{removed}。")
    return redirect("linkage:list")


def _version(request: StaffRequest) -> int | None:
    text = request.POST.get("version", "")
    return whole_number(text)
