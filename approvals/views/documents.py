"""Official papers as they are printed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals import document_text
from approvals.views import fetch
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest
from shenguan.access.roles import Permission
from shenguan.workdays.calendar import OFFICE_ZONE


@require_safe
@require(Permission.APPLICATION_VIEW)
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """One paper, for the screen and for the printer."""
    paper = fetch.document(request, pk)
    context = {
        "document": paper,
        "application": paper.application,
        "paragraphs": document_text.paragraphs(paper),
        "issued_on": document_text.official(paper.issued_at.astimezone(OFFICE_ZONE).date()),
    }
    return render(request, "approvals/documents/paper.html", context)
