"""Who takes a push in hand while people are away or gone: never nobody."""

from datetime import date

import pytest

from linkage.selectors import owners
from shenguan.access.roles import Role
from shenguan.org.absences import away_on
from shenguan.org.models import Absence, Staff
from tests.factories.ground import DepartmentFactory, OfficeFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = date(2026, 11, 20)


@pytest.fixture
def people(db) -> dict[str, Staff]:
    """Everybody of the chain, by the word the table uses."""
    department = DepartmentFactory()
    office, other = OfficeFactory.create_batch(2, department=department)
    place = {"department": department, "office": office}
    return {
        "liaison": StaffFactory(username="a-liaison", roles=[Role.LIAISON], **place),
        "stand-in": StaffFactory(username="b-stand-in", roles=[Role.INSPECTOR], **place),
        "deputy": StaffFactory(username="c-deputy", roles=[Role.INSPECTOR], **place),
        "office head": StaffFactory(username="d-head", roles=[Role.SUPERVISION_HEAD], **place),
        "other head": StaffFactory(
            username="e-head", roles=[Role.SUPERVISION_HEAD], department=department, office=other
        ),
        "coordinator": StaffFactory(username="f-first", roles=[Role.COORDINATOR]),
        "second coordinator": StaffFactory(username="g-second", roles=[Role.COORDINATOR]),
    }


def owner(people: dict[str, Staff]) -> str:
    """The word of the person who gets it."""
    liaison = Staff.objects.get(pk=people["liaison"].pk)
    found = owners.supervision_owner(
        liaison.department, liaison.office, liaison, deputy=Staff.objects.get(pk=people["deputy"].pk)
    )
    return next(word for word, person in people.items() if person == found)


CHAIN = ["liaison", "stand-in", "deputy", "office head", "other head", "coordinator", "second coordinator"]


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        ([], "liaison"),
        (["liaison"], "stand-in"),
        (["liaison", "stand-in"], "deputy"),
        (["liaison", "stand-in", "deputy"], "office head"),
        (["liaison", "stand-in", "deputy", "office head"], "other head"),
        (CHAIN[:5], "coordinator"),
        (CHAIN[:6], "second coordinator"),
        (CHAIN, "coordinator"),  # everyone is away: the notice still has a name on it
    ],
)
def test_it_goes_down_the_chain(people, absent, expected):
    for word in absent:
        stands_in = people["stand-in"] if word == "liaison" else None
        Absence.objects.create(staff=people[word], starts_on=TODAY, ends_on=TODAY, deputy=stands_in)

    assert owner(people) == expected


@pytest.mark.parametrize(("left", "expected"), [(CHAIN[:1], "deputy"), (CHAIN[:5], "coordinator")])
def test_it_passes_over_people_who_left(people, left, expected):
    Staff.objects.filter(pk__in=[people[word].pk for word in left]).update(status=Staff.Status.AWAY)

    assert owner(people) == expected


def test_it_refuses_only_when_no_coordinator_is_left(people):
    Staff.objects.update(status=Staff.Status.AWAY)

    with pytest.raises(owners.NobodyLeftError):
        owner(people)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 20), "deputy"),
        (date(2026, 11, 1), date(2026, 11, 19), "liaison"),
        (date(2026, 11, 21), date(2026, 11, 30), "liaison"),
    ],
)
def test_only_the_days_of_the_absence_count(people, starts_on, ends_on, expected):
    Absence.objects.create(staff=people["liaison"], starts_on=starts_on, ends_on=ends_on)

    assert owner(people) == expected


def test_a_stand_in_of_another_department_is_passed_over(people):
    Absence.objects.create(
        staff=people["liaison"], starts_on=TODAY, ends_on=TODAY, deputy=StaffFactory(roles=[Role.LIAISON])
    )

    assert owner(people) == "deputy"


def test_an_answer_is_owed_by_the_deputy_of_the_approval_side(people):
    department = DepartmentFactory()
    liaison, deputy = StaffFactory.create_batch(2, department=department, roles=[Role.EXAMINER])
    Absence.objects.create(staff=liaison, starts_on=TODAY, ends_on=TODAY)

    assert owners.approval_owner(department, None, liaison, deputy=deputy) == deputy


def test_a_pass_that_knows_who_is_away_asks_nothing_for_a_liaison_who_is_there(people, django_assert_num_queries):
    away, liaison = away_on(), people["liaison"]

    with django_assert_num_queries(0):
        assert owners.supervision_owner(liaison.department, liaison.office, liaison, away=away) == liaison
