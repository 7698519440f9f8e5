"""The pages about versions: history, comparison, bringing one back, recalling one to come, discarding a draft."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linkage.actions import lists as actions
from linkage.models import ListVersion
from linkage.selectors import lists
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory, ListVersionFactory

VERSIONS, COMPARE = reverse("linkage:list_versions"), reverse("linkage:list_compare")


@pytest.fixture
def editor(city, sign_in) -> Client:
    return sign_in(StaffFactory(username="listadmin", roles=[Role.LIST_ADMIN]))


@pytest.fixture
def older(city) -> ListVersion:
    """A version of spring, whose row says 30 working days instead of 20."""
    version = ListVersionFactory(
        label="2026-1", status="retired", effective_from=date(2026, 1, 1), effective_to=date(2026, 6, 30)
    )
    (row,) = actions.copies([city.entry], version)
    row.first_check_days = 30
    row.save()
    return version


@pytest.fixture
def to_come(city, editor) -> ListVersion:
    """A version that starts in December."""
    author = Actor.of_staff(StaffFactory(roles=[Role.LIST_ADMIN]))
    return actions.publish(
        actions.create_draft(by=author), by=Actor.of_staff(city.coordinator), effective_from=date(2026, 12, 1)
    )


def text_of(response) -> str:
    return response.content.decode()


def test_the_history_says_what_stands(liaison, older, to_come):
    text = text_of(liaison.get(VERSIONS))

    assert all(word in text for word in ("待生效", "现行", "已失效"))
    assert "恢复此版本" not in text  # a reader only reads


def test_two_versions_are_compared_field_by_field(liaison, city, older):
    text = text_of(liaison.get(COMPARE, {"old": older.label, "new": city.entry.version.label}))

    assert "<del>30</del> <ins>20</ins>" in text


def test_the_comparison_says_when_nothing_differs(liaison, older):
    assert "内容相同" in text_of(liaison.get(COMPARE, {"old": older.label, "new": older.label}))


def test_one_version_alone_is_no_comparison(liaison, city):
    assert "还没有两个版本" in text_of(liaison.get(COMPARE))


def back(version: ListVersion) -> str:
    return reverse("linkage:list_roll_back", args=[version.pk])


def test_an_older_version_is_shown_before_it_comes_back(coordinating, older):
    assert "<del>20</del> <ins>30</ins>" in text_of(coordinating.get(back(older)))


def test_an_older_version_comes_back(coordinating, older):
    values = {"effective_from": "2026-11-23", "reason": "新版有误", "current": lists.published().pk}
    text = text_of(coordinating.post(back(older), values, follow=True))

    assert "恢复自 2026-1：新版有误" in text
    assert lists.published().entries.get().first_check_days == 30


def test_a_reason_is_asked_for_beside_its_field(coordinating, older):
    response = coordinating.post(back(older), {"effective_from": "2026-11-23"})

    assert response.status_code == 422
    assert "reason" in response.context["form"].errors


def test_rows_that_no_longer_work_are_named(coordinating, city, older):
    city.liaison.status = "away"
    city.liaison.save(update_fields=["status"])
    response = coordinating.post(back(older), {"effective_from": "2026-11-23", "reason": "新版有误"})

    assert response.status_code == 422
    assert f"{city.liaison.name}已离岗" in text_of(response)
    assert "创建草稿" in text_of(response)


def test_an_editor_brings_nothing_back(editor, older):
    assert editor.post(back(older), {"effective_from": "2026-11-23", "reason": "新版有误"}).status_code == 403


def test_an_editor_drafts_from_an_older_version(editor, older):
    editor.post(reverse("linkage:draft_from", args=[older.pk]))

    assert lists.draft().entries.get().first_check_days == 30


def test_a_version_to_come_is_recalled_with_a_reason(coordinating, to_come):
    address = reverse("linkage:list_recall", args=[to_come.pk])
    assert coordinating.post(address, {"reason": ""}).status_code == 422

    coordinating.post(address, {"reason": "日期有误"})

    to_come.refresh_from_db()
    assert to_come.status == ListVersion.Status.DRAFT


def test_a_reader_recalls_nothing(liaison, to_come):
    assert liaison.post(reverse("linkage:list_recall", args=[to_come.pk]), {"reason": "试"}).status_code == 403


def test_a_draft_is_discarded_unless_it_changed(editor, city):
    editor.post(reverse("linkage:draft_create"))
    discard = reverse("linkage:draft_discard")
    assert editor.post(discard, {"version": 99}).status_code == 409

    editor.post(discard, {"version": lists.draft().row_version})

    assert lists.draft() is None


@pytest.mark.parametrize("day", ["2026-12-01", "2026-13-45", ""])
def test_the_check_before_publishing_asks_for_a_day(coordinating, editor, city, day):
    editor.post(reverse("linkage:draft_create"))

    assert coordinating.get(reverse("linkage:list_publish"), {"day": day}).status_code == 200


def test_the_dry_run_tells_of_every_step_by_any_version(editor, city, older):
    LinkageEntryFactory(version=older, approval_item=city.entry.approval_item, stages=["ended"])
    asked = {"item": city.entry.approval_item.code, "version": older.label, "kind": "enterprise"}
    stages = editor.get(reverse("linkage:list_dry_run"), asked).context["target"].stages

    assert [(stage.title, len(stage.receivers)) for stage in stages] == [
        ("受理时", 0),
        ("办结时（准予）", 1),
        ("办结时（不予许可）", 0),
        ("许可变更时", 1),
        ("许可延续时", 1),
        ("许可注销撤销时", 2),
    ]
