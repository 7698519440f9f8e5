"""The doors of the portal: login by default, logout when idle, no writing on GET."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shenguan import audit
from shenguan.access.readonly import refuse_writes
from shenguan.access.requests import request_actor

GetResponse = Callable[[HttpRequest], HttpResponseBase]
MACHINE_PATHS = ("/api/", "/oauth2/")  # DRF and the token endpoint authenticate these themselves, and deny by default
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LAST_SEEN = "last_seen"
PASSWORD_DUE = "password_due"
OPEN_WHILE_PASSWORD_IS_DUE = frozenset({"access:password", "access:logout"})
SEEN_STEP_SECONDS = 60  # the session row is written at most once a minute, not on every page


def login_redirect(request: HttpRequest, reason: str = "") -> HttpResponse:
    """To the login page and back here afterwards. An htmx fragment makes its whole page go there.

    The way back is dropped for plain POST addresses: after the login they would be opened by GET.
    """
    fragment = HtmxDetails(request)
    if fragment:
        back = fragment.current_url_abs_path or ""
    else:
        back = request.get_full_path() if request.method in SAFE_METHODS else ""
    query = {name: value for name, value in (("next", back), ("reason", reason)) if value}
    target = resolve_url(settings.LOGIN_URL) + (f"?{urlencode(query)}" if query else "")
    return HttpResponseClientRedirect(target) if fragment else redirect(target)


class PortalLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Every page needs a login unless its view says `@public`; an overdue password must be changed first (R11.01)."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """The login page, the password page, or None to go on."""
        if request.path.startswith(MACHINE_PATHS):
            return None
        match = request.resolver_match
        is_due = request.user.is_authenticated and request.session.get(PASSWORD_DUE)
        if is_due and match and match.view_name not in OPEN_WHILE_PASSWORD_IS_DUE:
            return redirect("access:password")
        if request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        return login_redirect(request)


class IdleLogoutMiddleware:
    """Ends a session after IDLE_LOGOUT_SECONDS without a request (RULES R11.02)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Logs out and shows the login page when too late, else notes the time."""
        if not request.path.startswith(MACHINE_PATHS) and request.user.is_authenticated:
            now = int(time.time())
            last_seen = request.session.get(LAST_SEEN, now)
            if now - last_seen > settings.IDLE_LOGOUT_SECONDS:
                audit.record("login.idle_end", by=request_actor(request))
                logout(request)
                return login_redirect(request, reason="idle")
            if LAST_SEEN not in request.session or now - last_seen >= SEEN_STEP_SECONDS:
                request.session[LAST_SEEN] = now
        return self.get_response(request)


class NulMiddleware:
    """No number or search of ours holds a NUL: PostgreSQL refuses to compare one, SQLite finds nothing. 404 on both."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises Http404 for a NUL in the path, or in the query of a page; the API's filters refuse theirs by name."""
        is_machine = request.path.startswith(MACHINE_PATHS)
        if "\x00" in request.path_info or (not is_machine and "%00" in request.META.get("QUERY_STRING", "")):
            raise Http404("没有找到这个页面。")
        return self.get_response(request)


class ReadOnlyGetMiddleware:
    """Runs the views of GET, HEAD and OPTIONS on connections that refuse to write.

    It stands inside the session and login middleware, so what those keep (last seen, logout) is not affected.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises WriteInReadOnlyRequestError out of the view that tries to write."""
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with ExitStack() as guards:
            for connection in connections.all():
                guards.enter_context(connection.execute_wrapper(refuse_writes))
            return self.get_response(request)
