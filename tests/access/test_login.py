"""Signing in and out (RULES R11.01, R11.02)."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from shenguan.access.middleware import PASSWORD_DUE
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]
PASSWORD = "Yunzhou-2026"
LOGIN = "/accounts/login/"


@pytest.fixture
def person(settings: Settings) -> Staff:
    """Somebody with a password that need not be changed."""
    settings.DEMO = True
    staff = StaffFactory(username="linyunfeng", name="林云峰")
    staff.set_password(PASSWORD)
    staff.save(update_fields=["password"])
    return staff


def sign_in(client: Client, username: str = "linyunfeng", password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_it_signs_in_and_goes_home(client: Client, person: Staff):
    response = sign_in(client)

    assert response.status_code == 302
    assert response.url == reverse("ui:home")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_it_leaves_an_audit_row_with_the_address(client: Client, person: Staff):
    sign_in(client)

    entry = AuditEntry.objects.get(action="login.succeeded")
    assert (entry.actor_key, entry.ip, entry.success) == ("linyunfeng", "127.0.0.1", True)


def test_it_goes_back_to_the_page_that_asked_for_the_login(client: Client, person: Staff):
    assert sign_in(client, next="/claim/?state=open").url == "/claim/?state=open"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(client: Client, person: Staff, elsewhere: str):
    assert sign_in(client, next=elsewhere).url == reverse("ui:home")


def test_it_gives_the_session_a_new_key(client: Client, person: Staff):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    sign_in(client)

    assert client.session.session_key != planted


def test_it_refuses_a_wrong_password_without_saying_what_was_wrong(client: Client, person: Staff):
    response = sign_in(client, password="Yunzhou-2025")

    assert "登录名或密码不正确" in response.text
    assert "还可尝试 4 次" in response.text
    assert "_auth_user_id" not in client.session


def test_it_answers_an_unknown_name_with_the_same_sentence(client: Client, person: Staff):
    assert "登录名或密码不正确" in sign_in(client, username="nobody").text


def test_it_audits_a_failed_login(client: Client, person: Staff):
    sign_in(client, password="wrong")

    entry = AuditEntry.objects.get(action="login.failed")
    assert (entry.label, entry.success, entry.actor_kind) == ("linyunfeng", False, "system")


def test_it_refuses_people_who_left(client: Client, person: Staff):
    person.status = Staff.Status.AWAY
    person.save(update_fields=["status"])

    assert "登录名或密码不正确" in sign_in(client).text


def test_it_says_what_is_missing_from_an_empty_form(client: Client, person: Staff):
    response = sign_in(client, username="", password="")

    assert "请填写登录名和密码" in response.text


def test_it_locks_after_five_failures_even_for_the_right_password(client: Client, person: Staff):
    for _ in range(5):
        response = sign_in(client, password="wrong")

    assert response.status_code == 429
    assert "锁定 30 分钟" in response.text
    assert response["Retry-After"] == "1800"
    assert sign_in(client).status_code == 429


def test_it_does_not_lock_after_four_failures(client: Client, person: Staff):
    for _ in range(4):
        sign_in(client, password="wrong")

    assert sign_in(client).status_code == 302


def test_it_opens_again_after_thirty_minutes(client: Client, person: Staff, clock):
    for _ in range(5):
        sign_in(client, password="wrong")
    clock.shift(30 * 60 + 1)

    assert sign_in(client).status_code == 302


def test_it_does_not_lock_somebody_else_at_the_same_address(client: Client, person: Staff):
    for _ in range(5):
        sign_in(client, username="somebody", password="wrong")

    assert sign_in(client).status_code == 302


def test_it_sends_signed_in_people_on(client: Client, person: Staff):
    client.force_login(person)

    assert client.get(LOGIN + "?next=/claim/").url == "/claim/"


def test_it_asks_for_a_new_password_at_the_first_login(client: Client, person: Staff, settings: Settings):
    settings.DEMO = False

    response = sign_in(client)

    assert response.url == reverse("access:password")
    assert client.session[PASSWORD_DUE]
    assert client.get("/page/").url == reverse("access:password")


def test_it_signs_out_by_post(client: Client, person: Staff):
    client.force_login(person)

    response = client.post("/accounts/logout/")

    assert response.url == LOGIN + "?reason=bye"
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.filter(action="login.ended", actor_key="linyunfeng").exists()


def test_it_does_not_sign_out_by_get(client: Client, person: Staff):
    client.force_login(person)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.session["_auth_user_id"] == str(person.pk)


def test_it_tells_that_an_idle_session_was_ended(client: Client, person: Staff):
    assert "没有操作" in client.get(LOGIN + "?reason=idle").text


def test_it_shows_the_demo_accounts_by_role(client: Client, person: Staff, settings: Settings):
    StaffFactory(username="wangruolan", name="王若兰", roles=[Role.LIAISON, Role.SUPERVISION_HEAD])

    text = client.get(LOGIN).text

    assert settings.DEMO_PASSWORD in text
    assert text.count('data-demo-user="wangruolan"') == 2
    assert "监管科室负责人" in text


def test_it_shows_no_account_outside_a_demo(client: Client, person: Staff, settings: Settings):
    settings.DEMO = False
    StaffFactory(username="wangruolan", roles=[Role.LIAISON])

    text = client.get(LOGIN).text

    assert "wangruolan" not in text
    assert settings.DEMO_PASSWORD not in text


def test_it_shows_demo_accounts_of_different_departments_first(client: Client, person: Staff):
    first = DepartmentFactory()
    for number in range(4):
        StaffFactory(username=f"first{number}", department=first, roles=[Role.LIAISON])
    StaffFactory(username="other", roles=[Role.LIAISON])

    text = client.get(LOGIN).text

    assert "other" in text
    assert 'data-demo-user="first2"' not in text


def test_it_hides_people_who_left_from_the_demo_accounts(client: Client, person: Staff):
    StaffFactory(username="leaver", away=True, roles=[Role.LIAISON])

    assert "leaver" not in client.get(LOGIN).text


def test_it_needs_a_csrf_token(person: Staff):
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict).status_code == 403
