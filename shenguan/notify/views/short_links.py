"""Entering a 监管码, or following the short link of a message. Both need a login."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shenguan.access.requests import StaffRequest, request_actor
from shenguan.notify.actions.short_links import open_code
from shenguan.ui.views import refusing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@refusing
def enter(request: StaffRequest) -> HttpResponse:
    """A field for the code; a wrong one keeps what was typed."""
    typed = request.POST.get("code", "")
    wrong = False
    if request.method == "POST":
        if path := open_code(typed, by=request_actor(request)):
            return redirect(path)
        wrong = True
    context = {"typed": typed[:12], "wrong": wrong}
    return render(request, "notify/short_link.html", context, status=404 if wrong else 200)


@never_cache
@require_safe
@refusing
def follow(request: StaffRequest, code: str) -> HttpResponse:
    """Leads to the page; 404 for whoever may not see it, just as for a code that does not exist."""
    if path := open_code(code, by=request_actor(request)):
        return redirect(path)
    raise Http404("监管码不存在、已失效，或不属于您的单位。")
