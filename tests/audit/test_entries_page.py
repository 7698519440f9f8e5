"""The audit list: for the audit administrator, filtered along indexes, in keyset pages."""

import pytest
from django.urls import reverse

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit import labels
from shenguan.audit.actions.sealing import seal_pending
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """Opens the list as an audit administrator and gives its text."""
    client.force_login(StaffFactory(roles=[Role.AUDIT_ADMIN]))

    def open_page(status: int = 200, **query: str) -> str:
        response = client.get(reverse("audit:entries"), query)
        assert response.status_code == status
        return response.content.decode()

    return open_page


def test_it_shows_newest_first_with_everything_the_law_names(page, actor, clock):
    audit.record("x.y", by=actor, label="旧的")
    clock.shift(60)
    audit.record("x.y", by=actor, label="新的", success=False, detail={"reason": "证件过期"})
    text = page()
    assert text.index("新的") < text.index("旧的")
    assert all(part in text for part in ("2026-11-20 09:31:00", actor.key, "127.0.0.1", "失败", "证件过期"))


def test_it_names_an_action_that_has_a_name(page, system, monkeypatch):
    monkeypatch.setitem(labels._labels, "application.accept", "受理申请")
    audit.record("application.accept", by=system)
    assert "<td>受理申请</td>" in page()


def test_it_says_what_is_sealed(page, system):
    audit.record("x.y", by=system)
    seal_pending()
    audit.record("x.y", by=system)
    text = page()
    assert "第 1 号" in text
    assert "待封存" in text


def test_it_filters_by_login_name(page):
    audit.record("x.y", by=Actor.of_staff(StaffFactory(username="li")), label="李的")
    audit.record("x.y", by=Actor.of_staff(StaffFactory(username="lin")), label="林的")
    text = page(actor="li")
    assert "李的" in text
    assert "林的" not in text


def test_it_filters_by_a_persons_name(page):
    audit.record("x.y", by=Actor.of_staff(StaffFactory(name="李丽")), label="李的")
    audit.record("x.y", by=Actor.of_staff(StaffFactory(name="李丽丽")), label="另一个")
    text = page(actor="李丽")
    assert "李的" in text
    assert "另一个" not in text


def test_it_filters_by_action(page, system):
    audit.record("case.accept", by=system, label="受理的")
    audit.record("case.accepted", by=system, label="相近的")
    text = page(action="case.accept")
    assert "受理的" in text
    assert "相近的" not in text


def test_it_filters_by_days_in_shanghai_both_included(page, system, clock):
    clock.move_to("2026-11-18T15:59:59+00:00")
    audit.record("x.y", by=system, label="十八日末")
    clock.shift(1)
    audit.record("x.y", by=system, label="十九日初")
    clock.move_to("2026-11-19T15:59:59+00:00")
    audit.record("x.y", by=system, label="十九日末")
    clock.shift(1)
    audit.record("x.y", by=system, label="二十日初")
    text = page(since="2026-11-19", until="2026-11-19")
    assert "十九日初" in text
    assert "十九日末" in text
    assert "十八日末" not in text
    assert "二十日初" not in text


def test_it_explains_a_range_that_runs_backwards(page, system):
    audit.record("x.y", by=system, label="不该出现")
    text = page(status=422, since="2026-11-20", until="2026-11-19")
    assert "截止日期早于起始日期" in text
    assert "不该出现" not in text


@pytest.mark.parametrize("asked", [{"since": "0001-01-01"}, {"until": "9999-12-31"}])
def test_it_explains_a_day_at_the_end_of_time(page, asked):
    assert 'aria-invalid="true"' in page(status=422, **asked)


def test_it_explains_a_date_that_does_not_exist(page):
    assert 'aria-invalid="true"' in page(status=422, since="2026-02-30")


def test_it_says_so_when_nothing_fits(page):
    assert "没有符合条件的记录" in page(actor="nobody")


def test_it_says_so_when_nothing_happened_yet(page):
    assert "还没有操作记录" in page()


def test_it_pages_without_counting(page, system, client, clock):
    for number in range(26):
        audit.record("x.y", by=system, label=f"第{number}条")
        clock.shift(1)
    response = client.get(reverse("audit:entries"))
    assert "第0条" not in response.content.decode()
    second = client.get(reverse("audit:entries") + response.context["page"].next_url).content.decode()
    assert "第0条" in second
    assert "第1条" not in second


def test_it_costs_the_same_for_many_rows(page, system, django_assert_max_num_queries):
    for _ in range(30):
        audit.record("x.y", by=system)
    with django_assert_max_num_queries(10):
        page()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDIT_ADMIN])
def test_nobody_else_may_look(client, role):
    client.force_login(StaffFactory(roles=[role]))
    assert client.get(reverse("audit:entries")).status_code == 403
