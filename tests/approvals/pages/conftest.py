"""Browsers of the people of the approval office."""

from collections.abc import Callable

import pytest
from django.test import Client

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.factories.ground import DepartmentFactory, StaffFactory

BACKEND = "shenguan.access.backends.StaffBackend"
EVERY_APPROVAL_ROLE = [Role.WINDOW_CLERK, Role.EXAMINER, Role.SURVEYOR, Role.DECIDER, Role.PERMIT_ISSUER]


@pytest.fixture
def as_(db: None) -> Callable[[Staff], Client]:
    """`as_(people.clerk)` is that person's browser."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def clerk_page(as_, people) -> Client:
    """窗口人员."""
    return as_(people.clerk)


@pytest.fixture
def foreign_page(as_) -> Client:
    """Every right, but in another approval office."""
    return as_(StaffFactory(department=DepartmentFactory(approving=True), roles=EVERY_APPROVAL_ROLE))


@pytest.fixture
def inspector_page(as_) -> Client:
    """Somebody of the supervision side."""
    return as_(StaffFactory(roles=[Role.INSPECTOR]))
