"""受理."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals import document_text
from approvals.actions import acceptance
from approvals.actions.acceptance import Promise
from approvals.models import Application, ApplicationMaterial, ApprovalItem, Document, ItemVariant
from credit.models import CreditCheck
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event, PendingEvent
from shenguan.identifiers.models import NumberSeries
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from shenguan.workdays.models import Deadline
from tests.approvals.conftest import People
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    ApplicationStepFactory,
    CommitmentFactory,
)
from tests.factories.credit import CreditCheckFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Mode = Application.Mode
Answer = CreditCheck.Answer
PROMISE = Promise(signed_by="苏子衡")


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received today, checked, papers complete."""
    return ApplicationFactory(received=True, variant=variant)


def _check(application: Application, **answers: Any) -> None:
    application.credit_check = CreditCheckFactory(number="XC20261118-0001", **answers)
    application.save(update_fields=["credit_check"])


def test_it_starts_statutory_and_promised_clock(received: Application, clerk: Actor) -> None:
    acceptance.accept(received, by=clerk)

    received.refresh_from_db()
    assert received.status == Application.Status.ACCEPTED
    assert received.accepted_on == date(2026, 11, 20)
    assert received.statutory_deadline.due_on == date(2026, 12, 4)
    assert received.promised_deadline.due_on == date(2026, 11, 27)
    assert received.statutory_deadline.law == "《食品经营许可和备案管理办法》"
    assert received.correction_deadline.state == Deadline.State.MET


def test_it_counts_by_the_licensing_law_where_the_item_names_none(
    received: Application, item: ApprovalItem, clerk: Actor
) -> None:
    item.statutory_basis = ""
    item.save(update_fields=["statutory_basis"])

    acceptance.accept(received, by=clerk)

    assert received.statutory_deadline.law == "《中华人民共和国行政许可法》第四十二条"


def test_it_issues_a_numbered_voucher(received: Application, clerk: Actor) -> None:
    acceptance.accept(received, by=clerk)

    voucher = received.documents.get(kind=Document.Kind.ACCEPTANCE)
    assert voucher.number == "云审受〔2026〕1号"
    assert voucher.body["promised_due_on"] == "2026-11-27"


def test_it_tells_the_supervisors_once(received: Application, clerk: Actor) -> None:
    acceptance.accept(received, by=clerk, green_channel=True)

    event = Event.objects.get(kind="approval.accepted")
    assert PendingEvent.objects.filter(event=event).exists()
    assert event.case_number == received.number
    assert event.payload == {
        "application_id": received.pk,
        "stage": "accepted",
        "result": "",
        "item_code": received.item.code,
        "variant": "new",
        "subject_id": received.subject_id,
        "by_commitment": False,
        "credit_flag": "none",
        "situations": [],
        "mode": "standard",
        "permit_number": "",
        "permit_valid_to": "",
    }
    assert "绿色通道" in event.summary


def test_it_leaves_an_audit_entry(received: Application, clerk: Actor) -> None:
    acceptance.accept(received, by=clerk)

    entry = AuditEntry.objects.get(action="application.accept")
    assert (entry.actor_key, entry.target_id) == (clerk.key, str(received.pk))


def test_it_refuses_a_second_click(received: Application, clerk: Actor) -> None:
    acceptance.accept(received, by=clerk, expected_version=1)

    with pytest.raises(StateForbids) as refusal:
        acceptance.accept(received, by=clerk, expected_version=1)

    assert refusal.value.status == 409
    assert Event.objects.filter(kind="approval.accepted").count() == 1


def test_it_refuses_a_stale_form(received: Application, clerk: Actor) -> None:
    Application.objects.filter(pk=received.pk).update(version=2)

    with pytest.raises(StaleVersion):
        acceptance.accept(received, by=clerk, expected_version=1)


def test_it_refuses_people_without_the_right(received: Application, examiner: Actor) -> None:
    with pytest.raises(NotAllowed, match="受理登记"):
        acceptance.accept(received, by=examiner)


