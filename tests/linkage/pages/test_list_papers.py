"""The register of signed papers: who registers, what is refused, who reads the file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linkage.models import BasisPaper
from shenguan.access.roles import Role
from tests.factories.files import PDF, StoredFileFactory
from tests.factories.ground import DepartmentFactory, StaffFactory
from tests.factories.linkage import BasisPaperFactory

PAPERS = reverse("linkage:list_papers")


@pytest.fixture
def editor(city, sign_in):
    return sign_in(StaffFactory(username="listadmin", roles=[Role.LIST_ADMIN]))


def values(city, **changed) -> dict[str, object]:
    return {
        "kind": "工作备忘录",
        "number": "云审管备〔2026〕1号",
        "approval_department": city.entry.approval_item.implementing_department.code,
        "department": city.entry.department.code,
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "file": SimpleUploadedFile("备忘录.pdf", PDF, "application/pdf"),
    } | changed


def test_a_paper_is_registered_and_its_file_read(editor, liaison, city):
    editor.post(PAPERS, values(city))
    paper = BasisPaper.objects.get()

    assert paper.recorded_by == "listadmin"
    assert paper.number in liaison.get(PAPERS).content.decode()
    answer = liaison.get(reverse("linkage:list_paper_file", args=[paper.file.uuid]))
    assert b"".join(answer.streaming_content) == PDF


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", ""), ("valid_to", "2025-12-31"), ("kind", "口头约定"), ("valid_from", ""), ("file", "")],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(editor, city, field, value):
    response = editor.post(PAPERS, values(city, **{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not BasisPaper.objects.exists()


def test_a_department_needs_no_paper_with_itself(editor, city):
    response = editor.post(PAPERS, values(city, approval_department=city.entry.department.code))

    assert list(response.context["form"].errors) == ["department"]


def test_a_number_is_registered_once(editor, city):
    BasisPaperFactory(number="云审管备〔2026〕1号", entry=city.entry)

    assert "已登记" in editor.post(PAPERS, values(city)).content.decode()
    assert BasisPaper.objects.count() == 1


def test_a_reader_registers_nothing(liaison, city):
    assert liaison.post(PAPERS, values(city)).status_code == 403
    assert "签署文件" not in liaison.get(PAPERS).content.decode()


def test_a_file_that_is_no_paper_of_the_list_is_not_handed_out(liaison, city):
    other = StoredFileFactory()
    assert liaison.get(reverse("linkage:list_paper_file", args=[other.uuid])).status_code == 404


def test_the_register_asks_no_more_for_more_rows(liaison, city, django_assert_max_num_queries):
    for _ in range(6):
        BasisPaperFactory(entry=city.entry, department=DepartmentFactory())
    with django_assert_max_num_queries(12):
        liaison.get(PAPERS)
