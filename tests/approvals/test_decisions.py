"""准予 and 不予."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import decisions
from approvals.models import Application, ApprovalItem, Decision, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from shenguan.workdays.models import Deadline
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    ApplicationStepFactory,
    CommitmentFactory,
    ItemVariantFactory,
)
from tests.factories.workdays import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def examined(variant: ItemVariant) -> Application:
    """Examined and passed."""
    application = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=application)
    return application


def test_it_grants(examined: Application, decider: Actor) -> None:
    decisions.decide(examined, by=decider, result="granted")

    decision = Decision.objects.get(application=examined)
    assert decision.document.number == "云审许〔2026〕1号"
    assert (examined.status, examined.decided_on) == (Application.Status.GRANTED, date(2026, 11, 20))
    assert examined.statutory_deadline.state == Deadline.State.MET
    assert examined.promised_deadline.state == Deadline.State.MET


def test_it_starts_delivery_and_publication(examined: Application, decider: Actor) -> None:
    decisions.decide(examined, by=decider, result="granted")

    assert examined.delivery_deadline.due_on == date(2026, 12, 4)
    assert examined.publicity_deadline.due_on == date(2026, 12, 1)


def test_it_publishes_licences_only(examined: Application, item: ApprovalItem, decider: Actor) -> None:
    item.item_type = ApprovalItem.ItemType.CONFIRMATION
    item.save(update_fields=["item_type"])

    decisions.decide(examined, by=decider, result="granted")

    assert examined.publicity_deadline is None


def test_it_does_not_conclude_before_the_permit_is_made(examined: Application, decider: Actor) -> None:
    decisions.decide(examined, by=decider, result="granted")

    assert not Event.objects.filter(kind="approval.concluded").exists()


def test_it_refuses_with_reason_and_remedy(examined: Application, decider: Actor) -> None:
    decisions.decide(examined, by=decider, result="refused", reason="专间面积不足")

    paper = examined.documents.get(kind=Document.Kind.REFUSAL)
    assert paper.body["reason"] == "专间面积不足"
    assert "行政复议" in paper.body["remedy"]
    assert examined.status == Application.Status.CONCLUDED
    assert Event.objects.get(kind="approval.concluded").payload["result"] == "refused"


def test_it_does_not_refuse_without_a_reason(examined: Application, decider: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        decisions.decide(examined, by=decider, result="refused", reason=" ")

    assert refusal.value.errors.keys() == {"reason"}


def test_it_does_not_refuse_without_a_remedy(examined: Application, decider: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        decisions.decide(examined, by=decider, result="refused", reason="面积不足", remedy=" ")

    assert refusal.value.errors.keys() == {"remedy"}


def test_it_needs_a_result(examined: Application, decider: Actor) -> None:
    with pytest.raises(Invalid):
        decisions.decide(examined, by=decider, result="")


@pytest.mark.parametrize("stage", ["intake", "examine", "survey"])
def test_it_is_not_decided_by_who_did_another_stage(examined: Application, decider: Actor, stage: str) -> None:
    ApplicationStepFactory(application=examined, stage=stage, staff_key=decider.key)

    with pytest.raises(NotAllowed) as refusal:
        decisions.decide(examined, by=decider, result="granted")

    assert refusal.value.code == "posts_not_apart"


def test_it_refuses_people_without_the_right(examined: Application, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        decisions.decide(examined, by=examiner, result="granted")


def test_it_grants_only_after_examination(variant: ItemVariant, decider: Actor) -> None:
    with pytest.raises(StateForbids):
        decisions.decide(ApplicationFactory(accepted=True, variant=variant), by=decider, result="granted")


def test_it_does_not_grant_against_the_opinion(variant: ItemVariant, decider: Actor) -> None:
    application = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=application, conclusion="fail")

    with pytest.raises(Refusal) as refusal:
        decisions.decide(application, by=decider, result="granted")

    assert refusal.value.code == "examined_negative"


def test_it_refuses_in_line_with_a_negative_opinion(variant: ItemVariant, decider: Actor) -> None:
    application = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=application, conclusion="fail")

    decisions.decide(application, by=decider, result="refused", reason="平面图不符")

    assert application.status == Application.Status.CONCLUDED


def test_it_waits_for_tolerated_papers(examined: Application, decider: Actor) -> None:
    ApplicationMaterialFactory(application=examined, tolerated=True)

    with pytest.raises(Refusal) as refusal:
        decisions.decide(examined, by=decider, result="granted")

    assert refusal.value.code == "supplement_missing"


def test_it_waits_for_the_survey(item: ApprovalItem, decider: Actor) -> None:
    application = ApplicationFactory(examined=True, variant=ItemVariantFactory(item=item, surveyed=True))

    with pytest.raises(Refusal) as refusal:
        decisions.decide(application, by=decider, result="granted")

    assert refusal.value.code == "survey_missing"


def test_it_grants_after_the_survey(item: ApprovalItem, decider: Actor) -> None:
    application = ApplicationFactory(examined=True, variant=ItemVariantFactory(item=item, surveyed=True))
    ApplicationStepFactory(application=application, stage="survey")

    decisions.decide(application, by=decider, result="granted")

    assert application.status == Application.Status.GRANTED


def test_it_does_not_grant_against_the_survey(examined: Application, decider: Actor) -> None:
    ApplicationStepFactory(application=examined, stage="survey", conclusion="fail", staff_key="tangmin")

    with pytest.raises(Refusal) as refusal:
        decisions.decide(examined, by=decider, result="granted")

    assert refusal.value.code == "survey_negative"


def test_it_decides_a_commitment_at_once_and_starts_its_check(item: ApprovalItem, decider: Actor) -> None:
    application = ApplicationFactory(
        accepted=True, variant=ItemVariantFactory(item=item, surveyed=True), mode=Application.Mode.COMMITMENT
    )
    commitment = CommitmentFactory(application=application)

    decisions.decide(application, by=decider, result="granted")

    commitment.refresh_from_db()
    assert commitment.check_deadline.amount == 40
    assert commitment.check_deadline.start_on == date(2026, 11, 20)


def test_it_keeps_the_order_of_acceptance_where_numbers_are_limited(item: ApprovalItem, decider: Actor) -> None:
    item.is_quantity_limited = True
    item.save(update_fields=["is_quantity_limited"])
    variant = ItemVariantFactory(item=item)
    first, second = ApplicationFactory.create_batch(2, examined=True, variant=variant)

    with pytest.raises(Refusal, match=first.number) as refusal:
        decisions.decide(second, by=decider, result="granted")

    assert refusal.value.code == "not_its_turn"
    assert decisions.decide(first, by=decider, result="granted").status == Application.Status.GRANTED


def test_it_stops_the_tolerance_clock_with_a_refusal(examined: Application, decider: Actor, clock: Any) -> None:
    examined.tolerance_deadline = DeadlineFactory(kind="tolerance")
    examined.save(update_fields=["tolerance_deadline"])
    clock.move_to(datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    decisions.decide(examined, by=decider, result="refused", reason="面积不足")

    assert examined.tolerance_deadline.state != Deadline.State.OPEN
