"""Parties: finding one, and its file."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credit import dealings
from credit.forms.subjects import SubjectLookupForm, SubjectSearchForm
from credit.models import CreditCheck, Subject
from credit.policies import state_on
from credit.selectors import freezes, records, subjects
from credit.selectors.global_search import OPENED_BY
from credit.views.unmask import MaskedField, unmask_response
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.privacy import masking
from shenguan.refusals import NotAllowed
from shenguan.ui.views.refusals import refusing
from shenguan.workdays.calendar import today

CHECKS_SHOWN = 10
FRAGMENTS = (
    ("监管对象与检查", "supervision:subject_objects", Permission.OBJECT_VIEW),
    ("联动反馈", "linkage:subject_feedback", Permission.INBOX_VIEW),
)
MASKS: dict[str, Callable[[str], str]] = {
    "phone": masking.mask_phone,
    "id_number": masking.mask_id_number,
    "legal_representative_id": masking.mask_id_number,
}


@require_safe
@require(*OPENED_BY)
def subject_search(request: StaffRequest) -> HttpResponse:
    """Organisations by name, initials or code; natural persons only by their whole number."""
    form = SubjectSearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "form": form,
        "text": text,
        "found": subjects.search(text) if text else [],
        "limit": subjects.SHOWN,
        "lookup_form": SubjectLookupForm(auto_id="id_lookup_%s"),
    }
    return render(request, "credit/subjects/search.html", context, status=200 if form.is_valid() else 422)


@never_cache
@sensitive_post_parameters("code")
@require_POST
@require(*dealings.LOOKED_UP_BY)
def subject_lookup(request: StaffRequest) -> HttpResponse:
    """One party by its whole number; the query leaves a trace with its reason (R6.07)."""
    form = SubjectLookupForm(request.POST, auto_id="id_lookup_%s")
    found = subjects.lookup(form.cleaned_data["code"]) if form.is_valid() else None
    if form.is_valid():
        detail = {"case_number": form.cleaned_data["case_number"]}
        label = found.shown_name if found else "未找到"
        audit.record("subject.lookup", by=request_actor(request), target=found, label=label, detail=detail)
    if found:
        return redirect("credit:subject", pk=found.pk)
    if form.is_valid():
        messages.warning(request, "没有找到该号码对应的主体，请逐位核对。")
    context = {"form": SubjectSearchForm(), "text": "", "found": [], "limit": subjects.SHOWN, "lookup_form": form}
    return render(request, "credit/subjects/search.html", context, status=422 if form.errors else 404)


@require_safe
@require(*OPENED_BY)
def subject(request: StaffRequest, pk: int) -> HttpResponse:
    """The file of one party. Looking into it is itself on record (R11.07)."""
    found = _fetch(request, pk)
    audit.record("subject.view", by=request_actor(request), target=found, label=found.shown_name)
    day = today()
    context = {
        "subject": found,
        "same_name": subjects.same_name(found)[:5] if not found.is_person else [],
        "masked_fields": [_masked(found, key) for key in MASKS if getattr(found, key)],
        "can_unmask": request.user.may(Permission.PERSONAL_DATA_UNMASK),
        "records": [(record, state_on(record, day)) for record in records.of_subject(found, request.user)],
        "measures": found.joint_measures.select_related("measure", "record", "proposed_by", "implemented_by"),
        "may_freeze": request.user.may(Permission.PUSH_FEEDBACK) and dealings.may_know(request.user, found),
        "freezes": freezes.of_subject(found, request.user),
        "checks": _checks(found, request),
        "fragments": _fragments(found, request.user),
    }
    return render(request, "credit/subjects/detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(*OPENED_BY)
@refusing
def subject_unmask(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """One masked number of a party, see credit/views/unmask.py."""
    found = _fetch(request, pk)
    if key not in MASKS:
        raise Http404("没有这个字段。")
    if request.method == "POST" and not dealings.may_know(request.user, found):
        raise NotAllowed("本部门没有涉及该主体的业务，不能查看未脱敏信息。", code="no_dealings")
    return unmask_response(request, _masked(found, key), value=getattr(found, key), target=found)


def _fetch(request: StaffRequest, pk: int) -> Subject:
    """The party; a natural person is not there for people who have no business with them (R6.07, R11.13)."""
    found = get_object_or_404(Subject.objects.select_related("region"), pk=pk)
    if found.is_person and not dealings.may_know(request.user, found):
        raise Http404("没有这个主体，或与本部门的业务无关。")
    return found


def _masked(subject: Subject, key: str) -> MaskedField:
    value: str = getattr(subject, key)
    label = str(getattr(Subject._meta.get_field(key), "verbose_name", key))
    return MaskedField(key, label, MASKS[key](value), reverse("credit:subject_unmask", args=[subject.pk, key]))


def _checks(subject: Subject, request: StaffRequest) -> list[CreditCheck]:
    """The latest checks of the viewer's department, for those who may read the log."""
    if not request.user.may(Permission.CREDIT_VIEW):
        return []
    return list(CreditCheck.objects.visible_to(request.user).filter(subject=subject)[:CHECKS_SHOWN])


def _fragments(subject: Subject, staff: Staff) -> list[tuple[str, str]]:
    """What other floors know about the party: each serves its own part, found by address name only (DESIGN §2)."""
    return [
        (title, reverse(name, args=[subject.pk]))
        for title, name, permission in FRAGMENTS
        if staff.may(permission) and _is_served(name)
    ]


def _is_served(name: str) -> bool:
    """Whether this installation has the page."""
    try:
        reverse(name, args=[0])
    except NoReverseMatch:
        return False
    return True
