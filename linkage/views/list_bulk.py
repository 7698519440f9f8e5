"""Changing many rows of the draft at once: ticked rows, or one person for another. Always shown before written."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from linkage.actions import list_bulk as actions
from linkage.forms.list_bulk import BulkForm, ReplaceForm
from linkage.models import ListVersion
from linkage.selectors import editor, list_bulk, lists
from linkage.selectors.list_bulk import Planned
from linkage.views.lists import Look
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number
from shenguan.ui.views.refusals import refusing


@require_POST
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def bulk_edit(request: StaffRequest) -> HttpResponse:
    """The form for the ticked rows (or all that fit the look), with `step` preview what it would do, apply does it."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    ids, step = _ids(request, draft), request.POST.get("step", "")
    entries = list(lists.entries_with_roles(draft).filter(pk__in=ids))
    if not entries:
        messages.warning(request, "没有勾选条目，请先在清单中勾选要修改的条目。")
        return redirect("linkage:list")
    context: dict[str, object] = {"draft": draft, "entries": entries, "planned": None}
    if not step:
        context["form"] = BulkForm(entries, initial={"version": draft.row_version})
        return render(request, "linkage/list/bulk.html", context)
    form = BulkForm(entries, request.POST)
    context["form"] = form
    if not form.is_valid():
        return render(request, "linkage/list/bulk.html", context, status=422)
    if step == "preview":
        context["planned"] = list_bulk.plan_values(draft, ids, form.values())
        return render(request, "linkage/list/bulk.html", context)
    try:
        number = actions.edit_entries(
            draft, by=request_actor(request), entries=ids, expected_version=_version(request), **form.values()
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        context["planned"] = list_bulk.plan_values(draft, ids, form.values())
        return render(request, "linkage/list/bulk.html", context, status=refusal.status)
    messages.success(request, f"已修改 {number} 条，可在“变更”中逐条核对。")
    return redirect("linkage:list")


def _ids(request: StaffRequest, draft: ListVersion) -> list[int]:
    """The ticked rows; with `all` every row of the draft that fits the look."""
    if not request.POST.get("all"):
        return [number for text in request.POST.getlist("entry") if (number := whole_number(text)) is not None]
    look = Look.of(request.POST, "all")
    found = editor.overview(draft, lists.published())
    lines = editor.chosen(found, tab=look.tab, text=look.text, department=look.department)
    return [line.entry.pk for line in lines if line.state != editor.REMOVED]


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_EDIT)
@refusing
def replace(request: StaffRequest) -> HttpResponse:
    """人员替换: choose who goes, who comes, look at every row it touches, write."""
    draft = get_object_or_404(ListVersion, status=ListVersion.Status.DRAFT)
    people = list_bulk.people_of(draft)
    wanted = request.POST.get("old", "")
    old = next((person for person, _ in people if person.username == wanted), None)
    step = request.POST.get("step", "")
    if request.method != "POST" or step == "choose":
        initial = {"version": draft.row_version, "old": wanted}
        return _replace_page(request, draft, ReplaceForm(people, old, initial=initial), old)
    form = ReplaceForm(people, old, request.POST)
    if not form.is_valid():
        return _replace_page(request, draft, form, old, status=422)
    values = {name: form.cleaned_data[name] for name in ("old", "new", "with_office")}
    if step == "preview":
        return _replace_page(request, draft, form, old, planned=list_bulk.plan_replacement(draft, **values))
    try:
        number = actions.replace_person(draft, by=request_actor(request), expected_version=_version(request), **values)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        planned = list_bulk.plan_replacement(draft, **values)
        return _replace_page(request, draft, form, old, planned=planned, status=refusal.status)
    messages.success(request, f"已将{values['old']}替换为{values['new']}，共 {number} 条；发布后生效。")
    return redirect("linkage:list")


def _replace_page(
    request: StaffRequest,
    draft: ListVersion,
    form: ReplaceForm,
    old: Staff | None,
    *,
    planned: list[Planned] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"draft": draft, "form": form, "old": old, "planned": planned}
    return render(request, "linkage/list/replace.html", context, status=status)


def _version(request: StaffRequest) -> int | None:
    return whole_number(request.POST.get("version", ""))
