"""Handing over what a leaver has in hand: every push and check finds a new person, none finds nobody."""

import pytest
from django.urls import reverse

from linkage.actions import handovers, pushes
from linkage.models import Push
from linkage.selectors.handovers import holders, in_hand
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed
from supervision.models import CheckTask
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting

pytestmark = pytest.mark.django_db
PAGE = reverse("linkage:handover")


@pytest.fixture
def heir(city: City) -> Staff:
    return StaffFactory(
        department=city.entry.department, office=city.entry.office, username="heir", roles=[Role.LIAISON]
    )


@pytest.fixture
def head(city: City) -> Staff:
    return StaffFactory(department=city.entry.department, roles=[Role.SUPERVISION_HEAD])


def hand_over(city: City, heir: Staff, by: Staff, chosen=None) -> handovers.Handed:
    rows = in_hand(city.liaison) if chosen is None else chosen
    return handovers.hand_over(city.liaison, to=heir, by=acting(by), reason="调离", chosen=rows)


def test_it_gives_owner_and_checks_to_the_heir(city: City, heir: Staff, head: Staff):
    push = city.route()

    handed = hand_over(city, heir, head)

    assert push.number in handed.done
    assert set(Push.objects.filter(is_open=True).values_list("owner", flat=True)) == {heir.pk}
    assert CheckTask.objects.open().get().assignee == heir
    assert Notice.objects.filter(staff=heir, body__contains="调离").count() == len(handed.done)


def test_it_gives_only_the_work_where_somebody_else_owns_it(city: City, heir: Staff, head: Staff):
    inspector = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])
    push = pushes.assign(city.route(), by=acting(city.liaison), assignee=inspector)

    handovers.hand_over(inspector, to=heir, by=acting(head), reason="调离", chosen=[push])

    push.refresh_from_db()
    assert (push.owner, push.assignee) == (city.liaison, heir)


def test_it_leaves_what_was_not_chosen(city: City, heir: Staff, head: Staff):
    push = city.route()

    assert hand_over(city, heir, head, chosen=[]).done == []
    push.refresh_from_db()
    assert push.owner == city.liaison


def test_it_names_what_is_refused_and_does_the_rest(city: City, heir: Staff, head: Staff):
    push = city.route()
    closed = Push.objects.get(pk=push.pk)
    rest = city.route()
    Push.objects.filter(pk=closed.pk).update(status=Push.Status.CLOSED, is_open=False)

    handed = hand_over(city, heir, head, chosen=[closed, rest])

    assert (handed.done, list(handed.refused)) == ([rest.number], [closed.number])


def test_it_works_for_somebody_who_has_left_already(city: City, heir: Staff, head: Staff):
    city.route()
    Staff.objects.filter(pk=city.liaison.pk).update(status=Staff.Status.AWAY)

    assert [person.username for person in holders(city.entry.department)] == [city.liaison.username]
    assert hand_over(city, heir, head).done


def test_it_refuses_an_heir_of_another_department(city: City, head: Staff):
    with pytest.raises(Invalid):
        hand_over(city, StaffFactory(roles=[Role.LIAISON]), head)


def test_it_refuses_an_heir_who_left(city: City, head: Staff):
    gone = StaffFactory(department=city.entry.department, status=Staff.Status.AWAY, roles=[Role.LIAISON])
    with pytest.raises(Invalid):
        hand_over(city, gone, head)


def test_it_is_the_departments_own_business(city: City, heir: Staff):
    with pytest.raises(NotAllowed):
        hand_over(city, heir, StaffFactory(roles=[Role.SUPERVISION_HEAD]))


def test_the_page_shows_first_and_hands_over_what_stays_ticked(liaison, city: City, heir: Staff):
    push, kept = city.route(), city.route()
    preview = liaison.get(f"{PAGE}?person={city.liaison.username}")
    assert preview.context["ticked"] == {push.number, kept.number}

    form = {"person": city.liaison.username, "to": heir.username, "reason": "退休", "push": [push.number]}
    assert liaison.post(PAGE, form).status_code == 302
    assert list(Push.objects.order_by("pk").values_list("owner__username", flat=True)) == [
        "heir",
        city.liaison.username,
    ]


def test_the_page_wants_a_reason(liaison, city: City, heir: Staff):
    push = city.route()
    form = {"person": city.liaison.username, "to": heir.username, "reason": "", "push": [push.number]}
    assert liaison.post(PAGE, form).status_code == 422
    push.refresh_from_db()
    assert push.owner == city.liaison


def test_the_page_knows_nobody_of_another_department(liaison):
    assert liaison.get(f"{PAGE}?person={StaffFactory().username}").status_code == 404
