"""Login by default, logout when idle, no writing on GET."""

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from shenguan.access.middleware import LAST_SEEN
from shenguan.access.readonly import WriteInReadOnlyRequestError
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Region, Staff
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]


@pytest.fixture
def person(client: Client) -> Staff:
    """Somebody signed in."""
    staff = StaffFactory()
    client.force_login(staff)
    return staff


def test_a_page_needs_a_login(client: Client):
    response = client.get("/page/?a=1")

    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=%2Fpage%2F%3Fa%3D1"


def test_a_post_without_login_does_not_come_back_by_get(client: Client):
    assert client.post("/page/").url == "/accounts/login/"


def test_a_public_page_needs_none(client: Client):
    assert client.get("/open/").status_code == 200


def test_a_fragment_takes_its_whole_page_to_the_login(client: Client):
    response = client.get(
        "/page/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/linkage/inbox/?state=open"}
    )

    assert response["HX-Redirect"] == "/accounts/login/?next=%2Flinkage%2Finbox%2F%3Fstate%3Dopen"


def test_a_fragment_of_a_foreign_page_is_not_a_way_back(client: Client):
    response = client.get("/page/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/"})

    assert response["HX-Redirect"] == "/accounts/login/"


def test_the_machine_interface_ignores_a_session(client: Client, person: Staff):
    assert client.get("/api/v1/regions/").status_code == 401


def test_somebody_who_leaves_is_out_at_once(client: Client, person: Staff):
    person.status = Staff.Status.AWAY
    person.save(update_fields=["status"])

    assert client.get("/page/").status_code == 302


def test_an_idle_session_ends(client: Client, clock):
    staff = StaffFactory(username="linyunfeng")
    client.force_login(staff)
    client.get("/page/")
    clock.shift(30 * 60 + 1)

    response = client.get("/page/")

    assert response.url == "/accounts/login/?next=%2Fpage%2F&reason=idle"
    assert "_auth_user_id" not in client.session
    assert AuditEntry.objects.filter(action="login.idle_end", actor_key="linyunfeng").exists()


def test_a_session_in_use_goes_on(client: Client, clock):
    client.force_login(StaffFactory())
    for _ in range(3):
        client.get("/page/")
        clock.shift(29 * 60)

    assert client.get("/page/").status_code == 200


def test_the_session_is_written_at_most_once_a_minute(client: Client, clock):
    client.force_login(StaffFactory())
    client.get("/page/")
    first = client.session[LAST_SEEN]
    clock.shift(59)
    client.get("/page/")
    assert client.session[LAST_SEEN] == first

    clock.shift(1)
    client.get("/page/")
    assert client.session[LAST_SEEN] == first + 60


def test_a_page_that_comes_at_once_writes_nothing(
    client: Client, clock, django_assert_num_queries: DjangoAssertNumQueries
):
    client.force_login(StaffFactory())
    client.get("/page/")

    with django_assert_num_queries(2):  # session and person
        client.get("/page/")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_methods_may_not_write(client: Client, person: Staff, method: str):
    with pytest.raises(WriteInReadOnlyRequestError), transaction.atomic():
        getattr(client, method)("/writing/")

    assert not Region.objects.filter(code="439900").exists()


def test_posts_may_write(client: Client, person: Staff):
    assert client.post("/writing/").status_code == 200
    assert Region.objects.filter(code="439900").exists()


def test_reading_methods_may_leave_the_trace_the_law_wants(client: Client, person: Staff):
    assert client.get("/reading/").status_code == 200
    assert AuditEntry.objects.filter(action="subject.unmasked").exists()


def test_the_session_is_still_saved_on_get(client: Client, person: Staff):
    client.get("/page/")

    assert LAST_SEEN in Session.objects.get().get_decoded()


def test_the_limit_is_a_setting(client: Client, clock, settings: Settings):
    settings.IDLE_LOGOUT_SECONDS = 60
    client.force_login(StaffFactory())
    client.get("/page/")
    clock.shift(61)

    assert client.get("/page/").status_code == 302


@pytest.mark.parametrize("address", ["/page%00/", "/page/?q=%00", "/api/v1/cases/%00/"])
def test_a_nul_in_an_address_finds_nothing(client: Client, person: Staff, address: str):
    assert client.get(address).status_code == 404