def test_it_refuses_clerks_of_another_department(received: Application, stranger: Actor) -> None:
    with pytest.raises(NotAllowed) as refusal:
        acceptance.accept(received, by=stranger)

    assert refusal.value.code == "other_department"


def test_it_needs_the_credit_check(received: Application, clerk: Actor) -> None:
    received.credit_check = None
    received.save(update_fields=["credit_check"])

    with pytest.raises(Refusal) as refusal:
        acceptance.accept(received, by=clerk)

    assert refusal.value.code == "credit_check_missing"


def test_it_accepts_while_the_credit_source_is_silent(received: Application, clerk: Actor) -> None:
    _check(received, unanswered=True)

    acceptance.accept(received, by=clerk)

    assert Event.objects.get(kind="approval.accepted").payload["credit_flag"] == "recheck"


def test_it_accepts_people_with_severe_failures(received: Application, clerk: Actor) -> None:
    _check(received, outcome="severe", tolerance=Answer.NO, green_channel=Answer.NO, push_flag="focus")

    acceptance.accept(received, by=clerk)

    assert Event.objects.get(kind="approval.accepted").payload["credit_flag"] == "focus"


def test_it_closes_the_green_channel_to_failures(received: Application, clerk: Actor) -> None:
    _check(received, outcome="general", green_channel=Answer.NO)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(received, by=clerk, green_channel=True)

    assert refusal.value.code == "green_channel_closed"


def test_it_asks_for_a_reason_to_accept_a_banned_applicant(received: Application, clerk: Actor) -> None:
    _check(received, outcome="banned", acceptance=Answer.CLERK_DECIDES)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(received, by=clerk, ban_override_reason=" ")

    assert refusal.value.errors.keys() == {"ban_override_reason"}


def test_it_keeps_the_reason_to_accept_a_banned_applicant(received: Application, clerk: Actor) -> None:
    _check(received, outcome="banned", acceptance=Answer.CLERK_DECIDES)

    acceptance.accept(received, by=clerk, ban_override_reason="限制对象系原经营者，与本申请人无关")

    received.refresh_from_db()
    assert received.ban_override_reason == "限制对象系原经营者，与本申请人无关"


def test_it_needs_all_papers(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, tolerable=True)

    with pytest.raises(Refusal) as refusal:
        acceptance.accept(received, by=clerk)

    assert refusal.value.code == "papers_missing"


def test_it_does_not_ask_for_waived_papers(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, state=ApplicationMaterial.State.WAIVED)

    assert acceptance.accept(received, by=clerk).status == Application.Status.ACCEPTED


def test_it_tolerates_secondary_papers_within_the_promised_time(received: Application, clerk: Actor) -> None:
    missing = ApplicationMaterialFactory(application=received, tolerable=True)

    acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=PROMISE)

    missing.refresh_from_db()
    notice = received.documents.get(kind=Document.Kind.TOLERANCE)
    assert missing.state == ApplicationMaterial.State.TOLERATED
    assert received.tolerance_deadline.due_on == received.promised_deadline.due_on
    assert notice.body["missing"] == [missing.material.name]
    assert not received.documents.filter(kind=Document.Kind.ACCEPTANCE).exists()


def test_it_tolerates_no_missing_main_paper(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, tolerable=True)
    ApplicationMaterialFactory(application=received)

    with pytest.raises(Refusal) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=PROMISE)

    assert refusal.value.code == "papers_missing"


def test_it_needs_the_promise_of_the_applicant(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, tolerable=True)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE)

    assert refusal.value.errors.keys() == {"signed_by"}


def test_it_refuses_more_time_than_promised_for_the_matter(received: Application, clerk: Actor) -> None:
    ApplicationMaterialFactory(application=received, tolerable=True)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=Promise("苏子衡", days=6))

    assert refusal.value.errors.keys() == {"days"}


def test_it_tolerates_nothing_when_papers_are_complete(received: Application, clerk: Actor) -> None:
    with pytest.raises(Refusal) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=PROMISE)

    assert refusal.value.code == "nothing_to_tolerate"


