"""The credit check of a case, and making up for a silent source."""

from typing import Any

import pytest

from approvals.actions import credit_checks
from approvals.models import Application, ItemVariant
from credit.models import CreditCheck
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.refusals import NotAllowed, StateForbids
from tests.approvals.conftest import People
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import CreditCheckFactory, CreditRecordFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def silent(settings: Any) -> None:
    """The credit source does not answer."""
    settings.CREDIT_SOURCE = "offline"


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received, not checked."""
    return ApplicationFactory(received=True, variant=variant, credit_check=None)


def _unchecked(application: Application) -> Application:
    application.credit_check = CreditCheckFactory(
        unanswered=True,
        number="XC20261118-0001",
        subject=application.subject,
        department=application.department,
        case_number=application.number,
        terms={"item_code": application.item.code, "tolerance_allowed": True},
    )
    application.save(update_fields=["credit_check"])
    return application


def test_it_belongs_to_the_case(received: Application, clerk: Actor) -> None:
    credit_checks.check(received, by=clerk)

    check = received.credit_check
    assert (check.case_number, check.operator_key) == (received.number, clerk.key)
    assert Event.objects.filter(kind="application.credit_checked", case_number=received.number).count() == 1


def test_it_keeps_the_latest_answer_in_force(received: Application, clerk: Actor) -> None:
    credit_checks.check(received, by=clerk)
    CreditRecordFactory(subject=received.subject)

    credit_checks.check(received, by=clerk)

    assert received.credit_check.outcome == CreditCheck.Outcome.GENERAL
    assert CreditCheck.objects.count() == 2


def test_it_asks_nothing_for_people_without_the_right(received: Application, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        credit_checks.check(received, by=examiner)

    assert not CreditCheck.objects.exists()


def test_it_asks_nothing_for_another_department(received: Application, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        credit_checks.check(received, by=stranger)

    assert not CreditCheck.objects.exists()


def test_it_asks_nothing_about_ended_cases(variant: ItemVariant, clerk: Actor) -> None:
    with pytest.raises(StateForbids):
        credit_checks.check(ApplicationFactory(concluded=True, variant=variant), by=clerk)

    assert CreditCheck.objects.count() == 1


@pytest.mark.usefixtures("silent")
def test_it_marks_a_silent_source_as_unchecked(received: Application, clerk: Actor) -> None:
    credit_checks.check(received, by=clerk)

    assert received.credit_check.outcome == CreditCheck.Outcome.UNCHECKED


def test_it_asks_again_when_the_source_is_back(received: Application) -> None:
    _unchecked(received)

    assert credit_checks.retry_unchecked() == 1

    received.refresh_from_db()
    assert received.credit_check.outcome == CreditCheck.Outcome.NO_RECORD


def test_it_asks_again_only_once(received: Application) -> None:
    _unchecked(received)
    credit_checks.retry_unchecked()

    assert credit_checks.retry_unchecked() == 0
    assert CreditCheck.objects.count() == 2


@pytest.mark.usefixtures("silent")
def test_it_stores_nothing_while_the_source_stays_silent(received: Application) -> None:
    _unchecked(received)

    assert credit_checks.retry_unchecked() == 0
    assert CreditCheck.objects.count() == 1


def test_it_does_not_ask_again_for_ended_cases(variant: ItemVariant) -> None:
    _unchecked(ApplicationFactory(concluded=True, variant=variant))

    assert credit_checks.retry_unchecked() == 0


def test_it_stops_conveniences_when_the_late_answer_is_severe(variant: ItemVariant, people: People) -> None:
    accepted = _unchecked(
        ApplicationFactory(accepted=True, variant=variant, mode=Application.Mode.TOLERANCE, green_channel=True)
    )
    CreditRecordFactory(subject=accepted.subject, severe=True)

    credit_checks.retry_unchecked()

    accepted.refresh_from_db()
    assert (accepted.mode, accepted.green_channel) == (Application.Mode.STANDARD, False)
    assert accepted.status == Application.Status.ACCEPTED
    notice = Notice.objects.get()
    assert notice.staff == people.decider
    assert "已停止绿色通道、容缺受理" in notice.body
    event = Event.objects.get(kind="credit.changed")
    assert event.payload["credit_flag"] == "focus"
    assert event.case_number == accepted.number


def test_it_alarms_nobody_when_the_late_answer_is_clean(variant: ItemVariant, people: People) -> None:
    _unchecked(ApplicationFactory(accepted=True, variant=variant))

    credit_checks.retry_unchecked()

    assert not Notice.objects.exists()
    assert not Event.objects.filter(kind="credit.changed").exists()


def test_it_tells_the_head_which_convenience_a_general_failure_stopped(
    variant: ItemVariant, clerk: Actor, people: People
) -> None:
    accepted = ApplicationFactory(accepted=True, variant=variant, green_channel=True)
    CreditRecordFactory(subject=accepted.subject)

    credit_checks.check(accepted, by=clerk)

    assert not accepted.green_channel
    notice = Notice.objects.get()
    assert notice.staff == people.decider
    assert "已停止绿色通道" in notice.body
