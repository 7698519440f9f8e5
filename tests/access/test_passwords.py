"""Changing one's password (RULES R11.01)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shenguan.access.actions.passwords import change_password
from shenguan.access.actors import Actor
from shenguan.access.passwords import NotRecentValidator, ThreeKindsValidator, is_due
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]
OLD, NEW = "Yunzhou-2026", "Linjiang#2027"


@pytest.fixture
def person() -> Staff:
    """Somebody who knows the own password."""
    staff = StaffFactory()
    staff.set_password(OLD)
    staff.save(update_fields=["password"])
    return staff


def submit(client: Client, old: str = OLD, new: str = NEW, again: str | None = None):
    form = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post("/accounts/password/", form)


def test_it_changes_the_password_and_keeps_this_session(client: Client, person: Staff):
    client.force_login(person)

    response = submit(client)

    person.refresh_from_db()
    assert response.status_code == 302
    assert person.check_password(NEW)
    assert person.password_changed_at is not None
    assert client.get("/page/").status_code == 200
    assert AuditEntry.objects.filter(action="password.changed").count() == 1


def test_it_ends_the_other_sessions(client: Client, person: Staff):
    elsewhere = Client()
    elsewhere.force_login(person)
    client.force_login(person)

    submit(client)

    assert elsewhere.get("/page/").status_code == 302


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"old": "Wrong-2026"}, "原密码不正确"),
        ({"again": "Linjiang#2028"}, "两次输入的新密码不一致"),
        ({"new": "Ab1#xyz"}, "至少"),
        ({"new": "linjiang-city"}, "至少三种"),
        ({"new": OLD}, "最近 5 次"),
    ],
    ids=["wrong old password", "typing error", "seven characters", "two kinds", "the same again"],
)
def test_it_refuses(client: Client, person: Staff, change: dict[str, str], sentence: str):
    client.force_login(person)

    response = submit(client, **change)

    person.refresh_from_db()
    assert response.status_code == 422
    assert sentence in response.text
    assert person.check_password(OLD)


@pytest.mark.parametrize("password", ["Abcdefg1", "abcdef1#", "ABCDEF1#", "密码abcdE"])
def test_three_kinds_are_enough(password: str):
    ThreeKindsValidator().validate(password)


@pytest.mark.parametrize("password", ["abcdefg1", "ABCDEFGH", "12345678#", "shenguan-demo"])
def test_two_kinds_are_not(password: str):
    with pytest.raises(ValidationError):
        ThreeKindsValidator().validate(password)


def test_the_fifth_password_back_is_refused_and_the_sixth_is_not(person: Staff):
    for number in range(6):
        change_password(staff=person, password=f"Password-{number}", by=Actor.of_staff(person))

    NotRecentValidator().validate("Password-0", person)
    with pytest.raises(ValidationError):
        NotRecentValidator().validate("Password-1", person)


@pytest.mark.parametrize(("days", "due"), [(90, False), (91, True)])
def test_a_password_is_due_after_ninety_days(person: Staff, clock, settings: Settings, days: int, due: bool):
    settings.DEMO = False
    person.password_changed_at = timezone.now() - timedelta(days=days)

    assert is_due(person) is due


def test_the_page_needs_a_login(client: Client):
    assert client.get("/accounts/password/").url == "/accounts/login/?next=%2Faccounts%2Fpassword%2F"


def test_the_page_shows_the_rules(client: Client, person: Staff):
    client.force_login(person)

    assert "至少 8 位" in client.get("/accounts/password/").text
