"""申请人撤回 and 终止办理."""

import pytest

from approvals.actions import endings
from approvals.models import Application, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid
from shenguan.workdays.models import Deadline
from tests.factories.approvals import ApplicationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_it_tells_supervisors_who_heard_of_the_acceptance(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(accepted=True, variant=variant)

    endings.withdraw(application, by=clerk, reason="不再经营")

    assert Event.objects.get(kind="approval.concluded").payload["result"] == "withdrawn"
    assert application.statutory_deadline.state == Deadline.State.CANCELLED


def test_it_tells_nobody_about_a_case_nobody_heard_of(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(received=True, variant=variant)

    endings.withdraw(application, by=clerk, reason="不再经营")

    assert [event.kind for event in Event.objects.all()] == ["application.withdrawn"]
    assert application.documents.get().kind == Document.Kind.TERMINATION


def test_it_terminates_with_a_reason(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(accepted=True, variant=variant)

    endings.terminate(application, by=clerk, reason="申请人注销")

    assert application.status == Application.Status.TERMINATED
    assert Event.objects.get(kind="approval.concluded").payload["result"] == "terminated"


def test_it_does_not_end_without_a_reason(variant: ItemVariant, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        endings.withdraw(ApplicationFactory(accepted=True, variant=variant), by=clerk, reason="")
