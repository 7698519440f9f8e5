"""Departments, people and the rules their tables keep."""

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import RequestFactory

from shenguan.access.roles import Permission, Role
from shenguan.org.models import Department, Region, Staff
from shenguan.org.selectors import staff_who_may, staff_with_role
from tests.factories.ground import DepartmentFactory, OfficeFactory, RegionFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_a_person_may_what_any_role_allows():
    staff = StaffFactory(roles=[Role.EXAMINER, Role.DECIDER])

    assert staff.may(Permission.APPLICATION_DECIDE)
    assert not staff.may(Permission.APPLICATION_ISSUE)


def test_roles_are_read_once_a_request(django_assert_num_queries):
    staff = Staff.objects.get(pk=StaffFactory(roles=[Role.EXAMINER]).pk)

    with django_assert_num_queries(1):
        staff.may(Permission.APPLICATION_DECIDE)
        staff.may(Permission.APPLICATION_VIEW)


def test_an_account_without_password_opens_for_nobody():
    Staff.objects.create_user("newcomer", name="新人", department=DepartmentFactory())

    assert authenticate(RequestFactory().post("/"), username="newcomer", password="") is None


def test_a_mobile_number_is_encrypted_at_rest():
    staff = StaffFactory(mobile="13800000001")

    raw = Staff.objects.raw("SELECT id, mobile AS stored FROM org_staff WHERE id = %s", [staff.pk])[0]
    assert "13800000001" not in raw.stored
    assert Staff.objects.get(pk=staff.pk).mobile == "13800000001"


def test_a_region_does_not_end_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(code="1", name="区", valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1))


def test_a_region_may_live_one_day():
    assert RegionFactory(valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 1)).pk


def test_a_department_is_not_its_own_parent():
    department = DepartmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(pk=department.pk).update(parent=F("pk"))


def test_a_status_nobody_knows_is_refused():
    staff = StaffFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.filter(pk=staff.pk).update(status="gone")


def test_it_finds_holders_of_a_role_in_a_department():
    wanted = StaffFactory(roles=[Role.LIAISON])
    StaffFactory(roles=[Role.LIAISON])
    StaffFactory(roles=[Role.INSPECTOR], department=wanted.department)
    StaffFactory(roles=[Role.LIAISON], department=wanted.department, away=True)

    assert list(staff_with_role(Role.LIAISON, department=wanted.department)) == [wanted]


def test_it_finds_holders_of_a_role_in_an_office():
    office = OfficeFactory()
    wanted = StaffFactory(roles=[Role.SUPERVISION_HEAD], department=office.department, office=office)
    StaffFactory(roles=[Role.SUPERVISION_HEAD], department=office.department)

    assert list(staff_with_role(Role.SUPERVISION_HEAD, office=office)) == [wanted]


def test_it_finds_everybody_who_may_once():
    both = StaffFactory(roles=[Role.LIAISON, Role.INSPECTOR])
    StaffFactory(roles=[Role.CREDIT_ADMIN], department=both.department)

    assert list(staff_who_may(Permission.PUSH_CLAIM, department=both.department)) == [both]
    assert list(staff_who_may(Permission.PUSH_CLAIM)) == [both]
