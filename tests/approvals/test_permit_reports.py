"""Permit facts of departments' own systems."""

from datetime import date

import pytest

from approvals.actions import permit_reports
from approvals.actions.permit_facts import Fact, Kind
from approvals.models import Application, ItemVariant, Permit
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from tests.factories.access import MachineClientFactory
from tests.factories.approvals import ApplicationFactory, PermitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FACT = Fact("", document_number="云卫撤〔2026〕3号", happened_on=date(2026, 11, 19))


@pytest.fixture
def system_of_office(office: Department) -> Actor:
    """The department's own system."""
    return Actor.of_client(MachineClientFactory(department=office))


@pytest.fixture
def case(variant: ItemVariant) -> Application:
    """Concluded with a permit until 2031-11-19."""
    return PermitFactory(application=ApplicationFactory(concluded=True, variant=variant)).application


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Kind.REVOKED, Permit.Status.REVOKED),
        (Kind.WITHDRAWN, Permit.Status.WITHDRAWN),
        (Kind.CHANGED, Permit.Status.VALID),
        (Kind.CANCELLED, Permit.Status.CANCELLED),
        (Kind.SUSPENDED, Permit.Status.SUSPENDED),
    ],
)
def test_it_keeps_the_fact(case: Application, system_of_office: Actor, kind: Kind, status: str) -> None:
    event, is_new = permit_reports.report(case, by=system_of_office, kind=kind, fact=FACT)

    case.permit.refresh_from_db()
    assert is_new
    assert (event.document_number, event.happened_on) == (FACT.document_number, FACT.happened_on)
    assert case.permit.status == status
    assert Event.objects.get(kind="permit.changed").payload["change"] == kind.value


def test_it_keeps_it_once(case: Application, system_of_office: Actor) -> None:
    permit_reports.report(case, by=system_of_office, kind=Kind.REVOKED, fact=FACT)

    _, is_new = permit_reports.report(case, by=system_of_office, kind=Kind.REVOKED, fact=FACT)

    assert not is_new
    assert Event.objects.filter(kind="permit.changed").count() == 1


def test_it_refuses_what_the_state_forbids(case: Application, system_of_office: Actor) -> None:
    permit_reports.report(case, by=system_of_office, kind=Kind.CANCELLED, fact=FACT)

    with pytest.raises(StateForbids):
        permit_reports.report(case, by=system_of_office, kind=Kind.REVOKED, fact=FACT)


def test_it_renews_to_a_later_day(case: Application, system_of_office: Actor) -> None:
    permit_reports.report(case, by=system_of_office, kind=Kind.RENEWED, fact=FACT, valid_to=date(2036, 11, 19))

    case.permit.refresh_from_db()
    assert case.permit.valid_to == date(2036, 11, 19)


@pytest.mark.parametrize("valid_to", [None, date(2031, 11, 19)])
def test_it_does_not_renew_without_a_later_day(
    case: Application, system_of_office: Actor, valid_to: date | None
) -> None:
    with pytest.raises(Invalid) as refusal:
        permit_reports.report(case, by=system_of_office, kind=Kind.RENEWED, fact=FACT, valid_to=valid_to)

    assert refusal.value.errors.keys() == {"valid_to"}


def test_it_does_not_expire_early(case: Application, system_of_office: Actor) -> None:
    with pytest.raises(Invalid):
        permit_reports.report(case, by=system_of_office, kind=Kind.EXPIRED, fact=FACT)


def test_it_expires_after_its_last_day(variant: ItemVariant, system_of_office: Actor) -> None:
    permit = PermitFactory(
        application=ApplicationFactory(concluded=True, variant=variant),
        valid_from=date(2021, 11, 19),
        valid_to=date(2026, 11, 18),
    )

    permit_reports.report(permit.application, by=system_of_office, kind=Kind.EXPIRED, fact=FACT)

    permit.refresh_from_db()
    assert permit.status == Permit.Status.EXPIRED


def test_it_takes_nothing_from_the_future(case: Application, system_of_office: Actor) -> None:
    fact = Fact("", document_number="云卫撤〔2026〕3号", happened_on=date(2026, 11, 21))

    with pytest.raises(Invalid):
        permit_reports.report(case, by=system_of_office, kind=Kind.REVOKED, fact=fact)


def test_it_needs_a_permit(variant: ItemVariant, system_of_office: Actor) -> None:
    with pytest.raises(Refusal) as refusal:
        permit_reports.report(
            ApplicationFactory(accepted=True, variant=variant), by=system_of_office, kind=Kind.REVOKED, fact=FACT
        )

    assert refusal.value.code == "no_permit"


def test_it_takes_nothing_from_another_department(case: Application) -> None:
    with pytest.raises(NotAllowed):
        permit_reports.report(case, by=Actor.of_client(MachineClientFactory()), kind=Kind.REVOKED, fact=FACT)
