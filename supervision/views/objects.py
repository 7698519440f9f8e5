"""The register of supervised objects, findings, and the catalogue of supervision items."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.decorators import public, require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import selectors
from supervision.actions import findings, inspections
from supervision.forms.inspections import ClosingForm
from supervision.models import Inspection, SupervisedObject, SupervisionItem


@require_safe
@require(Permission.OBJECT_VIEW)
def object_list(request: StaffRequest) -> HttpResponse:
    """Newest first, searched by `?q=`."""
    text = request.GET.get("q", "").strip()
    page = keyset_page(request, selectors.objects_for(request.user, text=text), ordering=("-id",))
    return render(request, "supervision/objects/list.html", {"page": page, "text": text})


@require_safe
@require(Permission.OBJECT_VIEW)
def object_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One object: its permit, tasks, inspections and findings."""
    found = get_object_or_404(SupervisedObject.objects.visible_to(request.user), pk=pk)
    today = calendar.today()
    registered = selectors.object_file(found)
    context = {
        "object": registered,
        "tasks": [(task, due_state(task.deadline, today)) for task in registered.tasks.all()],
        "may_inspect": request.user.may(Permission.INSPECTION_DO)
        and request.user.department_id == registered.department_id
        and registered.status == SupervisedObject.Status.ACTIVE,
        "forms": Inspection.Form.choices,
    }
    return render(request, "supervision/objects/detail.html", context)


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def object_inspect(request: StaffRequest, pk: int) -> HttpResponse:
    """Starts a visit that no task asked for."""
    found = get_object_or_404(SupervisedObject.objects.visible_to(request.user), pk=pk)
    form = request.POST.get("form", "")
    chosen = form if form in Inspection.Form.values else Inspection.Form.ROUTINE
    started = inspections.start(by=request_actor(request), watched=found, form=chosen)
    return redirect("supervision:inspection", started.number)


@require_safe
@require(Permission.OBJECT_VIEW)
def subject_objects(request: StaffRequest, subject_id: int) -> HttpResponse:
    """Fragment for the subject's file: under which items the viewer's side watches this party."""
    rows = SupervisedObject.objects.filter(subject_id=subject_id).select_related("item", "department", "office")
    return render(request, "supervision/objects/_of_subject.html", {"objects": rows[:50]})


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def finding_list(request: StaffRequest) -> HttpResponse:
    """Open findings of the department, `?all=1` with the closed ones."""
    show_all = bool(request.GET.get("all"))
    rows = selectors.findings_for(request.user, open_only=not show_all)
    page = keyset_page(request, rows, ordering=("-id",))
    today = calendar.today()
    context = {
        "page": page,
        "rows": [(row, due_state(row.deadline, today) if row.deadline else None) for row in page.items],
        "show_all": show_all,
        "form": ClosingForm(),
        "may_close": request.user.may(Permission.INSPECTION_MANAGE),
    }
    return render(request, "supervision/findings.html", context)


@require_POST
@require(Permission.INSPECTION_MANAGE)
@refusing
def finding_close(request: StaffRequest, number: str) -> HttpResponse:
    """Closes a finding on papers handed in."""
    found = get_object_or_404(selectors.findings_for(request.user, open_only=False), number=number)
    findings.close(found, by=request_actor(request), note=request.POST.get("note", ""), on=calendar.today())
    messages.success(request, f"问题 {number} 已确认整改。")
    return redirect("supervision:findings")


@require_safe
@require(Permission.CATALOGUE_VIEW)
def item_list(request: StaffRequest) -> HttpResponse:
    """The supervision-item catalogue, searched by `?q=`."""
    text = request.GET.get("q", "").strip()
    page = keyset_page(request, selectors.items(text), ordering=("code",))
    return render(request, "supervision/items/list.html", {"page": page, "text": text})


@require_safe
@require(Permission.CATALOGUE_VIEW)
def item_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One item with its checklist."""
    item = get_object_or_404(SupervisionItem.objects.select_related("department", "office"), code=code)
    return render(request, "supervision/items/detail.html", {"item": item, "elements": item.elements.all()})


@public
@require_safe
def public_inspections(request: StaffRequest) -> HttpResponse:
    """Inspection results that must be public (R4.05), searched by the party's name or code."""
    text = request.GET.get("q", "").strip()
    rows = selectors.published_inspections()
    if text:
        rows = rows.filter(object__subject__name__icontains=text) | rows.filter(object__subject__uscc=text.upper())
    page = keyset_page(request, rows, ordering=("-id",))
    return render(request, "supervision/public_inspections.html", {"page": page, "text": text})
