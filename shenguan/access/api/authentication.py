"""Who calls: a department's system, never a person. A session cookie opens nothing here."""

from typing import Any

from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.request import Request

from shenguan.access.actors import Actor
from shenguan.access.requests import client_ip
from shenguan.org.models import Department


class MachineAuthentication(OAuth2Authentication):
    """Reads a bearer token; `request.auth.application` is the client and `request.user` stays None.

    Tokens that ran out, and tokens of departments that were closed, do not count (see MachineClient.is_usable).
    """

    def authenticate(self, request: Request) -> tuple[None, Any] | None:
        """(None, access token), or None without a valid token.

        The plain Django request is handed on: asking the DRF one for form data would parse a body nobody may send yet.
        """
        return super().authenticate(request._request)


def machine_department(request: Request) -> Department:
    """The department whose rows this call may see."""
    return request.auth.application.department


def machine_actor(request: Request) -> Actor:
    """The calling system as an Actor, for actions, audit and events."""
    return Actor.of_client(request.auth.application, client_ip(request._request))
