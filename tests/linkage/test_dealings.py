"""Which departments have to do with a party: by a case, a supervised object or a push, each its own."""

import pytest

from credit.dealings import has_dealings
from credit.models import Subject
from shenguan.org.models import Department, Staff
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import SubjectFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import PushFactory
from tests.factories.supervision import SupervisedObjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def of(department: Department) -> Staff:
    return StaffFactory(department=department)


@pytest.fixture
def party() -> Subject:
    return SubjectFactory(person=True)


def test_it_knows_the_department_of_a_case(party: Subject) -> None:
    case = ApplicationFactory(subject=party, accepted=True)
    assert has_dealings(of(case.department), party.pk)


def test_it_knows_the_department_of_an_object(party: Subject) -> None:
    watched = SupervisedObjectFactory(subject=party)
    assert has_dealings(of(watched.department), party.pk)


def test_it_knows_both_ends_of_a_push(party: Subject) -> None:
    push = PushFactory(subject=party)
    assert has_dealings(of(push.department), party.pk)
    assert has_dealings(of(push.sender), party.pk)


def test_it_knows_no_other_department(party: Subject) -> None:
    ApplicationFactory(subject=party, accepted=True)
    SupervisedObjectFactory(subject=party)
    PushFactory(subject=party)
    assert not has_dealings(StaffFactory(), party.pk)


def test_it_knows_no_other_party(party: Subject) -> None:
    case = ApplicationFactory(subject=party, accepted=True)
    assert not has_dealings(of(case.department), SubjectFactory(person=True).pk)
