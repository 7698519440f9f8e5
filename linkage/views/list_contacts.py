"""Whom to call about one row: offices for every reader, mobile numbers under their own right, with a trace (R11)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from credit.views.unmask import MaskedField, unmask_response
from linkage.models import LinkageEntry
from linkage.selectors import lists
from linkage.selectors.list_bulk import ROLES
from linkage.selectors.lists import LABELS
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.privacy import masking
from shenguan.ui.views.refusals import refusing


@require_safe
@require(Permission.LINKAGE_LIST_VIEW)
def contacts(request: StaffRequest, pk: int) -> HttpResponse:
    """The people of a row with their office's telephone and their mobile, masked."""
    entry = _fetch(pk)
    rows = [
        (LABELS[role], person, _office(entry, role), _field(entry, role))
        for role in ROLES
        if (person := getattr(entry, role)) is not None
    ]
    may_unmask = request.user.may(Permission.PERSONAL_DATA_UNMASK)
    return render(request, "linkage/list/contacts.html", {"entry": entry, "rows": rows, "can_unmask": may_unmask})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.LINKAGE_LIST_VIEW)
@refusing
def contact(request: StaffRequest, pk: int, role: str) -> HttpResponse:
    """One mobile number, masked, or in full for a while after a reason was given."""
    entry = _fetch(pk)
    person = getattr(entry, role) if role in ROLES else None
    if person is None:
        raise Http404("没有这个联络人。")
    return unmask_response(request, _field(entry, role), value=person.mobile, target=person)


def _fetch(pk: int) -> LinkageEntry:
    return get_object_or_404(lists.with_everything(LinkageEntry.objects.select_related("version")), pk=pk)


def _office(entry: LinkageEntry, role: str) -> object:
    return entry.approval_office if role.startswith("approval") else entry.office


def _field(entry: LinkageEntry, role: str) -> MaskedField:
    mobile = getattr(entry, role).mobile
    address = reverse("linkage:entry_contact", args=[entry.pk, role])
    return MaskedField(f"mobile-{role}", f"{LABELS[role]}手机", masking.mask_phone(mobile) if mobile else "", address)
