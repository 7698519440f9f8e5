"""/supervision/inspections/<number>/: the checklist, its answers and photos."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from shenguan.org.models import Staff
from supervision.models import ChecklistElement, Inspection, InspectionElement, InspectionPhoto
from tests.factories.files import PDF, PNG
from tests.supervision.conftest import Team, judge
from tests.supervision.test_inspections import MENDABLE, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"supervision:{name}", args=args)


def first(sheet: Inspection) -> InspectionElement:
    return sheet.elements.all()[0]


def answer(client: Client, sheet: Inspection, *, htmx: bool = True, **changes: str) -> Any:
    """Sends the first element as failed, but for `changes`."""
    data = {"verdict": "fail", "description": "食品未离地", "measure": "", "rectify_by": ""} | changes
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(url("element", sheet.number, first(sheet).pk), data, headers=headers)


def upload(client: Client, sheet: Inspection, name: str, content: bytes, row: InspectionElement | None = None) -> Any:
    """Sends one photo of the first element."""
    target = url("photo_add", sheet.number, (row or first(sheet)).pk)
    return client.post(target, {"photo": SimpleUploadedFile(name, content)}, headers={"HX-Request": "true"})


def test_it_shows_the_checklist(inspector_page: Client, sheet: Inspection) -> None:
    page = inspector_page.get(url("inspection", sheet.number))
    assert page.status_code == 200
    assert page.content.decode().count("data-ck ") == 3


def test_it_asks_the_database_no_more_for_a_longer_checklist(
    inspector_page: Client, sheet: Inspection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for sequence in range(4, 24):
        element = ChecklistElement.objects.create(
            item=sheet.object.item, sequence=sequence, content="更多要求", verdicts=["合格"], severity="一般"
        )
        InspectionElement.objects.create(inspection=sheet, element=element)
    with django_assert_max_num_queries(16):
        inspector_page.get(url("inspection", sheet.number))


def test_it_hides_the_controls_from_a_reader(browse: Browse, team: Team, sheet: Inspection) -> None:
    page = browse(team.head).get(url("inspection", sheet.number)).content.decode()
    assert "第 1 条要求" in page
    assert "data-answer" not in page


def test_it_is_not_found_by_another_department(browse: Browse, team: Team, sheet: Inspection) -> None:
    assert browse(team.stranger).get(url("inspection", sheet.number)).status_code == 404


@pytest.mark.parametrize("name", ["remainder", "element", "photo_add"])
def test_it_writes_only_by_post(inspector_page: Client, sheet: Inspection, name: str) -> None:
    args = [] if name == "remainder" else [first(sheet).pk]
    assert inspector_page.get(url(name, sheet.number, *args)).status_code == 405


def test_it_saves_and_touches_nothing_typed(inspector_page: Client, sheet: Inspection) -> None:
    saved = answer(inspector_page, sheet)
    assert saved.status_code == 200
    assert first(sheet).description == "食品未离地"
    assert "textarea" not in saved.content.decode()
    assert first(sheet).mark in saved.content.decode()


def test_it_saves_without_javascript(inspector_page: Client, sheet: Inspection) -> None:
    saved = answer(inspector_page, sheet, htmx=False)
    assert saved.url == url("inspection", sheet.number)


def test_it_takes_the_same_answer_twice(inspector_page: Client, sheet: Inspection) -> None:
    seen = first(sheet).mark
    answer(inspector_page, sheet, seen=seen)
    version = Inspection.objects.get(pk=sheet.pk).version
    assert answer(inspector_page, sheet, seen=seen).status_code == 200
    assert Inspection.objects.get(pk=sheet.pk).version == version


def test_it_does_not_overwrite_an_answer_given_elsewhere(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    seen = first(sheet).mark
    judge(sheet, team.by, "pass", "pass", "pass")
    refused = answer(inspector_page, sheet, seen=seen)
    assert refused.status_code == 409
    assert "已在另一处保存为“合格”" in refused.content.decode()
    assert f'data-overwrite="{first(sheet).mark}"' in refused.content.decode()
    assert first(sheet).verdict == "pass"


def test_it_overwrites_when_told_to(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert answer(inspector_page, sheet, seen=first(sheet).mark).status_code == 200
    assert first(sheet).verdict == "fail"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "absent"}, "该检查项不能选择这个结论"),
        ({"measure": "none"}, "none"),
        ({"rectify_by": "2026-13-01"}, "日期"),
        ({"description": "长" * 2001}, "2000"),
    ],
)
def test_it_says_what_is_wrong_beside_the_element(
    inspector_page: Client, sheet: Inspection, changes: dict[str, str], words: str
) -> None:
    refused = answer(inspector_page, sheet, **changes)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert f'id="state-{first(sheet).pk}"' in refused.content.decode()
    assert first(sheet).verdict == "unchecked"


def test_it_refuses_an_answer_after_submission(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    submit(sheet, team)
    assert answer(inspector_page, sheet).status_code == 409


def test_it_refuses_an_answer_without_the_right(browse: Browse, team: Team, sheet: Inspection) -> None:
    assert answer(browse(team.head), sheet).status_code == 403


def test_it_does_not_know_the_element_of_another_sheet(inspector_page: Client, sheet: Inspection) -> None:
    target = url("element", sheet.number, 999999)
    assert inspector_page.post(target, {"verdict": "pass"}, headers={"HX-Request": "true"}).status_code == 404


def test_it_passes_the_remainder_only(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    answer(inspector_page, sheet)
    inspector_page.post(url("remainder", sheet.number))
    assert [row.verdict for row in sheet.elements.all()] == ["fail", "pass", "pass"]


def test_it_leaves_what_cannot_pass(inspector_page: Client, sheet: Inspection) -> None:
    ChecklistElement.objects.filter(pk=first(sheet).element_id).update(verdicts=["不合格", "合理缺项"])
    inspector_page.post(url("remainder", sheet.number))
    assert [row.verdict for row in sheet.elements.all()] == ["unchecked", "pass", "pass"]


def test_it_adds_a_photo_once(inspector_page: Client, sheet: Inspection) -> None:
    for _ in range(2):
        added = upload(inspector_page, sheet, "后厨.png", PNG)
        assert added.status_code == 200
    taken = InspectionPhoto.objects.get()
    assert f'id="photo-{taken.pk}"' in added.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("后厨.pdf", PDF, "请上传照片（JPG 或 PNG）"),
        ("后厨.png", PDF, "扩展名与内容不符"),
        ("后厨.png", b"", "文件不能是空的"),
        ("后厨.exe", b"MZ" + b"\0" * 64, "不"),
    ],
    ids=["pdf", "disguised", "empty", "program"],
)
def test_it_refuses_what_is_no_photo(
    inspector_page: Client, sheet: Inspection, name: str, content: bytes, words: str
) -> None:
    refused = upload(inspector_page, sheet, name, content)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not InspectionPhoto.objects.exists()


def test_it_refuses_a_photo_that_is_too_big(inspector_page: Client, sheet: Inspection, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1
    refused = upload(inspector_page, sheet, "后厨.png", PNG)
    assert (refused.status_code, "上限" in refused.content.decode()) == (422, True)


def test_it_refuses_the_tenth_photo(inspector_page: Client, sheet: Inspection) -> None:
    for number in range(9):
        upload(inspector_page, sheet, "后厨.png", PNG + bytes([number]))
    refused = upload(inspector_page, sheet, "后厨.png", PNG)
    assert (refused.status_code, InspectionPhoto.objects.count()) == (422, 9)


def test_it_shows_a_photo_to_its_department_only(
    inspector_page: Client, browse: Browse, team: Team, sheet: Inspection
) -> None:
    upload(inspector_page, sheet, "后厨.png", PNG)
    target = url("photo", sheet.number, InspectionPhoto.objects.get().pk)
    shown = inspector_page.get(target)
    assert (b"".join(shown.streaming_content), shown["Content-Type"]) == (PNG, "image/png")
    assert browse(team.stranger).get(target).status_code == 404


def test_it_becomes_the_record_once_submitted(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "fail", "pass", "absent", **MENDABLE)
    submit(sheet, team, result_codes=[Inspection.ResultCode.CORRECTED])
    page = inspector_page.get(url("inspection", sheet.number)).content.decode()
    assert "检查记录" in page
    assert "发现问题已责令改正" in page
    assert "食品未离地存放" in page
    assert "data-answer" not in page


def test_it_sends_a_visitor_to_the_login(sheet: Inspection) -> None:
    assert Client().get(url("inspection", sheet.number)).url.startswith(resolve_url(settings.LOGIN_URL))
