"""Showing personal data unmasked: a right, a typed reason, an audit row, and a time limit (RULES R11, last lines).

Any app may serve its own fields with `unmask_response`. The fragment replaces itself by the masked one after
SHOWN_SECONDS; nothing is kept in the session or in a cache.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from credit.forms.subjects import UnmaskForm
from shenguan import audit
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission

SHOWN_SECONDS = 60


@dataclass(frozen=True)
class MaskedField:
    """One number on a page. `url` takes the POST that unmasks it and gives the masked fragment on GET."""

    key: str  # field name; also makes the element's id
    label: str
    masked: str
    url: str

    @property
    def element_id(self) -> str:
        """The element that the fragments replace."""
        return f"masked-{self.key}"


def unmask_response(request: StaffRequest, field: MaskedField, *, value: str, target: Model) -> HttpResponse:
    """The fragment of one field: masked on GET, plain for a while after a POST with a reason.

    The caller has already checked that this person may see `target` at all. Raises NotAllowed without the right to
    unmask. A missing reason is answered with 422 and the form again.
    """
    if request.method != "POST":
        return _fragment(request, field, UnmaskForm(auto_id=f"id_{field.key}_%s"))
    by = request_actor(request)
    by.require(Permission.PERSONAL_DATA_UNMASK)
    form = UnmaskForm(request.POST, auto_id=f"id_{field.key}_%s")
    if not form.is_valid():
        return _fragment(request, field, form, status=422)
    with transaction.atomic():
        reason = form.cleaned_data["reason"]
        audit.record(
            "personal_data.unmask",
            by=by,
            target=target,
            label=field.label,
            detail={"field": field.key, "reason": reason},
        )
    context = {"field": field, "value": value, "seconds": SHOWN_SECONDS}
    return _uncached(render(request, "credit/unmask/_plain.html", context))


def _fragment(request: StaffRequest, field: MaskedField, form: UnmaskForm, status: int = 200) -> HttpResponse:
    can_unmask = request.user.may(Permission.PERSONAL_DATA_UNMASK)
    context = {"field": field, "form": form, "can_unmask": can_unmask}
    return _uncached(render(request, "credit/unmask/_masked.html", context, status=status))


def _uncached(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
