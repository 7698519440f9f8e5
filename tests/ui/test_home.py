"""Home leads to the workbench of the role; small personal switches of the frame."""

from collections.abc import Callable

import pytest
from django.test import Client

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from shenguan.ui import navigation
from tests.factories.ground import StaffFactory


@pytest.mark.parametrize(
    ("role", "url_name"),
    [
        (Role.WINDOW_CLERK, "approvals:workbench"),
        (Role.EXAMINER, "approvals:applications"),
        (Role.DECIDER, "approvals:applications"),
        (Role.LIAISON, "linkage:inbox"),
        (Role.INSPECTOR, "linkage:inbox"),
        (Role.LIST_ADMIN, "linkage:list"),
        (Role.CREDIT_ADMIN, "credit:records"),
        (Role.COORDINATOR, "linkage:unmapped"),
        (Role.SYSTEM_ADMIN, "notify:outbox"),
        (Role.AUDIT_ADMIN, "audit:entries"),
    ],
)
def test_it_leads_each_role_to_its_workbench(role: Role, url_name: str, client_of: Callable[..., Client]) -> None:
    response = client_of(role).get("/")
    assert (response.status_code, response.url) == (302, navigation.address(url_name))


def test_it_tells_somebody_without_a_role_whom_to_ask(client_of: Callable[..., Client]) -> None:
    response = client_of().get("/")
    assert response.status_code == 200
    assert "尚无可用功能" in response.content.decode()


@pytest.mark.django_db
def test_it_sends_a_visitor_to_the_login_page(client: Client) -> None:
    assert client.get("/").url.startswith("/accounts/login/")


def test_it_turns_single_keys_off(client_of: Callable[..., Client]) -> None:
    client = client_of()
    client.post("/settings/single-keys/", {"on": "0", "next": "/search/"})
    assert not Staff.objects.get().single_keys
    assert 'data-keys="off"' in client.get("/search/").content.decode()


def test_it_changes_the_keys_of_nobody_else(client_of: Callable[..., Client]) -> None:
    somebody = StaffFactory()
    client_of().post("/settings/single-keys/", {"on": "0"})
    somebody.refresh_from_db()
    assert somebody.single_keys


def test_it_goes_back_to_the_page_it_was_asked_from(client_of: Callable[..., Client]) -> None:
    assert client_of().post("/settings/single-keys/", {"on": "1", "next": "/search/?q=a"}).url == "/search/?q=a"


def test_it_does_not_go_back_to_a_foreign_page(client_of: Callable[..., Client]) -> None:
    assert client_of().post("/settings/single-keys/", {"on": "1", "next": "https://evil.example/"}).url == "/"


@pytest.mark.parametrize("path", ["/settings/single-keys/", "/session/keep/"])
def test_it_does_not_change_anything_on_get(path: str, client_of: Callable[..., Client]) -> None:
    assert client_of().get(path).status_code == 405


def test_it_prolongs_a_session(client_of: Callable[..., Client]) -> None:
    assert client_of().post("/session/keep/").status_code == 204
