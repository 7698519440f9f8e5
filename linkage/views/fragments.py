"""Parts of other apps' pages that only the linkage can draw. Each checks by itself who may see it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from approvals.models import ApprovalItem
from credit import dealings
from credit.models import Subject
from linkage.selectors.cases import pushes_of_case, visible_pushes
from linkage.selectors.pushes import of_case
from linkage.selectors.rails import rail_of
from linkage.selectors.subjects import feedback_about
from linkage.selectors.targets import target
from linkage.selectors.timelines import timeline_for, with_deliveries
from linkage.views.access import fetch_case
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.events.models import PendingEvent
from shenguan.workdays import calendar

CASE_READERS = (Permission.APPLICATION_VIEW, Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)
LIST_READERS = (Permission.LINKAGE_LIST_VIEW, Permission.APPLICATION_INTAKE)
SUBJECT_READERS = (Permission.APPLICATION_VIEW, Permission.INBOX_VIEW, Permission.OBJECT_VIEW, Permission.CREDIT_VIEW)


@require_safe
@require(*LIST_READERS)
def push_target(request: StaffRequest) -> HttpResponse:
    """Who will receive the pushes of `?item=<code>`, with the 适用情形 to tick (name="situations").

    `?situations=…&situations=…` are those ticked, `?mode=commitment` asks for 告知承诺, `?subject_kind=` is the kind of
    the party. Without an item the fragment is empty.
    """
    code = request.GET.get("item", "")
    if not code:
        return render(request, "linkage/cases/_target.html", {"target": None})
    item = get_object_or_404(ApprovalItem, code=code, is_active=True)
    kind = request.GET.get("subject_kind", "")
    subject = Subject(kind=kind) if kind in Subject.Kind.values else None
    by_commitment = request.GET.get("mode") == "commitment"
    found = target(item, request.GET.getlist("situations"), by_commitment=by_commitment, subject=subject)
    context = {"target": found, "mode": request.GET.get("mode", ""), "subject_kind": kind}
    return render(request, "linkage/cases/_target.html", context)


@require_safe
@require(*CASE_READERS)
def case_timeline(request: StaffRequest, number: str) -> HttpResponse:
    """Every step of a case that the viewer's side may see, newest first."""
    application = fetch_case(request, number)
    number = application.number or ""
    events = with_deliveries(timeline_for(request.user, number), number)[::-1]
    return render(request, "linkage/cases/_events.html", {"events": events})


@require_safe
@require(*CASE_READERS)
def case_rail(request: StaffRequest, number: str) -> HttpResponse:
    """The supervision rail of the 双轨图 with the two arrows above it."""
    application = fetch_case(request, number)
    pushes = list(of_case(number).select_related("entry"))
    context = {"rail": rail_of(application, pushes, calendar.today())}
    return render(request, "linkage/cases/_rail.html", context)


@require_safe
@require(*CASE_READERS)
def case_pushes(request: StaffRequest, number: str) -> HttpResponse:
    """The pushes of a case that the viewer's department sent or received; it asks again while some are on their way."""
    fetch_case(request, number)
    context = {
        "pushes": pushes_of_case(request.user, number),
        "is_routing": PendingEvent.objects.filter(event__case_number=number).exists(),
    }
    return render(request, "linkage/cases/_case_pushes.html", context)


@require_safe
@require(*SUBJECT_READERS)
def subject_feedback(request: StaffRequest, subject_id: int) -> HttpResponse:
    """Open findings about a party and what supervision reported, whichever department found it.

    A number leads to its push only for those who may open it.
    """
    subject = get_object_or_404(Subject, pk=subject_id)
    if subject.is_person and not dealings.may_know(request.user, subject):
        raise Http404("没有这个相对人。")
    found = feedback_about(subject.pk)
    mine = visible_pushes(request.user).filter(pk__in=[push.pk for push in found.reports])
    context = {"feedback": found, "openable": set(mine.values_list("pk", flat=True)), "today": calendar.today()}
    return render(request, "linkage/cases/_subject_feedback.html", context)
