"""One case: its page, and everything that can be done to it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import policies
from approvals.actions import tolerance
from approvals.models import Application, ApplicationMaterial
from approvals.views import answers, case_parts, fetch
from approvals.views.operations import OPERATIONS, Operation, offers
from credit.models import CreditCheck
from credit.selectors.freezes import holding
from credit.views.unmask import MaskedField, unmask_response
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.files.responses import download
from shenguan.privacy import masking
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state

Status = Application.Status
CHANGERS = tuple(dict.fromkeys(operation.permission for operation in OPERATIONS.values()))


@require_safe
@require(Permission.APPLICATION_VIEW)
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """双轨图, the current task with its form, timeline, papers; deadline and linkage beside."""
    application = fetch.case(request, number)
    return render(request, "approvals/case/detail.html", page_context(request, application))


def page_context(request: StaffRequest, application: Application) -> dict[str, Any]:
    """What the case page shows."""
    today = calendar.today()
    seen = offers(application, request.user)
    task = next((offer for offer in seen if offer.operation.is_task and not offer.blocked), None)
    clock = application.promised_deadline or application.correction_deadline
    delivery = application.delivery_deadline if application.status == Status.GRANTED else None
    stops = case_parts.rail(application)
    return {
        "application": application,
        "stops": stops,
        "waiting": next((stop for stop in stops if stop.state == "now"), None),
        "task": task,
        "task_form": task.operation.build(application, None) if task else None,
        "more": [offer for offer in seen if offer is not task and not offer.blocked],
        "blocked": [offer for offer in seen if offer.blocked],
        "before_grant": _against_grant(application) if task and task.key == "decide" else "",
        "freezes": holding(application.subject_id, application.department_id, application.item.code),
        "at_window": _at_window(request, application),
        "moments": case_parts.timeline(application.number or ""),
        "due": due_state(clock, today) if clock else None,
        "clock": clock,
        "delivery": due_state(delivery, today) if delivery else None,
        "days": case_parts.strip(application.promised_deadline, today) if application.accepted_on else [],
        "permit": getattr(application, "permit", None),
        "commitment": getattr(application, "commitment", None),
        "checks": _checks(request, application),
        "phone": _phone(application),
        "may_supplement": any(row.state == ApplicationMaterial.State.TOLERATED for row in application.materials.all())
        and request.user.may(Permission.APPLICATION_INTAKE)
        and request.user.department_id == application.department_id,
    }


def _at_window(request: StaffRequest, application: Application) -> bool:
    """Whether this person may go on with the intake of the case."""
    return (
        application.status in (Status.RECEIVED, Status.CORRECTING)
        and request.user.may(Permission.APPLICATION_INTAKE)
        and request.user.department_id == application.department_id
    )


def _against_grant(application: Application) -> str:
    """What stands against a grant, told before the decider presses the button."""
    try:
        policies.check_can_grant(application)
    except Refusal as refusal:
        return refusal.message
    return ""


def _checks(request: StaffRequest, application: Application) -> list[CreditCheck]:
    """The credit checks of the case, the one in force first."""
    if not request.user.may(Permission.CREDIT_VIEW) or application.credit_check is None:
        return []
    older = CreditCheck.objects.filter(case_number=application.number).exclude(pk=application.credit_check.pk)
    return [application.credit_check, *older.select_related("subject")]


def _phone(application: Application) -> MaskedField | None:
    if not application.agent_phone:
        return None
    url = reverse("approvals:phone", args=[application.number])
    return MaskedField("agent_phone", "经办人手机", masking.mask_phone(application.agent_phone), url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.APPLICATION_VIEW)
@refusing
def phone(request: StaffRequest, number: str) -> HttpResponse:
    """The agent's phone: masked, or plain for a minute after a reason (RULES R11)."""
    application = fetch.case(request, number)
    field = _phone(application)
    if field is None:
        raise Http404("未登记经办人手机。")
    return unmask_response(request, field, value=application.agent_phone, target=application)


@require_http_methods(["GET", "HEAD", "POST"])
@require(*CHANGERS)
def operate(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """The page of one operation, which does it on POST. A refusal keeps what was typed."""
    operation = OPERATIONS.get(key)
    if operation is None:
        raise Http404("没有这项操作。")
    application = fetch.case(request, number)
    if request.method != "POST":
        form = operation.build(application, None)
        return _operation_page(request, application, key, form, None)
    form = operation.build(application, request.POST)
    try:
        answers.check(form)
        operation.run(application, request_actor(request), form.cleaned_data)
    except Refusal as refusal:
        fresh = fetch.case(request, number)
        answers.take_over(form, refusal, fresh)
        return _operation_page(request, fresh, key, form, refusal)
    messages.success(request, operation.done)
    return redirect("approvals:application", number)


def _operation_page(
    request: StaffRequest, application: Application, key: str, form: Form, refusal: Refusal | None
) -> HttpResponse:
    operation: Operation = OPERATIONS[key]
    context = {
        "application": application,
        "key": key,
        "operation": operation,
        "form": form,
        "refusal": refusal,
        "blocked": next((offer.blocked for offer in offers(application, request.user) if offer.key == key), ""),
    }
    return render(request, "approvals/case/operation.html", context, status=refusal.status if refusal else 200)


@require_POST
@require(Permission.APPLICATION_INTAKE)
@refusing
def supplement(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """A tolerated paper came in, with or without a scan."""
    application = fetch.case(request, number)
    row = get_object_or_404(ApplicationMaterial, pk=pk, application=application)
    by = request_actor(request)
    uploaded = request.FILES.get("file")
    stored = store_upload(uploaded, by=by, purpose="application.material") if uploaded else None
    tolerance.supplement(application, by=by, row=row, file=stored)
    messages.success(request, f"已补交“{row.material.name}”。")
    return redirect("approvals:application", number)


@require_safe
@require(Permission.APPLICATION_VIEW)
def material_file(request: StaffRequest, pk: int) -> FileResponse:
    """The scan of one paper, for whoever may see the case."""
    rows = ApplicationMaterial.objects.filter(application__in=Application.objects.visible_to(request.user))
    row = get_object_or_404(rows.select_related("file"), pk=pk, file__isnull=False)
    if row.file is None:
        raise Http404("该材料没有电子件。")
    return download(row.file)
