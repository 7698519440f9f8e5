"""Machine clients of departments and their tokens."""

from datetime import timedelta
from secrets import token_urlsafe

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from oauth2_provider.models import AccessToken, set_token_value
from rest_framework.test import APIClient

from shenguan.access.models import MachineClient
from shenguan.access.scopes import Scope
from tests.factories.ground import DepartmentFactory

SECRET = "a-secret-only-tests-know"


class MachineClientFactory(DjangoModelFactory):
    """The system of a supervising department, with every scope."""

    class Meta:
        model = MachineClient

    name = factory.Sequence(lambda n: f"自建系统{n}")
    department = factory.SubFactory(DepartmentFactory)
    allowed_scopes = " ".join(Scope.values)
    client_type = MachineClient.CLIENT_CONFIDENTIAL
    authorization_grant_type = MachineClient.GRANT_CLIENT_CREDENTIALS
    client_secret = SECRET


def token_for(client: MachineClient, *scopes: str, lifetime: timedelta = timedelta(hours=1)) -> str:
    """A bearer token of the client with these scopes (all it may have, when none are named)."""
    raw = token_urlsafe(20)
    token = AccessToken(
        application=client, scope=" ".join(scopes) or client.allowed_scopes, expires=timezone.now() + lifetime
    )
    set_token_value(token, raw)
    token.save()
    return raw


def calling_as(client: MachineClient, *scopes: str) -> APIClient:
    """A test client that calls as this machine."""
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(client, *scopes)}")
    return caller
