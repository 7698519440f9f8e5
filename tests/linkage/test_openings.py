"""监管码 of a push: for the two departments it is between, and nobody else."""

import pytest

from linkage.links import push_url
from linkage.models import Push
from linkage.selectors.openings import PUSHES, opening_of_push
from linkage.views import pushes
from shenguan.access.roles import Role
from shenguan.notify.models import ShortLink
from shenguan.notify.openings import Opening
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import build_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def push(clock, nudges) -> Push:
    """A push that was just sent."""
    return build_city(manual=True).route()


def test_the_message_about_a_push_leads_its_owner_there(client, push: Push):
    link = ShortLink.objects.get(path=push_url(push.number))
    client.force_login(push.owner)
    assert client.get(f"/c/{link.code}/", follow=True).redirect_chain == [(push_url(push.number), 302)]


def test_the_sender_may_open_it_too(push: Push):
    examiner = StaffFactory(department=push.sender, roles=[Role.EXAMINER])
    assert opening_of_push(examiner, push_url(push.number)) == Opening(None)


def test_another_department_may_not(client, push: Push):
    link = ShortLink.objects.get(path=push_url(push.number))
    client.force_login(StaffFactory(roles=[Role.LIAISON]))
    assert client.get(f"/c/{link.code}/").status_code == 404


def test_a_post_that_sees_no_pushes_may_not(push: Push):
    credit = StaffFactory(department=push.department, roles=[Role.CREDIT_ADMIN])
    assert opening_of_push(credit, push_url(push.number)) is None


@pytest.mark.parametrize("path", [f"{PUSHES}unknown/", f"{PUSHES}a/b/", PUSHES])
def test_a_page_that_is_not_there_opens_for_nobody(push: Push, path):
    assert opening_of_push(push.owner, path) is None


def test_it_asks_for_what_the_page_itself_asks():
    assert pushes.detail.required_permissions == pushes.OPENED_BY


def test_addresses_of_pushes_lie_where_codes_are_given():
    assert push_url("TS1").startswith(PUSHES)
