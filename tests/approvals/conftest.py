"""The same people everywhere: one for each of the five stages, and a clerk of another department."""

from dataclasses import dataclass

import pytest

from approvals.models import ApprovalItem, ItemVariant
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Department, Office, Staff
from tests.factories.approvals import ApprovalItemFactory, ItemVariantFactory
from tests.factories.ground import DepartmentFactory, OfficeFactory, StaffFactory


@dataclass(frozen=True)
class People:
    """Staff of the approval office."""

    clerk: Staff
    examiner: Staff
    surveyor: Staff
    second_surveyor: Staff
    decider: Staff
    issuer: Staff


@pytest.fixture
def office(db: None) -> Department:
    """市行政审批局."""
    return DepartmentFactory(approving=True, code="SPJ", name="云州市行政审批服务局", short_name="市行政审批局")


@pytest.fixture
def section(office: Department) -> Office:
    """The section that examines the item."""
    return OfficeFactory(department=office, name="市场准入审批科")


@pytest.fixture
def item(office: Department, section: Office) -> ApprovalItem:
    """食品经营许可 of the approval office, without papers."""
    return ApprovalItemFactory(implementing_department=office, office=section)


@pytest.fixture
def variant(item: ApprovalItem) -> ItemVariant:
    """Its 新办: 10 working days by law, 5 promised."""
    return ItemVariantFactory(item=item)


@pytest.fixture
def people(office: Department, section: Office) -> People:
    """One person per stage; the decider heads the section."""
    return People(
        clerk=StaffFactory(department=office, roles=[Role.WINDOW_CLERK]),
        examiner=StaffFactory(department=office, office=section, roles=[Role.EXAMINER]),
        surveyor=StaffFactory(department=office, roles=[Role.SURVEYOR]),
        second_surveyor=StaffFactory(department=office, roles=[Role.SURVEYOR]),
        decider=StaffFactory(
            department=office, office=section, position="市场准入审批科科长", roles=[Role.DECIDER, Role.EXAMINER]
        ),
        issuer=StaffFactory(department=office, roles=[Role.PERMIT_ISSUER]),
    )


@pytest.fixture
def clerk(people: People) -> Actor:
    """窗口人员."""
    return Actor.of_staff(people.clerk)


@pytest.fixture
def examiner(people: People) -> Actor:
    """审查员."""
    return Actor.of_staff(people.examiner)


@pytest.fixture
def surveyor(people: People) -> Actor:
    """踏勘员."""
    return Actor.of_staff(people.surveyor)


@pytest.fixture
def decider(people: People) -> Actor:
    """审批决定人, head of the section."""
    return Actor.of_staff(people.decider)


@pytest.fixture
def issuer(people: People) -> Actor:
    """制证员."""
    return Actor.of_staff(people.issuer)


@pytest.fixture
def stranger(db: None) -> Actor:
    """A clerk of another approval office: every right, wrong department."""
    roles = [Role.WINDOW_CLERK, Role.EXAMINER, Role.SURVEYOR, Role.DECIDER, Role.PERMIT_ISSUER]
    return Actor.of_staff(StaffFactory(department=DepartmentFactory(approving=True), roles=roles))
