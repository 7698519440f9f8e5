"""不予受理 and 不受理."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import refusals
from approvals.actions.refusals import Ground
from approvals.models import Application, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays.models import Deadline
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import CreditCheckFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received today."""
    return ApplicationFactory(received=True, variant=variant)


def test_it_names_the_right_office(received: Application, clerk: Actor) -> None:
    refusals.refuse_acceptance(received, by=clerk, reason="县级权限事项", right_office="青溪县行政审批局")

    decision = received.documents.get(kind=Document.Kind.NON_ACCEPTANCE)
    assert decision.number == "云审不受〔2026〕1号"
    assert decision.body["right_office"] == "青溪县行政审批局"
    assert "行政复议" in decision.body["remedy"]
    assert received.correction_deadline.state == Deadline.State.CANCELLED


def test_it_tells_no_supervisor(received: Application, clerk: Actor) -> None:
    refusals.refuse_acceptance(received, by=clerk, reason="县级权限事项", right_office="青溪县行政审批局")

    assert not Event.objects.filter(kind__startswith="approval.").exists()


def test_it_needs_the_right_office(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        refusals.refuse_acceptance(received, by=clerk, reason="县级权限事项")

    assert refusal.value.errors.keys() == {"right_office"}


def test_it_needs_a_reason(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        refusals.refuse_acceptance(received, by=clerk, reason=" ", right_office="青溪县行政审批局")

    assert refusal.value.errors.keys() == {"reason"}


def test_it_never_refuses_for_bad_credit(received: Application, clerk: Actor) -> None:
    received.credit_check = CreditCheckFactory(outcome="severe", number="XC20261118-0001")
    received.save(update_fields=["credit_check"])

    with pytest.raises(Refusal) as refusal:
        refusals.refuse_acceptance(received, by=clerk, reason="严重失信", ground=Ground.BANNED)

    assert refusal.value.code == "not_banned"


def test_it_may_refuse_a_banned_applicant(received: Application, clerk: Actor) -> None:
    received.credit_check = CreditCheckFactory(outcome="banned", acceptance="clerk_decides", number="XC20261118-0001")
    received.save(update_fields=["credit_check"])

    refusals.refuse_acceptance(received, by=clerk, reason="三年内不得再次申请", ground=Ground.BANNED)

    assert received.status == Application.Status.NOT_ACCEPTED


def test_it_asks_for_corrections_before_refusing_incomplete_papers(received: Application, clerk: Actor) -> None:
    with pytest.raises(Refusal) as refusal:
        refusals.refuse_acceptance(received, by=clerk, reason="材料不全", ground=Ground.STILL_INCOMPLETE)

    assert refusal.value.code == "not_corrected"


def test_it_refuses_papers_that_stay_incomplete(variant: ItemVariant, clerk: Actor) -> None:
    correcting = ApplicationFactory(correcting=True, variant=variant)

    refusals.refuse_acceptance(correcting, by=clerk, reason="补正后仍不符", ground=Ground.STILL_INCOMPLETE)

    assert correcting.status == Application.Status.NOT_ACCEPTED


def test_it_says_that_no_permit_is_needed(received: Application, clerk: Actor) -> None:
    refusals.not_required(received, by=clerk, reason="仅销售预包装食品，应当备案")

    assert received.documents.get(kind=Document.Kind.NOT_REQUIRED).number == "云审免〔2026〕1号"


def test_it_says_why_no_permit_is_needed(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        refusals.not_required(received, by=clerk, reason="")


@pytest.mark.parametrize(
    "end",
    [
        lambda case, by: refusals.refuse_acceptance(case, by=by, reason="不属于本局职权", right_office="市文旅局"),
        lambda case, by: refusals.not_required(case, by=by, reason="已取消许可"),
    ],
    ids=["refuse_acceptance", "not_required"],
)
def test_it_turns_nobody_away_after_the_fifth_day(received: Application, clerk: Actor, clock: Any, end: Any) -> None:
    clock.move_to(datetime(2026, 11, 28, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai")))

    with pytest.raises(Refusal) as refusal:
        end(received, clerk)

    assert refusal.value.code == "accepted_by_law"


def test_it_may_turn_away_on_the_fifth_day(received: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 27, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai")))

    refusals.not_required(received, by=clerk, reason="已取消许可")

    assert received.status == Application.Status.NOT_REQUIRED
