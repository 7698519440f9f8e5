"""What time does by itself."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals import tasks
from approvals.actions import clocks, corrections, tolerance
from approvals.actions.clocks import Outcome
from approvals.models import Application, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from tests.approvals.conftest import People
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory
from tests.factories.workdays import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_SECOND = datetime(2026, 11, 27, 23, 59, 59, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2026, 11, 28, 0, 0, 0, tzinfo=SHANGHAI)


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received on 20 November: corrections may be asked for until the 27th."""
    return ApplicationFactory(received=True, variant=variant)


@pytest.fixture
def tolerated(variant: ItemVariant) -> Application:
    """A paper is to follow until the 27th."""
    application = ApplicationFactory(
        accepted=True, variant=variant, tolerance_deadline=DeadlineFactory(kind="tolerance")
    )
    ApplicationMaterialFactory(application=application, tolerated=True)
    return application


def test_it_leaves_the_case_alone_until_the_last_second(received: Application, clock: Any) -> None:
    clock.move_to(LAST_SECOND)

    assert clocks.run() == Outcome(deemed_accepted=0, terminated=0)


def test_it_accepts_at_midnight_from_the_day_of_receipt(received: Application, clock: Any) -> None:
    clock.move_to(MIDNIGHT)

    assert clocks.run() == Outcome(deemed_accepted=1, terminated=0)

    received.refresh_from_db()
    assert received.status == Application.Status.ACCEPTED
    assert received.deemed_accepted
    assert received.accepted_on == date(2026, 11, 20)
    assert received.accepted_at == received.received_at
    assert received.statutory_deadline.start_on == date(2026, 11, 20)
    assert received.statutory_deadline.due_on == date(2026, 12, 4)


def test_it_issues_the_voucher_and_tells_the_supervisors(received: Application, clock: Any) -> None:
    clock.move_to(MIDNIGHT)

    clocks.run()

    assert received.documents.get(kind=Document.Kind.ACCEPTANCE).body["deemed"] is True
    event = Event.objects.get(kind="approval.accepted")
    assert event.actor_kind == "system"
    assert "视为受理" in event.summary


def test_it_alerts_the_head_of_the_office(received: Application, people: People, clock: Any) -> None:
    clock.move_to(MIDNIGHT)

    clocks.run()

    notice = Notice.objects.get()
    assert (notice.staff, notice.urgent) == (people.decider, True)


def test_it_may_run_again(received: Application, tolerated: Application, clock: Any) -> None:
    clock.move_to(MIDNIGHT)
    clocks.run()

    assert clocks.run() == Outcome(deemed_accepted=0, terminated=0)
    assert Event.objects.filter(kind="approval.accepted").count() == 1


def test_it_accepts_a_case_without_credit_check(received: Application, clock: Any) -> None:
    received.credit_check = None
    received.save(update_fields=["credit_check"])
    clock.move_to(MIDNIGHT)

    clocks.run()

    assert Event.objects.get(kind="approval.accepted").payload["credit_flag"] == "recheck"


def test_it_does_not_accept_while_corrections_are_out(received: Application, clerk: Actor, clock: Any) -> None:
    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])
    clock.move_to(datetime(2027, 1, 4, 9, tzinfo=SHANGHAI))

    assert clocks.run().deemed_accepted == 0


def test_it_accepts_complete_corrections_the_clerk_forgot(received: Application, clerk: Actor, clock: Any) -> None:
    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])
    clock.move_to(datetime(2026, 12, 1, 9, tzinfo=SHANGHAI))
    corrections.complete(received, by=clerk)
    assert clocks.run().deemed_accepted == 0
    clock.move_to(datetime(2026, 12, 2, 0, 0, tzinfo=SHANGHAI))

    assert clocks.run().deemed_accepted == 1

    received.refresh_from_db()
    assert received.accepted_on == date(2026, 12, 1)
    assert not received.deemed_accepted  # the office did answer within five days
    assert Notice.objects.get().title == f"办件 {received.number} 补正齐全后未及时受理"


def test_it_terminates_overdue_tolerance(tolerated: Application, clock: Any) -> None:
    clock.move_to(MIDNIGHT)

    assert clocks.run() == Outcome(deemed_accepted=0, terminated=1)

    tolerated.refresh_from_db()
    assert tolerated.status == Application.Status.TERMINATED


def test_it_waits_for_tolerance_until_the_last_second(tolerated: Application, clock: Any) -> None:
    clock.move_to(LAST_SECOND)

    assert clocks.run().terminated == 0


def test_it_goes_on_after_a_broken_case(
    received: Application, tolerated: Application, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("this case is broken")

    monkeypatch.setattr(tolerance, "expire", broken)
    clock.move_to(MIDNIGHT)

    assert clocks.run() == Outcome(deemed_accepted=1, terminated=0)


def test_it_runs_as_a_task(received: Application, clock: Any) -> None:
    clock.move_to(MIDNIGHT)

    tasks.run_clocks()
    tasks.retry_credit_checks()

    received.refresh_from_db()
    assert received.deemed_accepted
