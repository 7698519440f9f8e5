"""Findings: closed on papers by the head, or by a re-check (RULES R4.08, R9.01)."""

from datetime import date

import pytest

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from supervision.actions import findings
from supervision.models import CheckTask, Finding, Inspection
from tests.factories.ground import StaffFactory
from tests.supervision.conftest import Team, judge
from tests.supervision.test_inspections import MENDABLE, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = date(2026, 11, 20)


@pytest.fixture
def head(team: Team) -> Actor:
    return Actor.of_staff(team.head)


@pytest.fixture
def finding(sheet: Inspection, team: Team) -> Finding:
    """A problem to be mended by 2026-11-25, with an open re-check."""
    judge(sheet, team.by, "fail", "pass", "pass", **MENDABLE)
    submit(sheet, team, result_codes=[Inspection.ResultCode.CORRECTED])
    return Finding.objects.get()


def test_it_is_closed_on_papers_and_needs_no_recheck_any_more(finding: Finding, head: Actor) -> None:
    closed = findings.close(finding, by=head, note=" 已收到整改照片 ", on=TODAY)
    assert (closed.status, closed.closing_note) == (Finding.Status.CLOSED, "已收到整改照片")
    assert closed.deadline is not None
    assert closed.deadline.met_on == TODAY
    assert CheckTask.objects.get(kind=CheckTask.Kind.RECHECK).status == CheckTask.Status.CANCELLED
    assert Event.objects.get(kind="finding.closed").payload == {"finding_number": finding.number}


def test_it_is_not_closed_without_a_word(finding: Finding, head: Actor) -> None:
    with pytest.raises(Invalid):
        findings.close(finding, by=head, note="  ", on=TODAY)
    finding.refresh_from_db()
    assert finding.status == Finding.Status.OPEN


def test_it_is_not_closed_by_an_inspector(finding: Finding, team: Team) -> None:
    with pytest.raises(NotAllowed):
        findings.close(finding, by=team.by, note="已整改", on=TODAY)


def test_it_is_not_closed_by_another_departments_head(finding: Finding, team: Team) -> None:
    neighbour = StaffFactory(department=team.stranger.department, roles=[Role.SUPERVISION_HEAD])
    with pytest.raises(NotAllowed):
        findings.close(finding, by=Actor.of_staff(neighbour), note="已整改", on=TODAY)


def test_it_is_closed_once(finding: Finding, head: Actor) -> None:
    findings.close(finding, by=head, note="已整改", on=TODAY)
    with pytest.raises(StateForbids):
        findings.close(finding, by=head, note="再次", on=TODAY)
    finding.refresh_from_db()
    assert finding.closing_note == "已整改"


def test_it_keeps_its_clock_running_when_the_recheck_fails(finding: Finding, team: Team) -> None:
    overdue = findings.conclude_recheck(finding, by=team.by, passed=False, on=TODAY)
    assert overdue.status == Finding.Status.OVERDUE
    assert overdue.deadline is not None
    assert overdue.deadline.met_on is None


def test_it_goes_to_a_case_without_order_or_recheck(sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "fail", "pass", "pass", description="涉嫌无证经营", measure="file_case")
    submit(sheet, team, result_codes=[Inspection.ResultCode.PENDING])
    filed = Finding.objects.get()
    assert (filed.status, filed.order_number, filed.deadline) == (Finding.Status.FILED, "", None)
    assert not CheckTask.objects.filter(kind=CheckTask.Kind.RECHECK).exists()


def test_it_names_the_worst_severity(finding: Finding) -> None:
    assert findings.worst([Finding(severity="一般"), finding]) == "较重"
    assert findings.worst([]) == ""
