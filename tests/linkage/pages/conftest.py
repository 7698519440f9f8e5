"""Signed-in browsers for the linkage pages: the recipient, a stranger of another department, the approver."""

from collections.abc import Callable

import pytest
from django.test import Client

from linkage.models import Push
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City

BACKEND = "shenguan.access.backends.StaffBackend"
SignIn = Callable[[Staff], Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """A client signed in as this person; a defect becomes a 500 page, as in production."""

    def enter(staff: Staff) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(staff, backend=BACKEND)
        return client

    return enter


@pytest.fixture
def push(city: City) -> Push:
    """A granted approval in the hands of the liaison, whose first check runs."""
    return city.route()


@pytest.fixture
def liaison(city: City, sign_in: SignIn) -> Client:
    """The recipient."""
    return sign_in(city.liaison)


@pytest.fixture
def approver(city: City, sign_in: SignIn) -> Client:
    """The deciding department's liaison."""
    return sign_in(city.approver)


@pytest.fixture
def coordinating(city: City, sign_in: SignIn) -> Client:
    """The coordinator."""
    return sign_in(city.coordinator)


@pytest.fixture
def stranger(sign_in: SignIn) -> Client:
    """A liaison of a department that has nothing to do with the case."""
    return sign_in(StaffFactory(roles=[Role.LIAISON, Role.INSPECTOR]))
