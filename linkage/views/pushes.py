"""One push: its page, its preview, what may be done with it, its papers."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from approvals.links import application_url, permit_change_url
from credit.views.unmask import MaskedField, unmask_response
from linkage import links, policies
from linkage.actions import moves
from linkage.actions.consultation_replies import SPEAKERS
from linkage.forms.pushes import DeedForm
from linkage.lifecycle import PUSH
from linkage.models import Push
from linkage.selectors import cards
from linkage.selectors.cases import permit_of_case, pushes_of_case
from linkage.selectors.openings import OPENED_BY
from linkage.selectors.pushes import backlog_age, papers_of, twins_of
from linkage.views.access import fetch_push, way_back
from linkage.views.deeds import DEEDS, Deed
from shenguan.access import scope
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.events.models import Event
from shenguan.files.responses import download
from shenguan.privacy import masking
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state
from supervision.models import CheckTask

JOURNAL_SHOWN = 30
CHECKS = frozenset({Push.NextStep.FIRST_CHECK, Push.NextStep.COMMITMENT_CHECK, Push.NextStep.RECHECK})


def push_context(request: StaffRequest, push: Push, offered: Collection[str] | None = None) -> dict[str, object]:
    """What preview and page both show; `offered` are the actions open to this person, where they are known already."""
    if offered is None:
        offered = policies.allowed_for(push, request_actor(request))
    return {
        "push": push,
        "backlog_age": backlog_age(push, calendar.today()),
        "due": due_state(push.deadline, calendar.today()) if push.deadline else None,
        "deeds": [(name, wanted) for name, wanted in DEEDS.items() if name in offered],
        "check": _open_check(request, push),
        "contact": contact_field(push) if push.subject else None,
        "can_unmask": request.user.may(Permission.PERSONAL_DATA_UNMASK),
        "journal": journal_of(push)[:JOURNAL_SHOWN],
        "case_url": application_url(push.case_number) if _opens_case(request, push) else "",
        "permit_acts": _permit_acts(request, push),
        "consult_url": _consult_url(request, push),
        "freeze_url": _freeze_url(request, push),
        "thread_url": links.thread_url(push.kind, push.case_number),
        "proposal": policies.PROPOSALS.get(push.payload.get("proposal", ""), "") if push.application else "",
    }


def _open_check(request: StaffRequest, push: Push) -> CheckTask | None:
    """The check this push waits for, for whoever may do it."""
    may_do = request.user.may(Permission.INSPECTION_DO) and request.user.department_id == push.department_id
    if not may_do or push.next_step not in CHECKS:
        return None
    return CheckTask.objects.open().filter(push_number=push.number).order_by("due_on", "id").first()


def _permit_acts(request: StaffRequest, push: Push) -> list[tuple[str, str]]:
    """(label, address) of the permit's own page, prefilled, for who may act on it while a report waits for its answer.

    Whoever answers without that right records what was done there; nothing is done twice.
    """
    waits = push.status == Push.Status.WAITING_ANSWER and not push.is_forward
    mine = push.department_id == request.user.department_id
    if push.application is None or not (waits and mine and request.user.may(Permission.PERMIT_MANAGE)):
        return []
    permit = permit_of_case(push.application)
    if permit is None:
        return []
    proposal = push.payload.get("proposal", "")
    names = [proposal] if proposal else ["revoke", "change", "cancel"]
    return [
        (policies.ANSWER_OUTCOMES[name], f"{permit_change_url(permit.pk, name)}?push={push.number}") for name in names
    ]


def _consult_url(request: StaffRequest, push: Push) -> str:
    """Where either side of a case opens a consultation about it."""
    mine = request.user.department_id in (push.department_id, push.sender_id)
    if not mine or push.application is None or not any(request.user.may(one) for one in SPEAKERS):
        return ""
    return f"{reverse('linkage:consultation_new')}?push={push.number}"


def _freeze_url(request: StaffRequest, push: Push) -> str:
    """Where the supervising department asks to freeze approvals of the party; empty for everybody else."""
    mine = push.is_forward and push.department_id == request.user.department_id
    if not mine or push.application is None or not request.user.may(Permission.PUSH_FEEDBACK):
        return ""
    return f"{reverse('linkage:freeze_new', args=[push.party.pk])}?push={push.number}"


def _opens_case(request: StaffRequest, push: Push) -> bool:
    """The case itself is the deciding department's; the other side reads its timeline here."""
    if push.application is None or not request.user.may(Permission.APPLICATION_VIEW):
        return False
    return scope.sees_all(request.user) or request.user.department_id == push.application.department_id


def contact_field(push: Push) -> MaskedField:
    """The party's telephone number, masked; showing it leaves a trace."""
    phone = push.party.phone
    masked = masking.mask_phone(phone) if phone else ""
    return MaskedField(f"phone-{push.pk}", "联系电话", masked, reverse("linkage:push_contact", args=[push.number]))


