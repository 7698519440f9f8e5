"""Inspections: started once, filled in, submitted once, and what follows from them (RULES §4)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shenguan import events
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed, StaleVersion, StateForbids
from supervision.actions import inspections
from supervision.models import CheckTask, Finding, Inspection, InspectionPhoto, SupervisedObject
from tests.factories.files import PNG
from tests.factories.ground import StaffFactory
from tests.factories.supervision import CheckTaskFactory
from tests.supervision.conftest import Team, judge

Codes = Inspection.ResultCode
MENDABLE = {"description": "食品未离地存放", "measure": "rectify", "rectify_by": date(2026, 11, 25)}


def submit(sheet: Inspection, team: Team, **changes: Any) -> Inspection:
    """Submits with everything right, but for `changes`."""
    values = {
        "inspectors": team.pair,
        "checked_on": date(2026, 11, 20),
        "result_codes": [Codes.NO_PROBLEM],
        "by": team.by,
    }
    return inspections.submit(sheet, **values | changes)


def errors_of(sheet: Inspection, team: Team, **changes: Any) -> dict[str, list[str]]:
    """The reasons why a submission is refused; nothing may have been written."""
    with pytest.raises(Invalid) as refused:
        submit(sheet, team, **changes)
    sheet.refresh_from_db()
    assert sheet.status == Inspection.Status.DRAFT
    return refused.value.errors


def test_it_starts_with_every_element_unchecked(sheet: Inspection) -> None:
    assert [row.verdict for row in sheet.elements.all()] == ["unchecked"] * 3


def test_it_goes_on_with_the_draft_when_started_twice(sheet: Inspection, team: Team, task: CheckTask) -> None:
    assert inspections.start(by=Actor.of_staff(team.colleague), task=task) == sheet


def test_it_refuses_to_start_another_departments_task(team: Team, task: CheckTask) -> None:
    with pytest.raises(NotAllowed):
        inspections.start(by=Actor.of_staff(team.stranger), task=task)


def test_it_refuses_to_start_without_the_right(team: Team, task: CheckTask) -> None:
    with pytest.raises(NotAllowed):
        inspections.start(by=Actor.of_staff(team.head), task=task)


def test_it_refuses_to_start_a_task_that_is_over(sheet: Inspection, team: Team, task: CheckTask) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    submit(sheet, team)
    with pytest.raises(StateForbids):
        inspections.start(by=team.by, task=task)


def test_it_refuses_a_verdict_the_element_does_not_offer(sheet: Inspection, team: Team) -> None:
    first = sheet.elements.all()[0]
    with pytest.raises(Invalid):
        inspections.record_element(sheet, by=team.by, element_id=first.pk, verdict="absent")


def test_it_takes_the_verdict_the_element_offers(sheet: Inspection, team: Team) -> None:
    last = sheet.elements.all()[2]
    saved = inspections.record_element(sheet, by=team.by, element_id=last.pk, verdict="absent")
    assert saved.verdict == "absent"


def test_it_forgets_the_problem_when_an_element_passes_after_all(sheet: Inspection, team: Team) -> None:
    first = sheet.elements.all()[0]
    inspections.record_element(sheet, by=team.by, element_id=first.pk, verdict="fail", **MENDABLE)  # type: ignore[arg-type]
    saved = inspections.record_element(sheet, by=team.by, element_id=first.pk, verdict="pass")
    assert (saved.description, saved.measure, saved.rectify_by) == ("", "", None)


def test_it_archives_a_clean_result_and_tells_nobody_to_answer(sheet: Inspection, team: Team, task: CheckTask) -> None:
    judge(sheet, team.by, "pass", "pass", "absent")
    submit(sheet, team)
    task.refresh_from_db()
    assert task.status == CheckTask.Status.DONE
    assert not Finding.objects.exists()
    assert not Event.objects.filter(kind="finding.reported").exists()
    assert Event.objects.filter(kind="inspection.recorded", case_number=task.case_number).count() == 1


def test_it_opens_a_finding_an_order_and_a_recheck(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    submit(sheet, team, result_codes=[Codes.CORRECTED])
    finding = Finding.objects.get()
    assert finding.status == Finding.Status.OPEN
    assert finding.deadline is not None
    assert finding.deadline.due_on == date(2026, 11, 25)
    assert finding.order_number.endswith("〔2026〕1号")
    recheck = CheckTask.objects.get(kind=CheckTask.Kind.RECHECK)
    assert recheck.due_on == date(2026, 12, 2)


def test_it_reports_an_abnormal_result_to_the_approver(sheet: Inspection, team: Team, task: CheckTask) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    submit(sheet, team, result_codes=[Codes.CORRECTED], summary="后厨食品未离地")
    report = Event.objects.get(kind="finding.reported")
    assert report.case_number == task.case_number
    assert report.payload["push_number"] == task.push_number
    assert report.payload["finding_numbers"] == [Finding.objects.get().number]
    assert report.payload["severity"] == "较重"


def test_it_closes_a_problem_mended_on_the_spot(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", description="未公示证照", measure="on_the_spot")
    submit(sheet, team, result_codes=[Codes.CORRECTED])
    assert Finding.objects.get().status == Finding.Status.CLOSED


def test_it_ends_supervision_of_a_party_that_is_gone(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    submit(sheet, team, result_codes=[Codes.DEREGISTERED])
    assert sheet.object.__class__.objects.get().status == SupervisedObject.Status.ENDED


def test_it_refuses_a_single_inspector(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert errors_of(sheet, team, inspectors=[team.inspector]) == {
        "inspectors": ["检查人员不得少于 2 人，请再选择一名执法人员。"]
    }


def test_it_refuses_the_same_inspector_twice(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert "inspectors" in errors_of(sheet, team, inspectors=[team.inspector, team.inspector])


def test_it_refuses_an_inspector_without_a_certificate(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    uncertified = StaffFactory(department=team.department)
    assert "inspectors" in errors_of(sheet, team, inspectors=[team.inspector, uncertified])


def test_it_refuses_an_inspector_of_another_department(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert "inspectors" in errors_of(sheet, team, inspectors=[team.inspector, team.stranger])


def test_it_refuses_no_problem_together_with_a_problem(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert "result_codes" in errors_of(sheet, team, result_codes=[Codes.NO_PROBLEM, Codes.CORRECTED])


def test_it_refuses_a_clean_result_over_a_failed_element(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    assert "result_codes" in errors_of(sheet, team, result_codes=[Codes.NO_PROBLEM])


def test_it_refuses_elements_nobody_judged(sheet: Inspection, team: Team) -> None:
    assert errors_of(sheet, team) == {"elements": ["第 1、2、3 项尚未检查，请逐项给出结论。"]}


def test_it_refuses_to_mend_by_the_day_of_the_check(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE | {"rectify_by": date(2026, 11, 20)})
    assert "elements" in errors_of(sheet, team, result_codes=[Codes.CORRECTED])


def test_it_refuses_a_check_in_the_future(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    assert "checked_on" in errors_of(sheet, team, checked_on=date(2026, 11, 21))


def test_it_refuses_a_commitment_check_without_its_answer(team: Team, today: date) -> None:
    task = CheckTaskFactory(commitment=True, object__item__department=team.department)
    sheet = inspections.start(by=team.by, task=task)
    judge(sheet, team.by, "pass", "pass", "pass")
    assert "commitment_result" in errors_of(sheet, team)


def test_it_reports_a_false_commitment_although_nothing_else_failed(team: Team, today: date) -> None:
    task = CheckTaskFactory(commitment=True, object__item__department=team.department)
    sheet = inspections.start(by=team.by, task=task)
    judge(sheet, team.by, "pass", "pass", "pass")
    submit(sheet, team, commitment_result="false")
    assert Event.objects.get(kind="finding.reported").payload["commitment_result"] == "false"


def test_it_refuses_a_stale_form(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    with pytest.raises(StaleVersion):
        submit(sheet, team, expected_version=1)


def test_it_refuses_a_second_submission(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    submit(sheet, team)
    with pytest.raises(StateForbids):
        submit(sheet, team)
    assert Event.objects.filter(kind="inspection.recorded").count() == 1


def test_it_keeps_nothing_when_the_event_cannot_be_written(
    sheet: Inspection, team: Team, task: CheckTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)

    def broken(kind: str, **_: Any) -> None:
        if kind == "finding.reported":
            raise OSError("disk full")

    monkeypatch.setattr(events, "record", broken)
    with pytest.raises(OSError, match="disk full"):
        submit(sheet, team, result_codes=[Codes.CORRECTED])
    sheet.refresh_from_db()
    task.refresh_from_db()
    assert (sheet.status, task.status) == (Inspection.Status.DRAFT, CheckTask.Status.OPEN)
    assert not Finding.objects.exists()


def test_it_keeps_a_photo_with_its_element(sheet: Inspection, team: Team) -> None:
    first = sheet.elements.all()[0]
    inspections.add_photo(
        sheet, by=team.by, element_id=first.pk, uploaded=SimpleUploadedFile("后厨.png", PNG, "image/png")
    )
    assert InspectionPhoto.objects.get().element == first


def test_it_refuses_a_photo_that_is_no_picture(sheet: Inspection, team: Team) -> None:
    first = sheet.elements.all()[0]
    with pytest.raises(Invalid):
        inspections.add_photo(
            sheet,
            by=team.by,
            element_id=first.pk,
            uploaded=SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        )
    assert not InspectionPhoto.objects.exists()


def test_it_closes_the_finding_when_the_recheck_passes(
    sheet: Inspection, team: Team, committing: Callable[[], AbstractContextManager[Any]]
) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    submit(sheet, team, result_codes=[Codes.CORRECTED])
    recheck = inspections.start(by=team.by, task=CheckTask.objects.get(kind=CheckTask.Kind.RECHECK))
    judge(recheck, team.by, "pass", "pass", "pass")
    submit(recheck, team)
    assert Finding.objects.get().status == Finding.Status.CLOSED


def test_it_marks_the_finding_overdue_when_the_recheck_fails(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    submit(sheet, team, result_codes=[Codes.CORRECTED])
    first = Finding.objects.get()
    recheck = inspections.start(by=team.by, task=CheckTask.objects.get(kind=CheckTask.Kind.RECHECK))
    judge(recheck, team.by, "fail", "pass", "pass", description="仍未改正", measure="file_case")
    submit(recheck, team, result_codes=[Codes.PENDING])
    first.refresh_from_db()
    assert first.status == Finding.Status.OVERDUE
