"""Who calls: a department's system, never a person. A session cookie opens nothing here."""

from typing import cast

from django.http import HttpRequest
from oauth2_provider.contrib.rest_framework.authentication import OAuth2Authentication
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_backends import OAuthLibCore, get_oauthlib_core
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from shenguan.access.actors import Actor
from shenguan.access.models import MachineClient
from shenguan.access.requests import client_ip
from shenguan.org.models import Department


class HeaderOnlyCore(OAuthLibCore):
    """Looks for a token without touching the body: nobody may send one before it is known who calls."""

    def extract_body(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Nothing: by RFC 9700 a token comes in the header or not at all."""
        return []


class MachineAuthentication(OAuth2Authentication):
    """Reads a bearer token; `request.auth.application` is the client and `request.user` stays None.

    Tokens that ran out, and tokens of departments that were closed, do not count (see MachineClient.is_usable).
    """

    def authenticate(self, request: Request) -> tuple[None, AccessToken] | None:
        """(None, access token), or None without a valid token. Raises ParseError for a garbled address."""
        core = HeaderOnlyCore(get_oauthlib_core().server)
        try:
            is_valid, found = core.verify_request(request._request, scopes=[])
        except ValueError as error:  # oauthlib reads the query too and stumbles over a stray percent sign
            raise ParseError("地址中的查询参数编码有误。") from error
        return (None, found.access_token) if is_valid else None

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 6750): whether a token was missing or no good."""
        return 'Bearer realm="api"' + (', error="invalid_token"' if "Authorization" in request.headers else "")


def calling_client(request: Request) -> MachineClient:
    """The system that calls. Only for views behind HasScope."""
    token = cast("AccessToken", request.auth)  # DRF's types know no token but their own
    return cast("MachineClient", token.application)  # null only for kinds of token that are not served


def machine_department(request: Request) -> Department:
    """The department whose rows this call may see."""
    return calling_client(request).department


def machine_actor(request: Request) -> Actor:
    """The calling system as an Actor, for actions, audit and events."""
    return Actor.of_client(calling_client(request), client_ip(request._request))
