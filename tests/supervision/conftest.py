"""A department with inspectors, a head and a stranger from next door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Department, Staff
from supervision.actions import inspections
from supervision.models import CheckTask, Inspection
from tests.factories.ground import DepartmentFactory, StaffFactory
from tests.factories.supervision import CheckTaskFactory


@dataclass
class Team:
    """The people of one supervising department."""

    department: Department
    inspector: Staff
    colleague: Staff
    head: Staff
    stranger: Staff

    @property
    def by(self) -> Actor:
        """The inspector as an actor."""
        return Actor.of_staff(self.inspector)

    @property
    def pair(self) -> list[Staff]:
        """Two certified inspectors."""
        return [self.inspector, self.colleague]


def person(department: Department, number: str, *roles: Role) -> Staff:
    """Somebody of the department with an enforcement certificate."""
    return StaffFactory(department=department, enforcement_number=number, roles=roles)


@pytest.fixture
def team(db: None) -> Team:
    department = DepartmentFactory()
    return Team(
        department=department,
        inspector=person(department, "43990200001", Role.INSPECTOR),
        colleague=person(department, "43990200002", Role.INSPECTOR),
        head=person(department, "43990200003", Role.SUPERVISION_HEAD),
        stranger=person(DepartmentFactory(), "43990200004", Role.INSPECTOR),
    )


@pytest.fixture
def task(team: Team, today: date) -> CheckTask:
    return CheckTaskFactory(object__item__department=team.department)


@pytest.fixture
def sheet(team: Team, task: CheckTask) -> Inspection:
    """A draft inspection of the task, nothing judged yet."""
    return inspections.start(by=team.by, task=task)


def judge(inspection: Inspection, by: Actor, *verdicts: str, **failed: object) -> None:
    """Gives the elements their verdicts in order; `failed` holds what a failed one needs."""
    for row, verdict in zip(inspection.elements.all(), verdicts, strict=True):
        more = failed if verdict == "fail" else {}
        inspections.record_element(inspection, by=by, element_id=row.pk, verdict=verdict, **more)  # type: ignore[arg-type]


@pytest.fixture
def browse() -> Callable[[Staff], Client]:
    """A browser signed in as this person."""

    def sign_in(staff: Staff) -> Client:
        client = Client()
        client.force_login(staff, backend="shenguan.access.backends.StaffBackend")
        return client

    return sign_in


@pytest.fixture
def inspector_page(team: Team, browse: Callable[[Staff], Client]) -> Client:
    """The inspector's browser."""
    return browse(team.inspector)
