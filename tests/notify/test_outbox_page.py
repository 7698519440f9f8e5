"""The outbox page: masked, for system administrators and coordinators only."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory
from tests.factories.notify import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    """A signed-in system administrator."""
    person = StaffFactory(roles=[Role.SYSTEM_ADMIN])
    client.force_login(person)
    return person


def test_it_shows_masked_rows(client, admin):
    MessageFactory(case_number="A-1")
    text = client.get(reverse("notify:outbox")).content.decode()
    assert "王*明" in text
    assert "138****5678" in text
    assert "A-1" in text


def test_it_never_shows_a_plain_name_or_number(client, admin):
    MessageFactory()
    text = client.get(reverse("notify:outbox")).content.decode()
    assert "王小明" not in text
    assert "13812345678" not in text


def test_it_narrows_to_one_state(client, admin):
    MessageFactory(text="等着")
    MessageFactory(text="发过", state="sent", sent_at=timezone.now())
    MessageFactory(text="没成", state="failed", attempts=3, last_error="no such number")
    text = client.get(reverse("notify:outbox"), {"state": "failed"}).content.decode()
    assert "没成" in text
    assert "第 3 次：no such number" in text
    assert "等着" not in text
    assert "发过" not in text


def test_it_ignores_an_unknown_state(client, admin):
    MessageFactory(text="等着")
    assert "等着" in client.get(reverse("notify:outbox"), {"state": "x"}).content.decode()


def test_it_says_that_nothing_leaves_the_house(client, admin):
    assert "没有真正发出" in client.get(reverse("notify:outbox")).content.decode()


def test_a_coordinator_may_look(client):
    client.force_login(StaffFactory(roles=[Role.COORDINATOR]))
    assert client.get(reverse("notify:outbox")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM_ADMIN, Role.COORDINATOR}])
def test_nobody_else_may(client, role):
    client.force_login(StaffFactory(roles=[role]))
    assert client.get(reverse("notify:outbox")).status_code == 403


def test_it_costs_the_same_for_many_messages(client, admin, django_assert_max_num_queries):
    MessageFactory.create_batch(40)
    with django_assert_max_num_queries(10):
        client.get(reverse("notify:outbox"))
