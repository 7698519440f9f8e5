"""Giving a push to another office of the department: duty, checks and clock go along, within the department only."""

import pytest

from linkage.actions import pushes
from linkage.models import Push
from linkage.selectors.pushes import assignable
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.org.models import Office, Staff
from shenguan.refusals import Invalid, NotAllowed, StaleVersion, StateForbids
from supervision.models import CheckTask
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import PushFactory
from tests.linkage.conftest import City, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(city: City) -> Office:
    """Another office of the department, with somebody who leads it."""
    office = OfficeFactory(department=city.entry.department)
    StaffFactory(department=office.department, office=office, username="head", roles=[Role.SUPERVISION_HEAD])
    return office


def test_it_moves_office_owner_and_checks_and_keeps_the_clock(city: City, office: Office):
    push = city.route()

    moved = pushes.transfer(push, by=acting(city.liaison), office=office, reason="属二科片区")

    assert (moved.office, moved.owner.username, moved.assignee) == (office, "head", None)
    assert (moved.status, moved.due_on, moved.deadline) == (push.status, push.due_on, push.deadline)
    assert CheckTask.objects.get(push_number=push.number).assignee == moved.owner


def test_it_tells_whoever_takes_it_and_the_timeline(city: City, office: Office):
    moved = pushes.transfer(city.route(), by=acting(city.liaison), office=office, reason="属二科片区")

    assert Notice.objects.filter(staff=moved.owner, body__contains="属二科片区").exists()
    assert "改办至" in Event.objects.get(kind="push.transferred").summary


def test_it_takes_the_person_named(city: City, office: Office):
    person = StaffFactory(department=office.department, office=office, roles=[Role.INSPECTOR])

    moved = pushes.transfer(city.route(), by=acting(city.liaison), office=office, owner=person, reason="片区")

    assert moved.owner == person


def test_it_refuses_an_office_of_another_department(city: City):
    with pytest.raises(Invalid) as refusal:
        pushes.transfer(city.route(), by=acting(city.liaison), office=OfficeFactory(), reason="片区")

    assert "office" in refusal.value.errors


def test_it_refuses_the_same_office(city: City):
    with pytest.raises(Invalid):
        pushes.transfer(city.route(), by=acting(city.liaison), office=city.entry.office, reason="片区")


def test_it_refuses_a_person_of_another_department(city: City, office: Office):
    stranger: Staff = StaffFactory(roles=[Role.INSPECTOR])

    with pytest.raises(Invalid):
        pushes.transfer(city.route(), by=acting(city.liaison), office=office, owner=stranger, reason="片区")


def test_it_refuses_to_move_without_a_reason(city: City, office: Office):
    with pytest.raises(Invalid):
        pushes.transfer(city.route(), by=acting(city.liaison), office=office, reason="")


def test_it_refuses_the_second_of_two_people(city: City, office: Office):
    push = city.route()
    pushes.transfer(push, by=acting(city.liaison), office=office, reason="片区", expected_version=push.version)

    with pytest.raises(StaleVersion):
        pushes.transfer(
            push, by=acting(city.liaison), office=city.entry.office, reason="片区", expected_version=push.version
        )


def test_it_refuses_a_closed_push(city: City, office: Office):
    push = PushFactory(entry=city.entry, application=city.application, closed=True)

    with pytest.raises(StateForbids):
        pushes.transfer(push, by=acting(city.liaison), office=office, reason="片区")


def test_it_is_not_for_inspectors(city: City, office: Office):
    inspector = StaffFactory(department=office.department, roles=[Role.INSPECTOR])

    with pytest.raises(NotAllowed):
        pushes.transfer(city.route(), by=acting(inspector), office=office, reason="片区")


def test_it_proposes_the_deputy_first(city: City):
    deputy = StaffFactory(department=city.entry.department, username="zzz", roles=[Role.LIAISON])
    city.entry.deputy = deputy
    city.entry.save(update_fields=["deputy"])
    push: Push = city.route()

    assert assignable(Push.objects.select_related("entry").get(pk=push.pk)).first() == deputy