def journal_of(push: Push) -> QuerySet[Event]:
    """What happened to this push, oldest first."""
    return Event.objects.filter(case_number=push.case_number, payload__push_number=push.number)


@require_safe
@require(*OPENED_BY)
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """The page of one push: contents, parties, what happened, deliveries, objection, related pushes."""
    push = fetch_push(request, number)
    offered = policies.allowed_for(push, request_actor(request))
    context = push_context(request, push, offered) | {
        "deliveries": push.deliveries.select_related("endpoint").prefetch_related("attempts").order_by("-id"),
        "objection": getattr(push, "objection", None),
        "related": pushes_of_case(request.user, push.case_number).exclude(pk=push.pk),
        "notes": push.notes.select_related("file"),
        "cards": cards.of_push(push),
        "withdrawals": push.withdrawals.select_related("deadline"),
        "merges": push.merges.select_related("survivor"),
        "merged_in": push.merged_in.select_related("push").filter(undone_at__isnull=True),
        "twins": _twins(push, offered),
        "attachments": push.attachments.select_related("file"),
    }
    return render(request, "linkage/pushes/detail.html", context)


def _twins(push: Push, offered: Collection[str]) -> list[Push]:
    """Open pushes that look like this one, for those who may merge them."""
    return list(twins_of(push)) if push.status in PUSH["merge"].sources and "merge" in offered else []


@require_safe
@require(*OPENED_BY)
def preview(request: StaffRequest, number: str) -> HttpResponse:
    """The pane beside the inbox."""
    return render(request, "linkage/inbox/_preview.html", push_context(request, fetch_push(request, number)))


@require_http_methods(["GET", "HEAD", "POST"])
@require(*OPENED_BY)
@refusing
def deed(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """The form of one action, and the action itself. A refusal keeps what was typed."""
    if action not in DEEDS:
        raise Http404("没有这个操作。")
    push, wanted = fetch_push(request, number), DEEDS[action]
    if request.method != "POST":
        _check_offered(request, push, action)
        back = request.htmx.current_url_abs_path or "" if request.htmx else ""
        return _deed_page(request, push, action, wanted.form(push, initial={"next": back}))
    form = wanted.form(push, request.POST, request.FILES)
    if not form.is_valid():
        return _deed_page(request, push, action, form, status=422)
    try:
        done = wanted.run(push, request_actor(request), form.cleaned_data)
    except Refusal as refusal:
        if wanted.is_immediate:
            raise
        _show(refusal, form)
        return _deed_page(request, push, action, form, status=refusal.status)
    messages.success(request, done)
    back = way_back(request, form.cleaned_data["next"], reverse("linkage:push_detail", args=[number]))
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


def _check_offered(request: StaffRequest, push: Push, action: str) -> None:
    """Raises the refusal a press would get. Feedback is never turned away: when it is late it becomes a note."""
    by = request_actor(request)
    policies.check_may(push, by, action)
    if action == "withdraw" and policies.may_be_withdrawn(push):
        return
    if action not in policies.allowed(push) and not (action == "feedback" and push.is_forward):
        moves.forbid(push, action)


def _show(refusal: Refusal, form: DeedForm) -> None:
    errors: dict[str, list[str]] = getattr(refusal, "errors", {})
    if not errors:
        form.add_error(None, refusal.message)
    for field, sentences in errors.items():
        form.add_error(field if field in form.fields else None, sentences)


def _deed_page(request: StaffRequest, push: Push, action: str, form: DeedForm, status: int = 200) -> HttpResponse:
    wanted: Deed = DEEDS[action]
    template = "linkage/pushes/_deed.html" if request.htmx else "linkage/pushes/deed.html"
    return render(request, template, {"push": push, "action": action, "deed": wanted, "form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(*OPENED_BY)
@refusing
def contact(request: StaffRequest, number: str) -> HttpResponse:
    """The party's telephone number, masked, or in full for a while after a reason was given (R11)."""
    push = fetch_push(request, number)
    if push.subject is None:
        raise Http404("这件推送不针对某个相对人。")
    return unmask_response(request, contact_field(push), value=push.subject.phone, target=push.subject)


@require_safe
@require(*OPENED_BY)
def paper(request: StaffRequest, number: str, uuid: str) -> FileResponse:
    """A paper that hangs on this push or on one of its notes."""
    return download(get_object_or_404(papers_of(fetch_push(request, number)), uuid=uuid))


@require_safe
@require(*OPENED_BY)
def deeds(request: StaffRequest, number: str) -> HttpResponse:
    """The buttons of a push, put back when a form is cancelled."""
    return render(request, "linkage/pushes/_deeds.html", push_context(request, fetch_push(request, number)))
