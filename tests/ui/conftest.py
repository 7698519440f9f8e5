"""Signed-in browsers for the ui tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory

BACKEND = "shenguan.access.backends.StaffBackend"


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """A client signed in as somebody new with these roles; a defect becomes a 500 page, as in production."""

    def sign_in(*roles: Role) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(StaffFactory(roles=roles), backend=BACKEND)
        return client

    return sign_in
