"""/supervision/inspections/<number>/result/: who receives what, and the submission."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shenguan.org.models import Staff
from supervision.actions import inspections
from supervision.models import CheckTask, Finding, Inspection
from tests.factories.supervision import CheckTaskFactory
from tests.supervision.conftest import Team, judge
from tests.supervision.test_inspections import MENDABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]


def page_of(sheet: Inspection) -> str:
    return reverse("supervision:result", args=[sheet.number])


def send(client: Client, sheet: Inspection, team: Team, **changes: Any) -> Any:
    """Submits a clean result by two inspectors, but for `changes`."""
    sheet.refresh_from_db()
    data = {
        "checked_on": "2026-11-20",
        "inspectors": [person.pk for person in team.pair],
        "result_codes": ["1"],
        "summary": "现场整洁",
        "version": sheet.version,
    }
    return client.post(page_of(sheet), data | changes)


@pytest.fixture
def passed(sheet: Inspection, team: Team) -> Inspection:
    """Everything judged, nothing wrong."""
    judge(sheet, team.by, "pass", "pass", "pass")
    return sheet


def test_it_submits_and_shows_the_record(inspector_page: Client, team: Team, passed: Inspection) -> None:
    answer = send(inspector_page, passed, team)
    assert answer.url == reverse("supervision:inspection", args=[passed.number])
    assert "结果正常，已归档" in inspector_page.get(answer.url).content.decode()


def test_it_says_who_hears_of_a_problem(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    page = inspector_page.get(page_of(sheet)).content.decode()
    assert "反馈作出审批的部门" in page
    assert "第 1 项限 11 月 25 日前改正，复查任务 12 月 2 日到期" in page


def test_it_promises_the_recheck_date_that_follows(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    shown = inspector_page.get(page_of(sheet)).context["orders"][0][1]
    send(inspector_page, sheet, team, result_codes=["E"])
    assert CheckTask.objects.get(kind=CheckTask.Kind.RECHECK).due_on == shown == date(2026, 12, 2)


def test_it_lists_what_the_checklist_still_lacks(inspector_page: Client, sheet: Inspection) -> None:
    page = inspector_page.get(page_of(sheet)).content.decode()
    assert "第 1、2、3 项尚未检查" in page
    assert "未发现不合格项" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"inspectors": []}, "检查人员不得少于 2 人"),
        ({"result_codes": []}, "请选择检查结果"),
        ({"result_codes": ["1", "E"]}, "不能与其他结果同时选择"),
        ({"result_codes": ["Z"]}, "Z"),
        ({"checked_on": "2026-11-21"}, "检查日期不能晚于今天"),
        ({"checked_on": ""}, "必填"),
    ],
)
def test_it_refuses_with_reasons_and_keeps_what_was_typed(
    inspector_page: Client, team: Team, passed: Inspection, changes: dict[str, Any], words: str
) -> None:
    refused = send(inspector_page, passed, team, **changes)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "现场整洁" in refused.content.decode()
    passed.refresh_from_db()
    assert passed.status == Inspection.Status.DRAFT


def test_it_refuses_a_stale_form_and_takes_it_the_second_time(
    inspector_page: Client, team: Team, passed: Inspection
) -> None:
    refused = send(inspector_page, passed, team, version=1)
    assert refused.status_code == 409
    assert "现场整洁" in refused.content.decode()
    again = send(inspector_page, passed, team, version=refused.context["form"]["version"].value())
    assert again.status_code == 302


def test_it_answers_a_double_submission_once(inspector_page: Client, team: Team, sheet: Inspection) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    send(inspector_page, sheet, team, result_codes=["E"])
    second = send(inspector_page, sheet, team, result_codes=["E"])
    assert second.status_code == 409
    assert "查看已提交的检查记录" in second.content.decode()
    assert "提交检查结果</button>" not in second.content.decode()
    assert Finding.objects.count() == 1


def test_it_asks_for_the_commitment_only_where_there_was_one(
    inspector_page: Client, team: Team, passed: Inspection
) -> None:
    assert "承诺核查结论</label>" not in inspector_page.get(page_of(passed)).content.decode()
    task = CheckTaskFactory(commitment=True, object__item__department=team.department)
    sheet = inspections.start(by=team.by, task=task)
    assert "承诺核查结论</label>" in inspector_page.get(page_of(sheet)).content.decode()


def test_it_offers_only_certified_people_of_the_department(
    inspector_page: Client, team: Team, passed: Inspection
) -> None:
    offered = set(inspector_page.get(page_of(passed)).context["form"].fields["inspectors"].queryset)
    assert offered == {team.inspector, team.colleague, team.head}


def test_it_leads_from_a_submitted_one_to_the_record(inspector_page: Client, team: Team, passed: Inspection) -> None:
    send(inspector_page, passed, team)
    assert inspector_page.get(page_of(passed)).url == reverse("supervision:inspection", args=[passed.number])


def test_it_is_not_found_by_another_department(browse: Browse, team: Team, passed: Inspection) -> None:
    assert send(browse(team.stranger), passed, team).status_code == 404


def test_it_does_not_open_without_the_right(browse: Browse, team: Team, passed: Inspection) -> None:
    assert browse(team.head).get(page_of(passed)).status_code == 403


def test_it_knows_no_other_method(inspector_page: Client, passed: Inspection) -> None:
    assert inspector_page.put(page_of(passed)).status_code == 405
