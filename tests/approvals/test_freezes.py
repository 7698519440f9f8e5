"""A freeze holds grants and issuing, never acceptance or a refusal (RULES §6.1, ADR 0017)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from approvals.actions import acceptance, decisions, own_system, permit_reports, permits
from approvals.actions.permit_facts import Fact
from approvals.actions.reported import ReportedCase, ReportedPermit
from approvals.models import Application, ItemVariant, Permit, PermitEvent
from credit.actions import freezes
from credit.models import Freeze
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from tests.factories.access import MachineClientFactory
from tests.factories.approvals import ApplicationFactory, ApplicationStepFactory, PermitFactory
from tests.factories.credit import FreezeFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def examined(variant: ItemVariant) -> Application:
    application = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=application)
    return application


def frozen(application: Application, **more: Any) -> Freeze:
    return FreezeFactory(
        subject=application.subject, approving_department=application.department, **{"active": True} | more
    )


def test_it_holds_a_grant_and_changes_nothing(examined: Application, decider: Actor) -> None:
    freeze = frozen(examined)

    with pytest.raises(Refusal, match=freeze.number):
        decisions.decide(examined, by=decider, result="granted")

    assert Application.objects.get(pk=examined.pk).status == Application.Status.EXAMINED


def test_it_does_not_hold_a_refusal(examined: Application, decider: Actor) -> None:
    frozen(examined)
    decisions.decide(examined, by=decider, result="refused", reason="不具备条件")
    assert examined.result == "refused"


def test_it_does_not_hold_acceptance(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(received=True, variant=variant)
    frozen(application)
    acceptance.accept(application, by=clerk)
    assert application.status == Application.Status.ACCEPTED


@pytest.mark.parametrize("status", [Freeze.Status.REQUESTED, Freeze.Status.DECLINED, Freeze.Status.LIFTED])
def test_it_grants_unless_the_freeze_is_in_force(examined: Application, decider: Actor, status: str) -> None:
    frozen(examined, active=False, status=status)
    decisions.decide(examined, by=decider, result="granted")
    assert examined.status == Application.Status.GRANTED


def test_it_holds_the_issuing_of_what_was_granted_before(examined: Application, decider: Actor, issuer: Actor) -> None:
    decisions.decide(examined, by=decider, result="granted")
    frozen(examined)
    with pytest.raises(Refusal, match="个案放行"):
        permits.issue(examined, by=issuer)


def test_it_goes_on_once_the_freeze_is_lifted(examined: Application, decider: Actor) -> None:
    freeze = frozen(examined)
    asker = StaffFactory(department=freeze.department, roles=[Role.INSPECTOR])
    freezes.lift(freeze.number, by=Actor.of_staff(asker), reason="已结案")
    decisions.decide(examined, by=decider, result="granted")
    assert examined.status == Application.Status.GRANTED


def test_it_goes_on_when_somebody_else_lets_it_through(
    examined: Application, decider: Actor, office: Department
) -> None:
    freeze = frozen(examined)
    head = Actor.of_staff(StaffFactory(department=office, roles=[Role.DECIDER]))
    freezes.override(freeze.number, by=head, case_number=examined.number or "", reason="民生急需")
    decisions.decide(examined, by=decider, result="granted")
    assert examined.status == Application.Status.GRANTED


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads cannot share an in-memory SQLite database")
def test_a_grant_and_an_adoption_at_once_end_in_one_order(
    examined: Application, decider: Actor, office: Department
) -> None:
    freeze = frozen(examined, active=False, until_on=date(2026, 12, 1))
    examiner = Actor.of_staff(StaffFactory(department=office, roles=[Role.EXAMINER]))
    barrier = Barrier(2)

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        granted, adopted = pool.map(
            run,
            [
                lambda: decisions.decide(Application.objects.get(pk=examined.pk), by=decider, result="granted"),
                lambda: freezes.answer(freeze.number, by=examiner, adopted=True, text="同意"),
            ],
        )

    status = Application.objects.get(pk=examined.pk).status
    assert Freeze.objects.get().status == Freeze.Status.ACTIVE, adopted
    # Either the grant came first and stands, or it was held; never a grant that looked before and wrote after.
    assert (status == Application.Status.GRANTED) is not isinstance(granted, Refusal)


@pytest.fixture
def permit(variant: ItemVariant) -> Permit:
    return PermitFactory(application=ApplicationFactory(concluded=True, variant=variant))


def renewed(permit: Permit, by: Actor) -> Permit:
    return permits.renew(permit, by=by, valid_to=date(2036, 11, 19), reason="期满")


def changed(permit: Permit, by: Actor) -> Permit:
    return permits.change(permit, by=by, reason="变更地址")


@pytest.mark.parametrize("act", [renewed, changed])
def test_it_holds_a_permit_act_outside_a_case(permit: Permit, decider: Actor, act: Callable[..., Permit]) -> None:
    freeze = frozen(permit.application)

    with pytest.raises(Refusal, match=freeze.number):
        act(permit, decider)

    assert not PermitEvent.objects.exists()


@pytest.mark.parametrize("act", [renewed, changed])
def test_it_does_not_hold_the_permit_of_another_item(
    permit: Permit, decider: Actor, act: Callable[..., Permit]
) -> None:
    frozen(permit.application, item_codes=["another"], item_names=["其他事项"])

    act(permit, decider)

    assert PermitEvent.objects.count() == 1


def test_it_does_not_hold_the_permit_of_another_party(permit: Permit, decider: Actor) -> None:
    FreezeFactory(approving_department=permit.department, active=True)

    assert changed(permit, decider).events.count() == 1


@pytest.mark.parametrize("act", [permits.suspend, permits.revoke, permits.withdraw])
def test_it_does_not_hold_what_takes_a_permit_away(permit: Permit, decider: Actor, act: Callable[..., Permit]) -> None:
    frozen(permit.application)

    assert act(permit, by=decider, reason="违法", legal_basis="行政许可法第六十九条").events.count() == 1


def test_it_does_not_hold_a_change_that_supervision_proposed(permit: Permit, decider: Actor) -> None:
    frozen(permit.application)

    permits.change(permit, by=decider, reason="缩小经营范围", proposed_by_supervision=True)

    assert permit.events.count() == 1


def test_a_permit_act_goes_on_when_somebody_else_lets_it_through(
    permit: Permit, decider: Actor, office: Department
) -> None:
    freeze = frozen(permit.application)
    head = Actor.of_staff(StaffFactory(department=office, roles=[Role.DECIDER]))
    freezes.override(freeze.number, by=head, case_number=permit.application.number or "", reason="民生急需")

    assert changed(permit, decider).events.count() == 1


def told() -> list[str]:
    return list(
        Event.objects.filter(kind="freeze.changed", payload__change="passed").values_list("case_number", flat=True)
    )


def reported(permit: Permit, kind: PermitEvent.Kind) -> None:
    permit_reports.report(
        permit.application,
        by=Actor.of_client(MachineClientFactory(department=permit.department)),
        kind=kind,
        fact=Fact("自建系统办理", "", "云审变〔2026〕3号", date(2026, 11, 20)),
        valid_to=date(2036, 11, 19),
    )


@pytest.mark.parametrize("kind", [PermitEvent.Kind.CHANGED, PermitEvent.Kind.RENEWED])
def test_it_takes_what_an_own_system_did_and_tells_once(permit: Permit, kind: PermitEvent.Kind) -> None:
    freeze = frozen(permit.application)

    reported(permit, kind)
    reported(permit, kind)

    assert (permit.events.count(), told()) == (1, [freeze.number])


def test_it_says_nothing_of_an_end_an_own_system_reports(permit: Permit) -> None:
    frozen(permit.application)

    reported(permit, PermitEvent.Kind.REVOKED)

    assert told() == []


def test_it_says_nothing_once_the_freeze_is_past_its_last_day(permit: Permit) -> None:
    frozen(permit.application, until_on=date(2026, 11, 19))

    reported(permit, PermitEvent.Kind.CHANGED)

    assert told() == []


@pytest.mark.parametrize(("result", "passed"), [("granted", 1), ("refused", 0)])
def test_it_takes_a_conclusion_of_an_own_system(
    variant: ItemVariant, office: Department, result: str, passed: int
) -> None:
    freeze = FreezeFactory(approving_department=office, active=True)
    case = ReportedCase(
        source_case_id="WJ-1",
        item_code=variant.item.code,
        stage="concluded",
        result=result,
        decided_on=date(2026, 11, 19),
        permit=ReportedPermit("云卫许〔2026〕88号") if passed else None,
    )

    application, _ = own_system.report_case(
        by=Actor.of_client(MachineClientFactory(department=office)), subject=freeze.subject, case=case
    )

    assert (application.status, told()) == ("concluded", [freeze.number] * passed)
    said = Event.objects.get(kind="approval.concluded").summary
    assert ("作出于冻结期间" in said) == bool(passed)
