"""制证送达, and what happens to permits afterwards."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import permits
from approvals.models import Application, ApprovalItem, Document, ItemVariant, Permit, PermitEvent
from approvals.models.permit import FOREVER
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from shenguan.workdays.models import Deadline
from tests.approvals.conftest import People
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationStepFactory,
    DecisionFactory,
    ItemVariantFactory,
    PermitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Status = Permit.Status


def granted_case(variant: ItemVariant, **more: Any) -> Application:
    """Granted today, to be made out."""
    application = ApplicationFactory(granted=True, variant=variant, **more)
    DecisionFactory(document__application=application)
    return application


def held(variant: ItemVariant, **more: Any) -> Permit:
    """A permit of the item that the subject holds already."""
    return PermitFactory(application=ApplicationFactory(concluded=True, variant=variant), **more)


def test_it_makes_the_permit_for_its_term(variant: ItemVariant, issuer: Actor) -> None:
    application = permits.issue(granted_case(variant), by=issuer)

    permit = application.permit
    assert permit.number == "云审证〔2026〕1号"
    assert (permit.valid_from, permit.valid_to) == (date(2026, 11, 20), date(2031, 11, 19))
    assert len(permit.token) >= 20


def test_it_is_forever_without_a_term(variant: ItemVariant, item: ApprovalItem, issuer: Actor) -> None:
    item.permit_months = None
    item.save(update_fields=["permit_months"])

    application = permits.issue(granted_case(variant), by=issuer)

    assert application.permit.valid_to == FOREVER


def test_it_concludes_the_case_and_tells_the_supervisors(variant: ItemVariant, issuer: Actor) -> None:
    application = permits.issue(granted_case(variant), by=issuer)

    event = Event.objects.get(kind="approval.concluded")
    assert application.status == Application.Status.CONCLUDED
    assert application.delivery_deadline.state == Deadline.State.MET
    assert event.payload["result"] == "granted"
    assert event.payload["permit_number"] == application.permit.number
    assert event.payload["permit_valid_to"] == "2031-11-19"


def test_it_is_made_once(variant: ItemVariant, issuer: Actor) -> None:
    application = permits.issue(granted_case(variant), by=issuer)

    with pytest.raises(StateForbids):
        permits.issue(application, by=issuer)

    assert Permit.objects.count() == 1


def test_it_is_not_made_by_who_decided(variant: ItemVariant, issuer: Actor) -> None:
    application = granted_case(variant)
    ApplicationStepFactory(application=application, stage="decide", staff_key=issuer.key)

    with pytest.raises(NotAllowed) as refusal:
        permits.issue(application, by=issuer)

    assert refusal.value.code == "posts_not_apart"


def test_it_renews_the_permit_the_subject_holds(variant: ItemVariant, item: ApprovalItem, issuer: Actor) -> None:
    permit = held(variant)
    renewal = ItemVariantFactory(item=item, kind="renewal")

    permits.issue(granted_case(renewal, subject=permit.subject), by=issuer)

    permit.refresh_from_db()
    assert permit.valid_to == date(2036, 11, 19)
    assert permit.events.get().kind == PermitEvent.Kind.RENEWED
    assert Event.objects.get(kind="permit.changed").payload["change"] == "renewed"
    assert Permit.objects.count() == 1


def test_it_revives_an_expired_permit_from_the_decision(
    variant: ItemVariant, item: ApprovalItem, issuer: Actor
) -> None:
    permit = held(variant, expired=True)
    renewal = ItemVariantFactory(item=item, kind="renewal")

    permits.issue(granted_case(renewal, subject=permit.subject), by=issuer)

    permit.refresh_from_db()
    assert (permit.status, permit.valid_to) == (Status.VALID, date(2031, 11, 19))


def test_it_changes_the_permit_the_subject_holds(variant: ItemVariant, item: ApprovalItem, issuer: Actor) -> None:
    permit = held(variant)
    change = ItemVariantFactory(item=item, kind="change")

    permits.issue(granted_case(change, subject=permit.subject), by=issuer)

    assert permit.events.get().kind == PermitEvent.Kind.CHANGED


def test_it_leaves_the_permit_of_another_subject_alone(variant: ItemVariant, item: ApprovalItem, issuer: Actor) -> None:
    permit = held(variant)
    change = ItemVariantFactory(item=item, kind="change")

    application = permits.issue(granted_case(change), by=issuer)

    assert not permit.events.exists()
    assert application.permit != permit


def test_it_cancels_the_permit_the_subject_holds(variant: ItemVariant, item: ApprovalItem, issuer: Actor) -> None:
    permit = held(variant)
    cancellation = ItemVariantFactory(item=item, kind="cancellation")

    permits.issue(granted_case(cancellation, subject=permit.subject), by=issuer)

    permit.refresh_from_db()
    assert permit.status == Status.CANCELLED
    assert Event.objects.get(kind="approval.concluded").payload["variant"] == "cancellation"


def test_it_concludes_a_cancellation_of_an_unknown_permit(item: ApprovalItem, issuer: Actor) -> None:
    cancellation = ItemVariantFactory(item=item, kind="cancellation")

    application = permits.issue(granted_case(cancellation), by=issuer)

    assert application.status == Application.Status.CONCLUDED
    assert not Permit.objects.exists()


def test_it_is_revoked_by_the_deciding_department(variant: ItemVariant, decider: Actor) -> None:
    permit = held(variant)

    permits.revoke(permit, by=decider, reason="以欺骗手段取得", legal_basis="行政许可法第六十九条")

    assert permit.status == Status.REVOKED
    assert permit.events.get().document_number == "云审撤〔2026〕1号"
    assert permit.application.documents.get(kind=Document.Kind.REVOCATION)
    payload = Event.objects.get(kind="permit.changed").payload
    assert (payload["change"], payload["application_id"]) == ("revoked", permit.application_id)


def test_it_is_not_revoked_by_another_department(variant: ItemVariant, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        permits.revoke(held(variant), by=stranger, reason="欺骗", legal_basis="行政许可法第六十九条")


def test_it_is_not_revoked_by_clerks(variant: ItemVariant, clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        permits.revoke(held(variant), by=clerk, reason="欺骗", legal_basis="行政许可法第六十九条")


def test_it_is_not_revoked_against_the_public_interest(variant: ItemVariant, decider: Actor) -> None:
    permit = held(variant)

    with pytest.raises(Refusal) as refusal:
        permits.revoke(
            permit, by=decider, reason="程序违法", legal_basis="行政许可法第六十九条", harms_public_interest=True
        )

    assert refusal.value.code == "public_interest"
    assert permit.status == Status.VALID


@pytest.mark.parametrize(("reason", "basis"), [("", "行政许可法第六十九条"), ("欺骗", " ")])
def test_it_is_not_revoked_without_reason_and_basis(
    variant: ItemVariant, decider: Actor, reason: str, basis: str
) -> None:
    with pytest.raises(Invalid):
        permits.revoke(held(variant), by=decider, reason=reason, legal_basis=basis)


def test_it_asks_for_the_cancellation_after_a_revocation(variant: ItemVariant, decider: Actor, people: People) -> None:
    permit = held(variant)

    permits.revoke(permit, by=decider, reason="欺骗", legal_basis="行政许可法第六十九条")

    assert Notice.objects.get(kind="permit.awaiting_cancellation").staff == people.decider
    assert list(Permit.objects.awaiting_cancellation()) == [permit]


def test_it_waits_no_more_once_cancelled(variant: ItemVariant, decider: Actor) -> None:
    permit = held(variant, revoked=True)

    permits.cancel(permit, by=decider, reason="许可已被撤销")

    assert not Permit.objects.awaiting_cancellation().exists()


def test_it_keeps_the_document_number_it_is_given(variant: ItemVariant, decider: Actor) -> None:
    permit = held(variant)

    permits.withdraw(
        permit, by=decider, reason="法律修改", legal_basis="行政许可法第八条", document_number="云政撤回〔2026〕7号"
    )

    assert permit.events.get().document_number == "云政撤回〔2026〕7号"
    assert not permit.application.documents.exists()


def test_it_does_not_expire_on_its_last_day(variant: ItemVariant, decider: Actor, clock: Any) -> None:
    permit = held(variant)
    clock.move_to(datetime(2031, 11, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")))

    with pytest.raises(Invalid):
        permits.expire(permit, by=decider, reason="期满未延续")


def test_it_is_renewed_only_to_a_later_day(variant: ItemVariant, decider: Actor) -> None:
    permit = held(variant)

    with pytest.raises(Invalid):
        permits.renew(permit, by=decider, valid_to=permit.valid_to, reason="延续")
