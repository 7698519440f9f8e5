"""A freeze holds grants and issuing, never acceptance or a refusal (RULES §6.1, ADR 0017)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from approvals.actions import acceptance, decisions, permits
from approvals.models import Application, ItemVariant
from credit.actions import freezes
from credit.models import Freeze
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from tests.factories.approvals import ApplicationFactory, ApplicationStepFactory
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
