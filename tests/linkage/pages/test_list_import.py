"""The import of the list with long files: what is shown, what is refused, what it costs."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linkage.imports import into_draft
from linkage.models import LinkageEntry, ListVersion
from linkage.views import list_import
from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db
IMPORT, WRITE = reverse("linkage:list_import"), reverse("linkage:list_import_write")


@pytest.fixture
def editor(city, sign_in) -> Client:
    """The list administrator, with a draft equal to the published list."""
    client = sign_in(StaffFactory(roles=[Role.LIST_ADMIN]))
    client.post(reverse("linkage:draft_create"))
    return client


@pytest.fixture
def draft(editor) -> ListVersion:
    return ListVersion.objects.get(status=ListVersion.Status.DRAFT)


def workbook(client: Client, conditions: list[str], **cells: object) -> SimpleUploadedFile:
    """The first exported row once for each condition, with other values in these columns."""
    exported = openpyxl.load_workbook(io.BytesIO(client.get(reverse("linkage:list_export")).content)).active
    heading, first = (list(row) for row in list(exported.values)[:2])
    book = openpyxl.Workbook()
    book.active.append(heading)
    for condition in conditions:
        row = dict(zip(heading, first, strict=True)) | {"适用情形": condition} | cells
        book.active.append([row[name] for name in heading])
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("清单.xlsx", content.getvalue())


def text_of(response) -> str:
    return response.content.decode()


def test_a_file_beyond_what_a_page_checks_is_refused(editor, monkeypatch):
    monkeypatch.setattr(into_draft, "MOST_ROWS", 2)
    response = editor.post(IMPORT, {"uploaded": workbook(editor, ["甲", "乙", "丙"])})
    assert response.status_code == 422
    assert "文件有 3 行，一次最多导入 2 行" in text_of(response)


def test_a_file_as_long_as_allowed_is_checked(editor, monkeypatch):
    monkeypatch.setattr(into_draft, "MOST_ROWS", 2)
    assert editor.post(IMPORT, {"uploaded": workbook(editor, ["甲", "乙"])}).context["writable"] == 2


def test_more_errors_than_fit_the_page_are_counted(editor, monkeypatch):
    monkeypatch.setattr(list_import, "CORRECTED_HERE", 2)
    found = editor.post(IMPORT, {"uploaded": workbook(editor, ["甲", "乙", "丙"], 监管部门="没有的局")})
    assert (len(found.context["rows"]), found.context["not_shown"]) == (2, 1)
    assert "另有 1 处" in text_of(found)
    assert found.context["counts"]["rejected"] == 3


def test_what_was_typed_leaves_room_for_fewer_inputs(editor, monkeypatch):
    monkeypatch.setattr(list_import, "MOST_INPUTS", 2)
    wrong = workbook(editor, ["甲", "乙", "丙"], **{"反馈时限(工作日)": "二十天"})
    first = editor.post(IMPORT, {"uploaded": wrong})
    again = editor.post(IMPORT, {"file": first.context["file"].uuid, "fix:2:反馈时限(工作日)": "6"})
    assert (again.context["settled"], len(again.context["rows"])) == ({"fix:2:反馈时限(工作日)": "6"}, 1)


def test_only_the_first_of_many_new_rows_are_named(editor, monkeypatch):
    monkeypatch.setattr(into_draft, "LISTED", 1)
    found = editor.post(IMPORT, {"uploaded": workbook(editor, ["甲", "乙", "丙"])})
    assert found.context["writable"] == 3
    assert text_of(found).count("<ins>") == 1
    assert "只列出前 1 条" in text_of(found)


def test_a_file_that_changes_nothing_says_so_and_offers_nothing(editor):
    text = text_of(editor.post(IMPORT, {"uploaded": workbook(editor, [LinkageEntry.ALWAYS])}))
    assert "与草稿完全相同" in text
    assert WRITE not in text


def test_a_second_file_takes_the_place_of_the_first(editor, draft):
    editor.post(IMPORT, {"uploaded": workbook(editor, ["甲"])})
    second = editor.post(IMPORT, {"uploaded": workbook(editor, ["乙"])})
    editor.post(WRITE, {"file": second.context["file"].uuid, "version": draft.row_version})
    assert set(draft.entries.values_list("condition", flat=True)) == {LinkageEntry.ALWAYS, "乙"}


def test_a_changed_row_names_people_as_the_page_does(editor, draft):
    entry = draft.entries.get()
    other = StaffFactory(department=entry.department, roles=[Role.LIAISON])
    found = editor.post(IMPORT, {"uploaded": workbook(editor, [LinkageEntry.ALWAYS], 监管联络人=other.username)})
    (change,) = found.context["found"].changed
    assert [(one.old, one.new) for one in change.fields] == [(entry.liaison, other)]


def test_it_costs_no_statement_a_row(editor, draft, django_assert_max_num_queries):
    short, long = workbook(editor, ["甲"]), workbook(editor, [f"情形{n}" for n in range(60)])
    editor.post(IMPORT, {"uploaded": short})
    with django_assert_max_num_queries(45):
        assert editor.post(IMPORT, {"uploaded": long}).context["writable"] == 60
