"""监管码: one page each, no right by themselves, silent about what exists, counted and audited."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shenguan import notify
from shenguan.audit.models import AuditEntry
from shenguan.notify import Telling, openings
from shenguan.notify.actions import short_links
from shenguan.notify.actions.short_links import codes_for
from shenguan.notify.models import Message, ShortLink
from shenguan.notify.models.short_link import ALPHABET
from shenguan.notify.openings import Opening
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db
PAGE = "/things/7/"


@pytest.fixture
def staff(client):
    """Somebody who is signed in and may see the page."""
    person = StaffFactory(username="insider")
    client.force_login(person)
    return person


@pytest.fixture(autouse=True)
def closed_at(monkeypatch) -> list:
    """Pages under /things/, for the insider; the list holds when the matter ended."""
    ended = [None]
    table = {"/things/": lambda staff, path: Opening(ended[0]) if staff.username == "insider" else None}
    monkeypatch.setattr(openings, "_openers", table)
    return ended


def code() -> str:
    """The code of the page."""
    return codes_for([PAGE])[PAGE]


def follow(client, text: str):
    return client.get(reverse("code:follow", args=[text]))


def test_a_short_message_carries_the_code_and_the_link(settings):
    settings.PORTAL_URL = "https://portal.city.gov.cn"
    notify.tell(StaffFactory(), kind="push.received", title="许可", body="请认领。", url=PAGE)
    link = ShortLink.objects.get()
    message = Message.objects.get()
    assert message.text.endswith(f"监管码 {link.shown}，直达 https://portal.city.gov.cn/c/{link.code}/ 。")
    assert link.shown in message.template_variables["code"]


def test_a_page_without_an_owner_has_no_code():
    notify.tell(StaffFactory(), kind="push.received", title="许可", body="请认领。", url="/elsewhere/7/")
    assert not ShortLink.objects.exists()
    assert "监管码" not in Message.objects.get().text


def test_the_list_above_the_pages_has_no_code():
    assert codes_for(["/things/"]) == {}


def test_what_stays_in_the_house_needs_no_code():
    notify.tell(StaffFactory(mobile=""), kind="push.received", title="许可", body="请认领。", url=PAGE)
    assert not ShortLink.objects.exists()


def test_a_page_keeps_its_code():
    assert code() == code()


def test_codes_cannot_be_guessed_or_misread():
    codes = set(codes_for(f"/things/{n}/" for n in range(200)).values())
    assert len(codes) == 200
    assert all(re.fullmatch(f"[{ALPHABET}]{{8}}", one) for one in codes)
    assert not set("01ILO") & set(ALPHABET)


def test_it_leads_to_the_page(client, staff):
    assert follow(client, code()).url == PAGE


@pytest.mark.parametrize("spell", [str.lower, lambda c: f" {c[:4]}-{c[4:]} ", lambda c: f"{c[:4]} {c[4:]}"])
def test_the_field_takes_it_as_people_type_it(client, staff, spell):
    response = client.post(reverse("code:enter"), {"code": spell(code())})
    assert response.url == PAGE


def test_a_wrong_one_stays_in_the_field(client, staff):
    response = client.post(reverse("code:enter"), {"code": "ABCD-2345"})
    assert response.status_code == 404
    assert 'value="ABCD-2345"' in response.content.decode()


@pytest.mark.parametrize("typed", ["", "x" * 500, "１２３４", "'; --", "%00"])
def test_absurd_input_finds_nothing(client, staff, typed):
    assert client.post(reverse("code:enter"), {"code": typed}).status_code == 404


def test_a_stranger_gets_the_answer_of_an_unknown_code(client, staff):
    known = code()
    client.force_login(StaffFactory())
    own = re.compile(rf"[0-9A-F]{{12}}|[0-9A-Za-z]{{64}}|{known}|ABCD2345")  # error number, token, what was asked
    foreign, unknown = (follow(client, one) for one in (known, "ABCD2345"))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert own.sub("", foreign.content.decode()) == own.sub("", unknown.content.decode())


def test_a_visitor_signs_in_first(client):
    response = follow(client, code())
    assert response.url.startswith("/accounts/login/?next=%2Fc%2F")


def test_it_works_for_a_week_after_the_end(client, staff, closed_at, clock):
    client.force_login(staff)
    closed_at[0] = timezone.now() - timedelta(days=7)
    assert follow(client, code()).status_code == 302
    closed_at[0] -= timedelta(seconds=1)
    assert follow(client, code()).status_code == 404


def test_every_try_is_audited_without_the_code(client, staff):
    known = code()
    follow(client, known)
    follow(client, "ABCD2345")
    assert list(AuditEntry.objects.filter(action="link.open").order_by("pk").values_list("actor_key", "success")) == [
        ("insider", True),
        ("insider", False),
    ]
    assert not AuditEntry.objects.filter(label__contains=known).exists()


def test_trying_many_is_held_back(client, staff, monkeypatch):
    monkeypatch.setattr(short_links, "TRIES", 2)
    known = code()
    follow(client, "ABCD2345")
    client.post(reverse("code:enter"), {"code": "ABCD2345"})
    response = follow(client, known)
    assert response.status_code == 429
    assert "尝试次数过多" in response.content.decode()


def test_many_pages_cost_two_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        codes_for(f"/things/{n}/" for n in range(30))
    with django_assert_max_num_queries(2):
        codes_for(f"/things/{n}/" for n in range(30))


def test_somebody_else_may_have_made_the_code_meanwhile(monkeypatch):
    monkeypatch.setattr(short_links, "new_code", lambda: (ShortLink.objects.create(code="ABCDEFGH", path=PAGE), "X")[1])
    assert code() == "ABCDEFGH"


def test_many_tellings_about_one_page_share_its_code():
    notify.tell_many([Telling(StaffFactory(), "push.received", "许可", url=PAGE) for _ in range(3)])
    assert len({message.template_variables["code"] for message in Message.objects.all()}) == 1
