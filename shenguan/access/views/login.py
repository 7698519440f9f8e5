"""Signing in and out (RULES R11.01, R11.02). Every attempt leaves an audit row."""

import time

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shenguan import audit
from shenguan.access import passwords
from shenguan.access.decorators import public
from shenguan.access.demo import demo_accounts
from shenguan.access.forms.login import LoginForm
from shenguan.access.middleware import LAST_SEEN, PASSWORD_DUE
from shenguan.access.requests import request_actor, visitor_actor

NOTICES = {
    "idle": f"您已超过 {settings.IDLE_LOGOUT_SECONDS // 60} 分钟没有操作，为安全起见已自动退出，请重新登录。",
    "bye": "您已安全退出。",
}


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """The form; whoever is signed in already goes on to where they were heading."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_where_to(request))
    form = LoginForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            return _enter(request, form)
        action = "login.locked" if getattr(request, "axes_locked_out", False) else "login.failed"
        audit.record(action, by=visitor_actor(request), label=_name_given(request), success=False)
    context = {
        "form": form,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "notice": NOTICES.get(request.GET.get("reason", "")),
        "hint": _attempts_hint(request) if form.errors else "",
        "demo_groups": demo_accounts() if settings.DEMO else [],
        "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
    }
    return render(request, "access/login.html", context)


@public
@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """Ends the session. Only by POST, so that no link or image can sign anybody out."""
    if request.user.is_authenticated:
        audit.record("login.ended", by=request_actor(request))
        logout(request)
    return redirect(resolve_url("access:login") + "?reason=bye")


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, str] | None) -> HttpResponse:
    """The page after too many failures (settings.AXES_LOCKOUT_CALLABLE): how long, and whom to ask."""
    cool_off = get_cool_off(request)
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 0
    context = {"minutes": minutes, "limit": get_failure_limit(request, credentials)}
    page = render(request, "access/locked_out.html", context, status=429)
    if cool_off:
        page["Retry-After"] = str(int(cool_off.total_seconds()))
    return page


def _enter(request: HttpRequest, form: LoginForm) -> HttpResponse:
    """Opens the session; Django gives it a new key, so a key planted beforehand is worth nothing."""
    login(request, form.get_user())
    request.session[LAST_SEEN] = int(time.time())
    audit.record("login.succeeded", by=request_actor(request))
    if passwords.is_due(form.get_user()):
        request.session[PASSWORD_DUE] = True
        return redirect("access:password")
    return redirect(_where_to(request))


def _where_to(request: HttpRequest) -> str:
    """`next` if it is an address of ours, else home."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _name_given(request: HttpRequest) -> str:
    """The login name that was tried, cut to what a login name can be."""
    return request.POST.get("username", "")[:40]


def _attempts_hint(request: HttpRequest) -> str:
    """How many tries are left before the lock."""
    credentials = {"username": _name_given(request)}
    limit = get_failure_limit(request, credentials)
    left = limit - AxesProxyHandler.get_failures(request, credentials)
    cool_off = get_cool_off(request)
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 0
    return f"还可尝试 {max(left, 0)} 次，连续 {limit} 次失败将锁定 {minutes} 分钟。"
