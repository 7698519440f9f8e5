"""容缺: papers that come in late, or do not."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import tolerance
from approvals.models import Application, ApplicationMaterial, Document, ItemVariant
from credit.models import CreditRecord
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays.models import Deadline
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory
from tests.factories.workdays import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LAST_DAY = datetime(2026, 11, 27, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY_AFTER = datetime(2026, 11, 28, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def tolerated(variant: ItemVariant) -> Application:
    """Accepted with one paper to follow until 2026-11-27."""
    application = ApplicationFactory(
        accepted=True,
        variant=variant,
        mode=Application.Mode.TOLERANCE,
        tolerance_deadline=DeadlineFactory(kind="tolerance"),
    )
    ApplicationMaterialFactory(application=application, tolerated=True, material__name="场地证明")
    return application


def test_it_stops_the_clock_with_the_last_paper(tolerated: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(LAST_DAY)

    tolerance.supplement(tolerated, by=clerk, row=tolerated.materials.get())

    assert tolerated.materials.get().state == ApplicationMaterial.State.RECEIVED
    assert tolerated.tolerance_deadline.state == Deadline.State.MET
    assert "已补齐" in Event.objects.get().summary


def test_it_lets_the_clock_run_for_the_rest(tolerated: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=tolerated, tolerated=True)

    tolerance.supplement(tolerated, by=clerk, row=row)

    assert tolerated.tolerance_deadline.state == Deadline.State.OPEN


def test_it_takes_no_paper_after_the_last_day(tolerated: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(DAY_AFTER)

    with pytest.raises(Refusal) as refusal:
        tolerance.supplement(tolerated, by=clerk, row=tolerated.materials.get())

    assert refusal.value.code == "tolerance_overdue"


def test_it_takes_no_paper_of_another_case(tolerated: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        tolerance.supplement(tolerated, by=clerk, row=ApplicationMaterialFactory(tolerated=True))


def test_it_takes_no_paper_nobody_waits_for(tolerated: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=tolerated, received=True)

    with pytest.raises(Invalid):
        tolerance.supplement(tolerated, by=clerk, row=row)


def test_it_ends_the_case_when_papers_do_not_come(tolerated: Application, system: Actor, clock: Any) -> None:
    clock.move_to(DAY_AFTER)

    tolerance.expire(tolerated, by=system)

    paper = tolerated.documents.get(kind=Document.Kind.TERMINATION)
    assert paper.body["missing"] == ["场地证明"]
    assert tolerated.status == Application.Status.TERMINATED
    assert tolerated.statutory_deadline.state == Deadline.State.CANCELLED
    assert Event.objects.get(kind="approval.concluded").payload["result"] == "terminated"


def test_it_records_the_broken_promise(tolerated: Application, system: Actor, clock: Any) -> None:
    clock.move_to(DAY_AFTER)

    tolerance.expire(tolerated, by=system)

    record = CreditRecord.objects.get(subject=tolerated.subject)
    assert record.category == CreditRecord.Category.TOLERANCE_OVERDUE
    assert record.authority == tolerated.department
    assert record.related_item_code == tolerated.item.code
    assert record.decided_on == date(2026, 11, 28)


def test_it_does_not_end_the_case_on_the_last_day(tolerated: Application, system: Actor, clock: Any) -> None:
    clock.move_to(LAST_DAY)

    with pytest.raises(Refusal) as refusal:
        tolerance.expire(tolerated, by=system)

    assert refusal.value.code == "tolerance_not_overdue"
    assert not CreditRecord.objects.exists()


def test_it_keeps_nothing_when_the_credit_record_fails(
    tolerated: Application, system: Actor, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to(DAY_AFTER)

    def broken(**_: object) -> None:
        raise RuntimeError("no credit today")

    monkeypatch.setattr(tolerance.records, "record_fact", broken)
    with pytest.raises(RuntimeError):
        tolerance.expire(tolerated, by=system)

    tolerated.refresh_from_db()
    assert tolerated.status == Application.Status.ACCEPTED
    assert not tolerated.documents.exists()
    assert not Event.objects.exists()
