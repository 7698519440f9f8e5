"""A change of law or policy: published by either side, routed by the list, answered by all concerned."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linkage.actions import answers, policies_changed
from linkage.actions.policies_changed import Change
from linkage.models import PolicyNotice, Push, Routing
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory
from tests.linkage.conftest import City, acting, route_all
from tests.linkage.pages.conftest import sign_in  # noqa: F401

pytestmark = pytest.mark.django_db


def change(city: City, **more: Any) -> Change:
    values: Any = {
        "title": "食品经营许可审查通则修订",
        "document_number": "国市监食经〔2026〕8号",
        "text": "增加冷链设施要求。",
        "effective_on": date(2026, 12, 1),
        "supervision_items": [city.entry.supervision_item],
    }
    return Change(**values | more)


@pytest.fixture
def other(city: City) -> Any:
    """A second department that supervises the same approval item."""
    return LinkageEntryFactory(version=city.entry.version, approval_item=city.entry.approval_item)


@pytest.fixture
def notice(city: City, other: Any) -> PolicyNotice:
    published = policies_changed.publish(
        by=acting(city.liaison), change=change(city, approval_items=[city.entry.approval_item])
    )
    route_all()
    return published


def test_every_other_department_the_list_links_must_answer(city: City, other: Any, notice: PolicyNotice) -> None:
    pushes = {push.department: push for push in Push.objects.filter(kind="policy.changed")}
    assert set(pushes) == {city.application.department, other.department}
    approving, supervising = pushes[city.application.department], pushes[other.department]
    assert (approving.direction, approving.owner) == (Push.Direction.REVERSE, city.approver)
    assert (supervising.direction, supervising.owner) == (Push.Direction.FORWARD, other.liaison)
    assert {push.status for push in pushes.values()} == {Push.Status.WAITING_ANSWER}
    assert {push.due_on for push in pushes.values()} == {date(2026, 11, 27)}
    assert Routing.objects.get(event__kind="policy.changed").outcome == Routing.Outcome.PUSHED


def test_departments_the_items_do_not_concern_hear_nothing(city: City) -> None:
    stranger = LinkageEntryFactory(version=city.entry.version)
    policies_changed.publish(by=acting(city.liaison), change=change(city))
    route_all()
    assert not Push.objects.filter(department=stranger.department).exists()


def test_it_says_so_when_nobody_else_is_linked(city: City) -> None:
    stranger = StaffFactory(department=city.entry.approval_item.implementing_department, roles=[Role.EXAMINER])
    lonely = LinkageEntryFactory(version=city.entry.version, approval_item__implementing_department=stranger.department)
    lonely.department = stranger.department
    lonely.save(update_fields=["department"])
    policies_changed.publish(
        by=acting(stranger), change=change(city, approval_items=[lonely.approval_item], supervision_items=[])
    )
    route_all()
    assert Routing.objects.get(event__kind="policy.changed").outcome == Routing.Outcome.NOT_APPLICABLE


def test_a_supervisor_answers_with_his_own_right(other: Any, notice: PolicyNotice) -> None:
    push = Push.objects.get(department=other.department)
    done = answers.answer(push, by=acting(other.liaison), outcome="revise_guide", text="检查要素表需补充冷链项")
    assert (done.status, done.answer_outcome) == (Push.Status.ANSWERED, "revise_guide")


def test_the_publisher_hears_each_answer(city: City, notice: PolicyNotice) -> None:
    push = Push.objects.get(department=city.application.department)
    answers.answer(push, by=acting(city.approver), outcome="noted", text="已组织学习")
    told = Notice.objects.get(staff=city.liaison, kind="answer.received")
    assert told.url == f"/linkage/policies/{notice.number}/"


def test_a_list_that_must_be_mended_is_told_to_its_keeper(city: City, notice: PolicyNotice) -> None:
    keeper = StaffFactory(department=city.application.department, roles=[Role.LIST_ADMIN])
    push = Push.objects.get(department=city.application.department)
    answers.answer(push, by=acting(city.approver), outcome="revise_list", text="新增一条联动事项")
    assert Notice.objects.filter(staff=keeper, kind="answer.received").exists()


@pytest.mark.parametrize("outcome", ["keep", "adopt", "replied"])
def test_it_knows_its_own_answers_only(city: City, notice: PolicyNotice, outcome: str) -> None:
    push = Push.objects.get(department=city.application.department)
    with pytest.raises(Invalid):
        answers.answer(push, by=acting(city.approver), outcome=outcome, text="理由")


def test_it_is_answered_once(city: City, notice: PolicyNotice) -> None:
    push = Push.objects.get(department=city.application.department)
    answers.answer(push, by=acting(city.approver), outcome="noted", text="已知悉")
    with pytest.raises(StateForbids):
        answers.answer(push, by=acting(city.approver), outcome="noted", text="已知悉")


@pytest.mark.parametrize("field", ["title", "document_number", "text"])
def test_it_wants_every_word(city: City, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        policies_changed.publish(by=acting(city.liaison), change=change(city, **{field: " "}))
    assert set(refused.value.errors) == {field}
    assert not PolicyNotice.objects.exists()


def test_it_wants_an_item(city: City) -> None:
    with pytest.raises(Invalid, match="至少选择一个"):
        policies_changed.publish(by=acting(city.liaison), change=change(city, supervision_items=[]))


def test_a_clerk_publishes_nothing(city: City) -> None:
    with pytest.raises(NotAllowed):
        policies_changed.publish(by=acting(StaffFactory(roles=[Role.WINDOW_CLERK])), change=change(city))


def test_the_form_publishes(city: City, other: Any, sign_in: Any) -> None:  # noqa: F811
    answer = sign_in(city.liaison).post(
        reverse("linkage:policy_new"),
        {
            "title": "通则修订",
            "document_number": "国市监食经〔2026〕8号",
            "effective_on": "2026-12-01",
            "text": "增加冷链设施要求。",
            "approval_items": [city.entry.approval_item.code],
        },
    )
    published = PolicyNotice.objects.get()
    assert answer["Location"] == reverse("linkage:policy", args=[published.number])
    assert list(published.approval_items.all()) == [city.entry.approval_item]


def test_the_overview_names_who_is_late(
    clock: Any,
    city: City,
    other: Any,
    notice: PolicyNotice,
    sign_in: Any,  # noqa: F811
) -> None:
    push = Push.objects.get(department=city.application.department)
    answers.answer(push, by=acting(city.approver), outcome="revise_guide", text="补充材料清单")
    clock.move_to("2026-11-30T02:00:00+00:00")
    page = sign_in(city.liaison).get(reverse("linkage:policy", args=[notice.number])).content.decode()
    assert "已答复 1 / 2" in page
    assert "1 个部门逾期未答复" in page
    assert "需修订办事指南" in page


def test_strangers_do_not_find_it(notice: PolicyNotice, sign_in: Any) -> None:  # noqa: F811
    browser: Client = sign_in(StaffFactory(roles=[Role.LIAISON]))
    assert browser.get(reverse("linkage:policy", args=[notice.number])).status_code == 404
    assert notice.number not in browser.get(reverse("linkage:policies")).content.decode()


def test_the_overview_costs_the_same_for_many(
    city: City,
    notice: PolicyNotice,
    sign_in: Any,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    browser = sign_in(city.liaison)
    with django_assert_max_num_queries(22):
        browser.get(reverse("linkage:policy", args=[notice.number]))
