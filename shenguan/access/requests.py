"""From a web request to the person behind it."""

from ipaddress import ip_address

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shenguan.access.actors import Actor
from shenguan.org.models import Staff


class StaffRequest(HttpRequest):
    """A request behind the login: the middleware guarantees that somebody is signed in. For annotating views."""

    user: Staff
    htmx: HtmxDetails


def client_ip(request: HttpRequest) -> str:
    """The caller's address, found the same way as the login lock-out finds it; empty when unknown."""
    return get_client_ip_address(request) or ""


def ip_behind_proxy(request: HttpRequest) -> str | None:
    """The caller's address as our own TLS proxy saw it (settings.BEHIND_TLS_PROXY).

    The proxy appends it to X-Forwarded-For, so it is the last entry; what stands before it the caller may have made up.
    """
    last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:  # no header, or not an address: the health check, or a proxy that is set up wrongly
        return request.META.get("REMOTE_ADDR")


def request_actor(request: HttpRequest) -> Actor:
    """The signed-in person as an Actor. Only for views that need a login."""
    if not request.user.is_authenticated:
        raise TypeError("request_actor() was called for a request without a login")
    return Actor.of_staff(request.user, client_ip(request))


def visitor_actor(request: HttpRequest) -> Actor:
    """Somebody who has not signed in, for audit rows about failed logins."""
    return Actor("system", "visitor", "未登录访客", ip=client_ip(request))
