"""The list of check tasks and recent inspections; assigning a task."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision import selectors
from supervision.actions import inspections, tasks
from supervision.forms.inspections import AssignForm
from supervision.models import CheckTask, Inspection


@require_safe
@require(Permission.INSPECTION_DO, Permission.INSPECTION_MANAGE)
def task_list(request: StaffRequest) -> HttpResponse:
    """Open tasks by due date, then the newest inspections; `?mine=1` shows only one's own."""
    mine, kind = bool(request.GET.get("mine")), request.GET.get("kind", "")
    rows = selectors.tasks_for(request.user, mine=mine, kind=kind if kind in CheckTask.Kind.values else "")
    page = keyset_page(request, rows, ordering=("due_on", "id"))
    today = calendar.today()
    recent = Inspection.objects.visible_to(request.user).select_related("object__subject", "object__item")[:8]
    context = {
        "page": page,
        "rows": [(task, due_state(task.deadline, today)) for task in page.items],
        "recent": recent,
        "mine": mine,
        "kind": kind,
        "kinds": CheckTask.Kind.choices,
        "people": selectors.inspectors_of(request.user.department_id),
        "may_assign": request.user.may(Permission.INSPECTION_MANAGE) or request.user.may(Permission.PUSH_ASSIGN),
        "may_inspect": request.user.may(Permission.INSPECTION_DO),
    }
    return render(request, "supervision/tasks.html", context)


@require_POST
@require(Permission.INSPECTION_MANAGE, Permission.PUSH_ASSIGN)
@refusing
def task_assign(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    """Gives a task to a colleague."""
    task = get_object_or_404(CheckTask.objects.visible_to(request.user), pk=pk)
    form = AssignForm(request.POST, people=selectors.inspectors_of(task.department_id))
    if not form.is_valid():
        raise Invalid("没有指派。", {"assignee": [str(text) for text in form.errors["assignee"]]})
    assignee = form.cleaned_data["assignee"]
    tasks.assign(task, by=request_actor(request), assignee=assignee)
    messages.success(request, f"已指派给{assignee.name}。")
    return redirect("supervision:inspections")


@require_POST
@require(Permission.INSPECTION_DO)
@refusing
def task_start(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    """Starts the inspection of a task, or goes on with the draft there is."""
    task = get_object_or_404(CheckTask.objects.visible_to(request.user), pk=pk)
    inspection = inspections.start(by=request_actor(request), task=task)
    return redirect(reverse("supervision:inspection", args=[inspection.number]))


def fetch(request: StaffRequest, number: str) -> Inspection:
    """The inspection if the viewer may see it, else 404; the only way pages get one."""
    rows = Inspection.objects.visible_to(request.user).select_related(
        "object__subject", "object__item", "task__deadline", "task__finding", "department"
    )
    return get_object_or_404(rows, number=number)
