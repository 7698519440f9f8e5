"""The register of supervised objects, the catalogue of supervision items, and published results."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from credit import dealings
from credit.models import Subject
from shenguan.access.decorators import public, require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import selectors
from supervision.actions import inspections
from supervision.lifecycle import FINDING
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
        "may_freeze": request.user.may(Permission.PUSH_FEEDBACK)
        and request.user.department_id == registered.department_id,
        "may_open": request.user.may(Permission.INSPECTION_DO) or request.user.may(Permission.INSPECTION_MANAGE),
        "unmended": sum(finding.status in FINDING["close"].sources for finding in registered.findings.all()),
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
    """Fragment for the subject's file: which departments watch this party and under which items."""
    subject = get_object_or_404(Subject, pk=subject_id)
    if subject.is_person and not dealings.may_know(request.user, subject):
        raise Http404("没有这个相对人。")
    return render(request, "supervision/objects/_of_subject.html", {"objects": selectors.objects_of(subject_id)})


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
    page = keyset_page(request, selectors.published_inspections(text), ordering=("-id",))
    return render(request, "supervision/public_inspections.html", {"page": page, "text": text})
