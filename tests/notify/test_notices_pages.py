"""The bell page: one's own notices only; reading is a POST."""

import pytest
from django.urls import reverse

from shenguan.notify.models import Notice
from tests.factories.ground import StaffFactory
from tests.factories.notify import NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """Somebody who is signed in."""
    person = StaffFactory()
    client.force_login(person)
    return person


def test_it_shows_own_notices_newest_first(client, staff):
    NoticeFactory(staff=staff, title="旧的")
    NoticeFactory(staff=staff, title="新的", url="/linkage/inbox/", urgent=True, case_number="A-1")
    text = client.get(reverse("notify:notices")).content.decode()
    assert text.index("新的") < text.index("旧的")
    assert "紧急" in text


def test_it_shows_nobody_elses(client, staff):
    NoticeFactory(title="别人的")
    assert "别人的" not in client.get(reverse("notify:notices")).content.decode()


def test_it_can_leave_out_what_was_read(client, staff, clock):
    NoticeFactory(staff=staff, title="没看过")
    NoticeFactory(staff=staff, title="看过了", read_at="2026-11-20T00:00:00Z")
    text = client.get(reverse("notify:notices"), {"unread": "1"}).content.decode()
    assert "没看过" in text
    assert "看过了" not in text


def test_it_says_so_when_there_is_nothing(client, staff):
    assert "还没有消息" in client.get(reverse("notify:notices")).content.decode()


def test_looking_does_not_mark_anything_as_read(client, staff):
    notice = NoticeFactory(staff=staff)
    client.get(reverse("notify:notices"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_opening_a_notice_reads_it_and_leads_to_its_page(client, staff):
    notice = NoticeFactory(staff=staff, url="/linkage/inbox/?open=7")
    response = client.post(reverse("notify:read", args=[notice.pk]))
    assert (response.status_code, response.url) == (302, "/linkage/inbox/?open=7")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_opening_it_again_keeps_the_first_time(client, staff, clock):
    notice = NoticeFactory(staff=staff)
    client.post(reverse("notify:read", args=[notice.pk]))
    clock.shift(60)
    client.post(reverse("notify:read", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at.isoformat() == "2026-11-20T01:30:00+00:00"


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_outside(client, staff, url):
    notice = NoticeFactory(staff=staff, url=url)
    assert client.post(reverse("notify:read", args=[notice.pk])).url == reverse("notify:notices")


def test_nobody_reads_for_somebody_else(client, staff):
    notice = NoticeFactory()
    assert client.post(reverse("notify:read", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_can_be_read_at_once(client, staff):
    NoticeFactory.create_batch(2, staff=staff)
    others = NoticeFactory()
    response = client.post(reverse("notify:read_all"), follow=True)
    assert "已将 2 条消息标为已读" in response.content.decode()
    assert list(Notice.objects.unread()) == [others]


@pytest.mark.parametrize("name", ["notify:read", "notify:read_all"])
def test_reading_by_get_is_refused(client, staff, name):
    notice = NoticeFactory(staff=staff)
    args = [notice.pk] if name == "notify:read" else []
    assert client.get(reverse(name, args=args)).status_code == 405


def test_a_visitor_is_sent_to_the_login(client):
    response = client.get(reverse("notify:notices"))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_it_costs_the_same_for_many_notices(client, staff, django_assert_max_num_queries):
    NoticeFactory.create_batch(40, staff=staff)
    with django_assert_max_num_queries(10):
        client.get(reverse("notify:notices"))
