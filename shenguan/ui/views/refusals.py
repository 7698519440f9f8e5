"""From a Refusal to an answer: the sentence on the page, the refusal's own status, and nothing typed is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import reswap, retarget

from shenguan.refusals import Refusal

View = Callable[..., HttpResponseBase]
OnRefusal = Callable[..., HttpResponseBase]  # (request, refusal, *args, **kwargs) of the view


@overload
def refusing(view: View) -> View: ...


@overload
def refusing(*, on_refusal: OnRefusal | None = None) -> Callable[[View], View]: ...


def refusing(view: View | None = None, *, on_refusal: OnRefusal | None = None) -> View | Callable[[View], View]:
    """Catches the Refusal a view's action raises and answers with the refusal's status (403, 409, 422).

    A view with a form passes `on_refusal(request, refusal, *view_args, **view_kwargs)`, which renders that form again
    with what was typed; it sets `status=refusal.status` itself. Without it: an htmx request gets the sentence in the
    page's message area while the form stays untouched, a plain one gets a page with the way back.
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return inner(request, *args, **kwargs)
            except Refusal as refusal:
                if on_refusal:
                    return on_refusal(request, refusal, *args, **kwargs)
                return refused_response(request, refusal)

        return guarded

    return decorate(view) if view else decorate


def refused_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer `refusing` gives by default."""
    context = {"refusal": refusal, "errors": getattr(refusal, "errors", {}), "back": _way_back(request)}
    if getattr(request, "htmx", False):
        response = render(request, "components/refusal.html", context, status=refusal.status)
        return reswap(retarget(response, "#messages"), "innerHTML")
    return render(request, "errors/refused.html", context, status=refusal.status)


def _way_back(request: HttpRequest) -> str:
    """The page the person came from if it is ours, else home."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        parts = urlsplit(referrer)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"
