"""What sets a discrepancy right: every remedy once, its refusals, and that a second press has no second effect."""

import pytest

from linkage.actions import discrepancies, gap_scan
from linkage.models import Delivery, Discrepancy, Push
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from supervision.models import CheckTask, SupervisedObject
from tests.factories.ground import StaffFactory
from tests.factories.linkage import DiscrepancyFactory, EndpointFactory
from tests.linkage.conftest import City, acting
from tests.linkage.reconciliation.conftest import SETTLED, only

pytestmark = pytest.mark.django_db
Kind = Discrepancy.Kind


@pytest.fixture
def late(city: City) -> Discrepancy:
    """A push nobody took up in time."""
    return DiscrepancyFactory(push__entry=city.entry, push__application=city.application)


def test_a_reminder_reaches_whoever_works_on_the_push(city: City, late: Discrepancy):
    row = discrepancies.remedy(late, by=acting(city.coordinator))

    assert (row.state, row.closed_by) == ("repaired", city.coordinator.name)
    assert late.push is not None
    assert Notice.objects.get(kind="reconciliation.reminder").staff == late.push.handler


def test_a_second_press_is_refused(city: City, late: Discrepancy):
    discrepancies.remedy(late, by=acting(city.coordinator))

    with pytest.raises(StateForbids):
        discrepancies.remedy(late, by=acting(city.coordinator))

    assert Notice.objects.filter(kind="reconciliation.reminder").count() == 1


def test_what_is_still_there_after_a_remedy_is_open_again(city: City, late: Discrepancy):
    row = discrepancies.remedy(late, by=acting(city.coordinator))
    assert late.push is not None
    Push.objects.filter(pk=late.push.pk).update(due_on="2026-11-19")
    Delivery.objects.create(
        push=late.push,
        endpoint=EndpointFactory(department=late.push.department),
        case_number="",
        status="delivered",
        next_attempt_at=row.found_at,
        finished_at=row.found_at,
    )

    again = only(Kind.NOT_TAKEN_UP)

    assert (again.pk, again.state, again.repairs) == (row.pk, "open", 1)


def test_a_missing_push_is_sent_again_once(city: City, late: Discrepancy):
    assert late.push is not None
    EndpointFactory(department=late.push.department)
    Discrepancy.objects.update(kind=Kind.MISSING_THERE)

    row = discrepancies.remedy(late, by=acting(city.coordinator))

    assert (row.state, [one.is_replay for one in Delivery.objects.all()]) == ("repaired", [True])


def test_a_missing_push_cannot_be_sent_without_an_address(city: City, late: Discrepancy):
    Discrepancy.objects.update(kind=Kind.MISSING_THERE)

    with pytest.raises(Refusal) as refusal:
        discrepancies.remedy(late, by=acting(city.coordinator))

    late.refresh_from_db()
    assert (refusal.value.code, late.state) == ("remedy_failed", "open")


def test_a_forgotten_duty_is_taken_up(city: City, clock):
    push = city.route()
    CheckTask.objects.all().delete()
    SupervisedObject.objects.all().delete()
    clock.shift(SETTLED)
    row = only(Kind.DUTY_UNREGISTERED)

    discrepancies.remedy(row, by=acting(city.coordinator))
    gap_scan.scan()

    assert SupervisedObject.objects.get().department == push.department
    assert CheckTask.objects.get().push_number == push.number
    assert not Discrepancy.objects.present().filter(kind=Kind.DUTY_UNREGISTERED).exists()


def test_a_kind_without_remedy_says_so(city: City, late: Discrepancy):
    Discrepancy.objects.update(kind=Kind.SEQUENCE_GAP)

    with pytest.raises(Refusal) as refusal:
        discrepancies.remedy(late, by=acting(city.coordinator))

    assert refusal.value.code == "no_remedy"


def test_an_explanation_closes_with_its_reason(city: City, late: Discrepancy):
    row = discrepancies.explain(late, by=acting(city.coordinator), reason="对方系统升级，已人工交接")

    assert (row.state, row.reason, row.closed_by) == ("explained", "对方系统升级，已人工交接", city.coordinator.name)
    assert AuditEntry.objects.filter(action="discrepancy.explain").count() == 1


def test_an_explained_gap_stays_explained_while_it_is_there(city: City, clock):
    city.happen()
    clock.shift(SETTLED * 4)
    discrepancies.explain(only(Kind.ROUTING_STUCK), by=acting(city.coordinator), reason="清单修订中")

    assert only(Kind.ROUTING_STUCK).state == "explained"


def test_an_explanation_needs_words(city: City, late: Discrepancy):
    with pytest.raises(Invalid):
        discrepancies.explain(late, by=acting(city.coordinator), reason=" ")


def test_only_a_coordinator_explains(city: City, late: Discrepancy):
    with pytest.raises(NotAllowed):
        discrepancies.explain(late, by=acting(StaffFactory(roles=[Role.LIAISON])), reason="说明")


def test_a_push_outside_the_contract_is_not_sent_again(city: City, late: Discrepancy, monkeypatch: pytest.MonkeyPatch):
    assert late.push is not None
    EndpointFactory(department=late.push.department)
    Discrepancy.objects.update(kind=Kind.MISSING_THERE)
    monkeypatch.setattr("linkage.actions.remedies.contracts.refusal", lambda *_: "合同未包含该事项")

    with pytest.raises(Refusal) as refusal:
        discrepancies.remedy(late, by=acting(city.coordinator))

    assert (refusal.value.code, Delivery.objects.count()) == ("remedy_failed", 0)
