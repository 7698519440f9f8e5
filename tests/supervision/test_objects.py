"""The register of supervised objects: entered once per case, left with its tasks (RULES R10.12, R10.13)."""

import pytest

from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import StateForbids
from supervision.actions import inspections, objects
from supervision.models import CheckTask, SupervisedObject
from tests.factories.credit import SubjectFactory
from tests.factories.supervision import CheckTaskFactory, SupervisedObjectFactory, SupervisionItemFactory
from tests.supervision.conftest import Team

pytestmark = pytest.mark.django_db


def register(by: Actor, **changes: object) -> SupervisedObject:
    """Registers a restaurant, the same one each time but for `changes`."""
    item = SupervisionItemFactory(code="4399010000001")
    values = {
        "subject": SubjectFactory(),
        "item": item,
        "department": item.department,
        "office": None,
        "case_number": "YZ20261120-0001",
        "approval_item_name": "食品经营许可",
    }
    return objects.register(objects.Registration(**values | changes), by=by)  # type: ignore[arg-type]


def test_it_registers_and_tells_the_timeline(system: Actor) -> None:
    registered = register(system, permit_number="JY24399010000001", by_commitment=True, is_focus=True)
    registered.refresh_from_db()
    assert (registered.permit_number, registered.by_commitment, registered.is_focus) == ("JY24399010000001", True, True)
    event = Event.objects.get(kind="object.registered")
    assert (event.case_number, event.payload["object_id"]) == ("YZ20261120-0001", registered.pk)


def test_it_registers_the_same_case_once(system: Actor) -> None:
    subject = SubjectFactory()
    first = register(system, subject=subject)
    assert register(system, subject=subject, permit_number="另一个编号") == first
    assert Event.objects.filter(kind="object.registered").count() == 1


def test_it_registers_another_case_of_the_same_party(system: Actor) -> None:
    subject = SubjectFactory()
    register(system, subject=subject)
    assert register(system, subject=subject, case_number="YZ20261120-0002").pk != register(system, subject=subject).pk


def test_it_ends_once(system: Actor) -> None:
    registered = SupervisedObjectFactory()
    objects.end(registered, by=system, reason="证照注销")
    assert objects.end(registered, by=system, reason="再次").status == SupervisedObject.Status.ENDED
    assert Event.objects.filter(kind="object.ended").count() == 1


def test_it_cancels_open_tasks_with_the_object(system: Actor) -> None:
    task = CheckTaskFactory()
    objects.end(task.object, by=system, reason="证照注销")
    task.refresh_from_db()
    assert (task.status, task.deadline.state) == (CheckTask.Status.CANCELLED, "cancelled")


def test_it_leaves_tasks_that_are_done(system: Actor) -> None:
    task = CheckTaskFactory(status=CheckTask.Status.DONE)
    objects.end(task.object, by=system, reason="证照注销")
    task.refresh_from_db()
    assert task.status == CheckTask.Status.DONE


def test_it_refuses_a_visit_to_an_object_that_has_ended(team: Team) -> None:
    ended = SupervisedObjectFactory(item__department=team.department, status=SupervisedObject.Status.ENDED)
    with pytest.raises(StateForbids):
        inspections.start(by=team.by, watched=ended)
