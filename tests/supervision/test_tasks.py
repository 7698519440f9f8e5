"""Check tasks: opened once with a clock, given to one's own people, ended once."""

from datetime import date

import pytest

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from supervision.actions import tasks
from supervision.models import CheckTask, SupervisedObject
from tests.factories.ground import StaffFactory
from tests.factories.supervision import SupervisedObjectFactory
from tests.supervision.conftest import Team, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def open_check(watched: SupervisedObject, by: Actor, push_number: str = "TS20261120-0001") -> CheckTask:
    """A first check due ten working days after 2026-11-20."""
    check = tasks.Check(
        watched=watched,
        kind=CheckTask.Kind.FIRST_CHECK,
        start_on=date(2026, 11, 20),
        days=10,
        law="审管联动事项清单",
        push_number=push_number,
    )
    return tasks.open_check(check, by=by)


def test_it_is_due_so_many_working_days_later(system: Actor) -> None:
    task = open_check(SupervisedObjectFactory(), system)
    assert (task.due_on, task.deadline.due_on) == (date(2026, 12, 4), date(2026, 12, 4))
    assert Event.objects.get(kind="task.opened").case_number == task.case_number


def test_it_opens_once_per_push(system: Actor) -> None:
    watched = SupervisedObjectFactory()
    assert open_check(watched, system) == open_check(watched, system)
    assert Event.objects.filter(kind="task.opened").count() == 1


def test_it_opens_again_for_another_push(system: Actor) -> None:
    watched = SupervisedObjectFactory()
    assert open_check(watched, system) != open_check(watched, system, push_number="TS20261120-0002")


@pytest.mark.parametrize("role", [Role.SUPERVISION_HEAD, Role.LIAISON])
def test_it_is_assigned_by_whoever_may(team: Team, task: CheckTask, role: Role) -> None:
    by = Actor.of_staff(StaffFactory(department=team.department, roles=[role]))
    assert tasks.assign(task, by=by, assignee=team.inspector).assignee == team.inspector


def test_it_is_not_assigned_by_an_inspector(team: Team, task: CheckTask) -> None:
    with pytest.raises(NotAllowed):
        tasks.assign(task, by=team.by, assignee=team.colleague)


def test_it_is_not_assigned_by_another_departments_head(team: Team, task: CheckTask) -> None:
    neighbour = StaffFactory(department=team.stranger.department, roles=[Role.SUPERVISION_HEAD])
    with pytest.raises(NotAllowed):
        tasks.assign(task, by=Actor.of_staff(neighbour), assignee=team.inspector)


def test_it_is_not_assigned_to_another_department(team: Team, task: CheckTask) -> None:
    with pytest.raises(Invalid):
        tasks.assign(task, by=Actor.of_staff(team.head), assignee=team.stranger)
    task.refresh_from_db()
    assert task.assignee is None


def test_it_is_not_assigned_to_somebody_who_left(team: Team, task: CheckTask) -> None:
    gone = person(team.department, "43990200009", Role.INSPECTOR)
    Staff.objects.filter(pk=gone.pk).update(status=Staff.Status.AWAY)
    gone.refresh_from_db()
    with pytest.raises(Invalid):
        tasks.assign(task, by=Actor.of_staff(team.head), assignee=gone)


def test_it_tells_nobody_when_assigned_to_the_same_person(team: Team, task: CheckTask) -> None:
    by = Actor.of_staff(team.head)
    tasks.assign(task, by=by, assignee=team.inspector)
    tasks.assign(task, by=by, assignee=team.inspector)
    assert Event.objects.filter(kind="task.assigned").count() == 1


@pytest.mark.parametrize("status", [CheckTask.Status.DONE, CheckTask.Status.CANCELLED])
def test_it_is_not_assigned_when_over(team: Team, task: CheckTask, status: str) -> None:
    CheckTask.objects.filter(pk=task.pk).update(status=status)
    with pytest.raises(StateForbids):
        tasks.assign(task, by=Actor.of_staff(team.head), assignee=team.inspector)


def test_it_is_cancelled_with_its_clock(task: CheckTask, system: Actor) -> None:
    cancelled = tasks.cancel(task, by=system, reason="证照注销")
    assert (cancelled.status, cancelled.deadline.state) == (CheckTask.Status.CANCELLED, "cancelled")


def test_it_stays_done_when_cancelled_late(task: CheckTask, system: Actor) -> None:
    tasks.complete(task, by=system, on=date(2026, 11, 20))
    assert tasks.cancel(task, by=system, reason="证照注销").status == CheckTask.Status.DONE


def test_it_meets_its_deadline_on_the_day_of_the_check(task: CheckTask, system: Actor) -> None:
    done = tasks.complete(task, by=system, on=date(2026, 11, 19))
    assert (done.deadline.met_on, done.status) == (date(2026, 11, 19), CheckTask.Status.DONE)
