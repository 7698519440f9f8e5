"""The frame around every page: the bell, the person, the messages, and what it costs."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.ui.context import UNREAD_SHOWN


def notices(count: int, **fields: object) -> None:
    staff = Staff.objects.get()
    Notice.objects.bulk_create(Notice(staff=staff, kind="test", title="消息", **fields) for _ in range(count))


def test_it_shows_the_unread_number(client_of: Callable[..., Client]) -> None:
    client = client_of()
    notices(4)
    assert '<span class="dot">4<' in client.get("/search/").content.decode()


def test_it_shows_no_number_when_all_is_read(client_of: Callable[..., Client]) -> None:
    client = client_of()
    notices(1, read_at=timezone.now())
    assert 'class="dot"' not in client.get("/search/").content.decode()


def test_it_stops_counting_at_a_hundred(client_of: Callable[..., Client]) -> None:
    client = client_of()
    notices(UNREAD_SHOWN + 5)
    assert '<span class="dot">99+<' in client.get("/search/").content.decode()


def test_it_shows_name_and_workplace(client_of: Callable[..., Client]) -> None:
    client, staff = client_of(), Staff.objects.get()
    page = client.get("/search/").content.decode()
    assert staff.name in page
    assert f"{staff.department.short_name} · {staff.office.name}" in page


def test_it_signs_out_by_post_only(client_of: Callable[..., Client]) -> None:
    page = client_of().get("/search/").content.decode()
    assert '<form method="post" action="/accounts/logout/"' in page


def test_it_shows_a_message_once(client_of: Callable[..., Client]) -> None:
    client = client_of()
    client.post("/settings/single-keys/", {"on": "1", "next": "/search/"})
    assert 'role="status"' in client.get("/search/").content.decode()
    assert 'role="status"' not in client.get("/search/").content.decode()


def test_it_costs_six_queries_at_most(
    client_of: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(Role.LIAISON)
    client.get("/search/")  # notes the time of the session
    with django_assert_max_num_queries(6):  # session, person, roles, department, office, bell
        client.get("/search/")


@pytest.mark.django_db
def test_it_answers_a_visitor_without_a_query(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(0):
        client.get("/accounts/login/?next=/none/")
