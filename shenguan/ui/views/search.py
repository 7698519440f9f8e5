"""The global search page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from shenguan.access.requests import StaffRequest
from shenguan.ui import search


@require_safe
def results(request: StaffRequest) -> HttpResponse:
    """Hits of all apps for `?q=`; a single exact one opens at once."""
    text = request.GET.get("q", "").strip()[: search.LONGEST_QUERY]
    refused = search.is_personal_number(text)
    hits = search.find(request.user, text) if text and not refused else []
    exact = [hit for hit in hits if hit.exact]
    if len(exact) == 1:
        return redirect(exact[0].url)
    return render(request, "ui/search.html", {"text": "" if refused else text, "hits": hits, "refused": refused})
