"""The pages that change many rows at once: shown first, then written."""

import pytest
from django.test import Client
from django.urls import reverse

from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory

BULK, REPLACE = reverse("linkage:list_bulk"), reverse("linkage:list_replace")


@pytest.fixture
def editor(city, sign_in) -> Client:
    return sign_in(StaffFactory(username="listadmin", roles=[Role.LIST_ADMIN]))


@pytest.fixture
def draft(editor) -> ListVersion:
    editor.post(reverse("linkage:draft_create"))
    return lists.draft()


@pytest.fixture
def row(draft) -> LinkageEntry:
    return draft.entries.get()


@pytest.fixture
def newcomer(row) -> Staff:
    return StaffFactory(name="新来者", department=row.department, roles=[Role.LIAISON])


def days(row: LinkageEntry) -> int:
    row.refresh_from_db()
    return row.feedback_days


def test_ticked_rows_are_shown_then_written(editor, row):
    values = {"entry": [row.pk], "change": ["feedback_days"], "feedback_days": 9}
    assert editor.post(BULK, {"entry": [row.pk]}).status_code == 200
    shown = editor.post(BULK, values | {"step": "preview"})
    assert "<del>3</del> <ins>9</ins>" in shown.content.decode()
    assert days(row) == 3

    editor.post(BULK, values | {"step": "apply", "version": row.version.row_version})

    assert days(row) == 9


def test_every_row_that_fits_the_look_may_be_taken(editor, row):
    LinkageEntryFactory(version=row.version)
    page = editor.post(BULK, {"all": "1", "tab": "all", "q": "", "department": row.department.code})

    assert [entry.pk for entry in page.context["entries"]] == [row.pk]


def test_rows_of_several_departments_offer_no_people(editor, row):
    other = LinkageEntryFactory(version=row.version)
    form = editor.post(BULK, {"entry": [row.pk, other.pk]}).context["form"]

    assert not {"liaison", "office", "deputy", "paper"} & set(form.fields)
    assert "feedback_days" in form.fields


def test_no_ticked_row_leads_back(editor, row):
    assert "没有勾选条目" in editor.post(BULK, {}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"change": []}, "change"), ({"change": ["feedback_days"], "feedback_days": ""}, "feedback_days")],
)
def test_what_is_missing_is_named(editor, row, typed, field):
    response = editor.post(BULK, {"entry": [row.pk], "step": "apply"} | typed)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_a_wrong_row_is_named_and_nothing_written(editor, row):
    values = {"entry": [row.pk], "change": ["claim_days"], "claim_days": 3, "step": "apply"}
    response = editor.post(BULK, values)

    assert response.status_code == 422
    assert "推送即认领的认领时限为 0" in response.content.decode()


def test_a_stale_page_is_refused(editor, row):
    values = {"entry": [row.pk], "change": ["feedback_days"], "feedback_days": 9, "step": "apply", "version": 99}
    assert editor.post(BULK, values).status_code == 409
    assert days(row) == 3


def test_a_person_is_replaced_after_a_look(editor, row, newcomer):
    old = row.liaison
    chosen = editor.post(REPLACE, {"old": old.username, "step": "choose"})
    assert "新来者" in chosen.content.decode()
    values = {"old": old.username, "new": newcomer.username}
    shown = editor.post(REPLACE, values | {"step": "preview"}).content.decode()
    assert f"<del>{old.name}</del> <ins>新来者</ins>" in shown
    row.refresh_from_db()
    assert row.liaison == old

    editor.post(REPLACE, values | {"step": "apply", "version": row.version.row_version})

    row.refresh_from_db()
    assert row.liaison == newcomer


def test_people_of_other_departments_are_not_offered(editor, row):
    stranger = StaffFactory(roles=[Role.LIAISON])
    values = {"old": row.liaison.username, "new": stranger.username, "step": "apply"}

    assert editor.post(REPLACE, values).status_code == 422


def test_a_stale_replacement_is_refused(editor, row, newcomer):
    values = {"old": row.liaison.username, "new": newcomer.username, "step": "apply", "version": 99}

    assert editor.post(REPLACE, values).status_code == 409


@pytest.mark.parametrize("address", [BULK, REPLACE])
def test_a_reader_changes_nothing(liaison, row, address):
    assert liaison.post(address, {"entry": [row.pk], "step": "apply"}).status_code == 403
