"""The list of audit entries, for the audit administrator only (R11.05)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shenguan.access.decorators import require
from shenguan.access.roles import Permission
from shenguan.audit.forms.entries import EntryFilter
from shenguan.audit.labels import label_of, registered
from shenguan.audit.models import AuditEntry
from shenguan.audit.queries import entries as find_entries
from shenguan.ui.paging import keyset_page


@require_safe
@require(Permission.AUDIT_VIEW)
def entries(request: HttpRequest) -> HttpResponse:
    """Newest first; an absurd filter is explained beside its field and shows nothing."""
    form = EntryFilter(request.GET)
    rows = find_entries(**form.cleaned_data) if form.is_valid() else AuditEntry.objects.none()
    page = keyset_page(request, rows, ordering=("-at", "-id"))
    context = {
        "form": form,
        "page": page,
        "rows": [(entry, label_of(entry.action), getattr(entry, "seal", None)) for entry in page.items],
        "actions": registered(),
        "filtered": bool(form.changed_data),
    }
    return render(request, "audit/entries.html", context, status=200 if form.is_valid() else 422)
