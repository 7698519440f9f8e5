"""Every action against every status: what the tables allow happens, what they forbid answers 409."""

from collections.abc import Callable
from datetime import date

import pytest

from shenguan.access.actors import Actor
from shenguan.lifecycle import Table
from shenguan.refusals import StateForbids
from supervision.actions import clues, findings, inspections, penalties, tasks
from supervision.lifecycle import CLUE, FINDING, INSPECTION, OBJECT, PENALTY, TASK
from supervision.models import CheckTask, Clue, Finding, Inspection, Penalty, SupervisedObject
from tests.factories.supervision import ClueFactory, FindingFactory, PenaltyFactory, SupervisedObjectFactory
from tests.supervision.conftest import Team, judge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = date(2026, 11, 20)
Sheet, Task, F = Inspection.Status, CheckTask.Status, Finding.Status
CODES = [Inspection.ResultCode.NO_PROBLEM]


def head(team: Team) -> Actor:
    return Actor.of_staff(team.head)


INSPECTION_CALLS: dict[str, Callable[[Inspection, Team], object]] = {
    "record": lambda sheet, team: inspections.record_element(
        sheet, by=team.by, element_id=sheet.elements.all()[0].pk, verdict="fail"
    ),
    "submit": lambda sheet, team: inspections.submit(
        sheet, by=team.by, inspectors=team.pair, checked_on=DAY, result_codes=CODES
    ),
}
TASK_CALLS: dict[str, Callable[[CheckTask, Team], object]] = {
    "assign": lambda task, team: tasks.assign(task, by=head(team), assignee=team.inspector),
    "complete": lambda task, team: tasks.complete(task, by=team.by, on=DAY),
}
FINDING_CALLS: dict[str, Callable[[Finding, Team], object]] = {
    "close": lambda finding, team: findings.close(finding, by=head(team), note="已整改", on=DAY),
    "fail": lambda finding, team: findings.conclude_recheck(finding, by=team.by, passed=False, on=DAY),
}
CLUE_CALLS: dict[str, Callable[[Clue, Team], object]] = {
    "take": lambda clue, team: clues.take(clue, by=team.by),
    "conclude": lambda clue, team: clues.conclude(clue, by=team.by, outcome="partly", handling="已核查", on=DAY),
}


def expected(table: Table, action: str, state: str) -> str | None:
    """The status afterwards, or None when the action is forbidden."""
    return (table[action].target or state) if state in table[action].sources else None


@pytest.mark.parametrize("state", Sheet.values)
@pytest.mark.parametrize("action", INSPECTION_CALLS)
def test_inspection(action: str, state: str, sheet: Inspection, team: Team) -> None:
    judge(sheet, team.by, "pass", "pass", "pass")
    Inspection.objects.filter(pk=sheet.pk).update(status=state, submitted_at="2026-11-20T01:00:00Z")
    wanted = expected(INSPECTION, action, state)
    if wanted is None:
        with pytest.raises(StateForbids):
            INSPECTION_CALLS[action](sheet, team)
    else:
        INSPECTION_CALLS[action](sheet, team)
    sheet.refresh_from_db()
    assert sheet.status == (wanted or state)


@pytest.mark.parametrize("state", Task.values)
@pytest.mark.parametrize("action", TASK_CALLS)
def test_task(action: str, state: str, task: CheckTask, team: Team) -> None:
    CheckTask.objects.filter(pk=task.pk).update(status=state)
    wanted = expected(TASK, action, state)
    if wanted is None:
        with pytest.raises(StateForbids):
            TASK_CALLS[action](task, team)
    else:
        TASK_CALLS[action](task, team)
    task.refresh_from_db()
    assert task.status == (wanted or state)


@pytest.mark.parametrize("state", F.values)
@pytest.mark.parametrize("action", FINDING_CALLS)
def test_finding(action: str, state: str, team: Team) -> None:
    finding = FindingFactory(object__item__department=team.department, status=state)
    wanted = expected(FINDING, action, state)
    if wanted is None:
        with pytest.raises(StateForbids):
            FINDING_CALLS[action](finding, team)
    else:
        FINDING_CALLS[action](finding, team)
    finding.refresh_from_db()
    assert finding.status == (wanted or state)


@pytest.mark.parametrize("state", Task.values)
def test_cancelling_a_task_that_is_over_changes_nothing(state: str, task: CheckTask, system: Actor) -> None:
    CheckTask.objects.filter(pk=task.pk).update(status=state)
    tasks.cancel(task, by=system, reason="证照注销")
    task.refresh_from_db()
    assert task.status == (expected(TASK, "cancel", state) or state)


@pytest.mark.parametrize("state", SupervisedObject.Status.values)
def test_object(state: str, team: Team) -> None:
    watched = SupervisedObjectFactory(item__department=team.department, status=state)
    if expected(OBJECT, "inspect", state):
        assert inspections.start(by=team.by, watched=watched).object == watched
    else:
        with pytest.raises(StateForbids):
            inspections.start(by=team.by, watched=watched)


@pytest.mark.parametrize("state", Clue.Status.values)
@pytest.mark.parametrize("action", CLUE_CALLS)
def test_clue(action: str, state: str, team: Team) -> None:
    clue = ClueFactory(item__department=team.department, status=state)
    wanted = expected(CLUE, action, state)
    if wanted is None:
        with pytest.raises(StateForbids):
            CLUE_CALLS[action](clue, team)
    else:
        CLUE_CALLS[action](clue, team)
    clue.refresh_from_db()
    assert clue.status == (wanted or state)


def test_a_penalty_is_withdrawn_once(team: Team) -> None:
    penalty = PenaltyFactory(department=team.department)
    penalties.withdraw(penalty, by=head(team), on=DAY, reason="复议撤销")
    with pytest.raises(StateForbids) as refused:
        penalties.withdraw(penalty, by=head(team), on=DAY, reason="复议撤销")
    assert refused.value.state == Penalty.Status.WITHDRAWN
    assert expected(PENALTY, "withdraw", Penalty.Status.WITHDRAWN) is None
