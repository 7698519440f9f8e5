"""Who may open a view."""

import pytest
from django.test import Client

from shenguan.access.decorators import require
from shenguan.access.roles import Permission, Role
from tests.access import urls
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LIAISON], ids=["one of the rights", "both rights"])
def test_it_lets_in_who_holds_one_of_the_permissions(client: Client, role: Role):
    client.force_login(StaffFactory(name="韩国栋", roles=[role]))

    assert client.get("/claim/").text == "韩国栋"


def test_it_refuses_who_may_see_the_inbox_but_not_claim(client: Client):
    client.force_login(StaffFactory(roles=[Role.COORDINATOR]))

    response = client.get("/claim/")

    assert response.status_code == 403
    assert "认领推送" in response.text


def test_it_refuses_people_without_any_role(client: Client):
    client.force_login(StaffFactory())

    assert client.get("/claim/").status_code == 403


def test_it_sends_visitors_to_the_login(client: Client):
    assert client.get("/claim/").status_code == 302


def test_it_tells_what_it_asks_for():
    assert urls.claim_page.required_permissions == (Permission.PUSH_CLAIM, Permission.PUSH_ASSIGN)


def test_public_views_are_marked():
    assert urls.open_page.is_public


def test_it_wants_at_least_one_permission():
    with pytest.raises(TypeError):
        require()