def test_it_tolerates_nothing_after_a_broken_promise(received: Application, clerk: Actor) -> None:
    _check(received, outcome="broken_promise", tolerance=Answer.NO)
    ApplicationMaterialFactory(application=received, tolerable=True)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=PROMISE)

    assert refusal.value.code == "mode_not_allowed"


def test_it_tolerates_nothing_where_the_item_does_not(received: Application, item: ApprovalItem, clerk: Actor) -> None:
    item.tolerance_allowed = False
    item.save(update_fields=["tolerance_allowed"])

    with pytest.raises(Invalid, match="该事项不适用容缺受理"):
        acceptance.accept(received, by=clerk, mode=Mode.TOLERANCE, promise=PROMISE)


def test_it_accepts_a_commitment_instead_of_papers(received: Application, item: ApprovalItem, clerk: Actor) -> None:
    item.commitment_allowed = True
    item.save(update_fields=["commitment_allowed"])
    CommitmentFactory(application=received)
    ApplicationMaterialFactory(application=received)

    acceptance.accept(received, by=clerk, mode=Mode.COMMITMENT)

    assert Event.objects.get(kind="approval.accepted").payload["by_commitment"] is True


def test_it_needs_the_signed_commitment(received: Application, item: ApprovalItem, clerk: Actor) -> None:
    item.commitment_allowed = True
    item.save(update_fields=["commitment_allowed"])

    with pytest.raises(Refusal) as refusal:
        acceptance.accept(received, by=clerk, mode=Mode.COMMITMENT)

    assert refusal.value.code == "commitment_missing"


def test_it_dates_acceptance_from_complete_corrections(received: Application, clerk: Actor, clock: Any) -> None:
    received.corrected_on = date(2027, 1, 4)
    received.save(update_fields=["corrected_on"])
    clock.move_to(datetime(2027, 1, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai")))

    acceptance.accept(received, by=clerk)

    assert received.accepted_on == date(2027, 1, 4)


def test_it_never_dates_acceptance_before_receipt(received: Application, clerk: Actor, clock: Any) -> None:
    received.received_on = date(2026, 11, 23)  # came in on Saturday
    received.save(update_fields=["received_on"])
    clock.move_to(datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Shanghai")))

    acceptance.accept(received, by=clerk)

    assert received.accepted_on == date(2026, 11, 23)
    assert received.promised_deadline.due_on == date(2026, 11, 30)


def test_it_dates_late_acceptance_from_receipt(received: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    acceptance.accept(received, by=clerk)

    assert received.accepted_on == date(2026, 11, 20)
    assert received.accepted_at == received.received_at
    assert received.deemed_accepted


def test_it_says_so_when_acceptance_comes_late(received: Application, people: People, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    acceptance.accept(received, by=clerk)

    voucher = received.documents.get(kind=Document.Kind.ACCEPTANCE)
    assert any("视为受理" in text for text in document_text.paragraphs(voucher))
    assert Notice.objects.get().staff == people.decider


def test_it_accepts_on_time_on_the_fifth_day(received: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 27, 16, tzinfo=ZoneInfo("Asia/Shanghai")))

    acceptance.accept(received, by=clerk)

    assert received.accepted_on == date(2026, 11, 27)
    assert not received.deemed_accepted


def test_it_keeps_intake_apart_from_other_posts(received: Application, clerk: Actor) -> None:
    ApplicationStepFactory(application=received, stage="survey", staff_key=clerk.key)

    with pytest.raises(NotAllowed) as refusal:
        acceptance.accept(received, by=clerk)

    assert refusal.value.code == "posts_not_apart"


def test_it_keeps_nothing_when_the_event_cannot_be_written(
    received: Application, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the journal is full")

    monkeypatch.setattr(events, "record", broken)
    with pytest.raises(RuntimeError):
        acceptance.accept(received, by=clerk)

    received.refresh_from_db()
    assert (received.status, received.version) == (Application.Status.RECEIVED, 1)
    assert received.correction_deadline.state == Deadline.State.OPEN
    assert not received.documents.exists()
    assert not received.steps.exists()
    assert not AuditEntry.objects.exists()
    assert not NumberSeries.objects.filter(key__startswith="document:").exists()
