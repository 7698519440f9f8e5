"""People and browsers of the credit tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Department, Staff
from tests.factories.ground import DepartmentFactory, StaffFactory

BACKEND = "shenguan.access.backends.StaffBackend"


@pytest.fixture
def office(db: None) -> Department:
    """The approval bureau."""
    return DepartmentFactory(approving=True, name="云州市行政审批服务局", short_name="市行政审批局")


@pytest.fixture
def clerk(office: Department) -> Staff:
    """A window clerk."""
    return StaffFactory(roles=[Role.WINDOW_CLERK], department=office, name="陈静")


@pytest.fixture
def officer(db: None) -> Staff:
    """A credit officer of a market regulator."""
    regulator = DepartmentFactory(name="云州市市场监督管理局", short_name="市市场监管局")
    return StaffFactory(roles=[Role.CREDIT_ADMIN], department=regulator, name="周立群")


@pytest.fixture
def by_clerk(clerk: Staff) -> Actor:
    """The clerk as an actor."""
    return Actor.of_staff(clerk, ip="127.0.0.1")


@pytest.fixture
def by_officer(officer: Staff) -> Actor:
    """The officer as an actor."""
    return Actor.of_staff(officer, ip="127.0.0.1")


@pytest.fixture
def browser_of() -> Callable[[Staff], Client]:
    """A browser signed in as this person."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff, backend=BACKEND)
        return client

    return sign_in
