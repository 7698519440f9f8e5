"""The side menu shows what a person may open, and nothing else."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from shenguan.access.roles import Role
from shenguan.ui import navigation
from shenguan.ui.navigation import Count
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


def texts(*roles: Role, path: str = "/") -> list[str]:
    groups = navigation.menu_for(StaffFactory(roles=roles), path)
    return [entry.text for group in groups for entry in group.entries]


@pytest.fixture
def counted() -> Iterator[None]:
    navigation.register_count("audit:entries", lambda staff: Count(3, hot=True))
    yield
    navigation._counters.pop("audit:entries")


def test_it_shows_an_auditor_the_audit_log() -> None:
    assert "审计日志" in texts(Role.AUDIT_ADMIN)


def test_it_hides_the_audit_log_from_the_system_administrator() -> None:
    assert "审计日志" not in texts(Role.SYSTEM_ADMIN)


def test_it_shows_nothing_to_somebody_without_a_role() -> None:
    assert texts() == []


def test_it_leaves_out_groups_without_entries() -> None:
    groups = navigation.menu_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), "/")
    assert all(group.entries for group in groups)


def test_it_marks_the_entry_a_page_lies_under() -> None:
    groups = navigation.menu_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), "/audit/42/")
    assert [entry.text for group in groups for entry in group.entries if entry.current] == ["审计日志"]


def test_it_marks_the_closest_entry_only() -> None:
    assert navigation._closest("/a/new/", ["/a/", "/a/new/", "/b/"]) == "/a/new/"


def test_it_marks_none_on_a_page_outside_the_menu() -> None:
    groups = navigation.menu_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), "/accounts/password/")
    assert not any(entry.current for group in groups for entry in group.entries)


@pytest.mark.usefixtures("counted")
def test_it_puts_a_registered_number_beside_its_entry() -> None:
    groups = navigation.menu_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), "/")
    shown = [(entry.count, entry.hot) for group in groups for entry in group.entries if entry.text == "审计日志"]
    assert shown == [(3, True)]


@pytest.mark.parametrize("entry", [entry for group in navigation.MENU for entry in group.entries], ids=lambda e: e.text)
def test_it_leads_to_an_existing_page(entry: navigation.Entry) -> None:
    assert navigation.address(entry.url_name)


@pytest.mark.parametrize("entry", [entry for group in navigation.MENU for entry in group.entries], ids=lambda e: e.text)
def test_it_is_open_to_whoever_sees_it(entry: navigation.Entry, client_of: Callable[..., Client]) -> None:
    for role in Role:
        if any(permission in navigation_permissions(role) for permission in entry.permissions):
            assert client_of(role).get(navigation.address(entry.url_name)).status_code in {200, 302}, role


def navigation_permissions(role: Role) -> frozenset[str]:
    return StaffFactory(roles=[role]).permissions
