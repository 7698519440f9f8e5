"""The page of notice settings."""

import pytest
from django.urls import reverse

from shenguan.notify.models import ChannelChoice
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("notify:settings")


@pytest.fixture
def staff(client):
    """Somebody who is signed in."""
    person = StaffFactory(mobile="13812345678", email="li@example.gov.cn")
    client.force_login(person)
    return person


def test_it_shows_the_defaults_and_where_they_lead(client, staff):
    text = client.get(PAGE).content.decode()
    assert "138****5678" in text
    assert "l***@example.gov.cn" in text
    assert text.count(" checked") == 7


def test_it_says_what_is_not_on_record(client, staff):
    staff.mobile = staff.email = ""
    staff.save()
    text = client.get(PAGE).content.decode()
    assert "未登记手机" in text
    assert "未登记邮箱" in text


def test_it_keeps_the_ticks(client, staff):
    response = client.post(PAGE, {"work.sms": "on", "digest.email": "on"}, follow=True)
    text = response.content.decode()
    assert "通知设置已保存" in text
    assert text.count(" checked") == 2
    assert 'name="work.sms" aria-label="推送、反馈与答复：短信" checked' in text


def test_looking_changes_nothing(client, staff):
    client.get(PAGE, {"work.sms": "on"})
    assert not ChannelChoice.objects.exists()


def test_a_visitor_is_sent_to_the_login(client):
    assert client.post(PAGE).url.startswith("/accounts/login/")
