"""Papers of an application."""

import pytest

from approvals.actions import materials
from approvals.models import Application, ApplicationMaterial, ItemVariant
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory
from tests.factories.files import StoredFileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = ApplicationMaterial.State


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received today."""
    return ApplicationFactory(received=True, variant=variant)


def test_it_takes_a_paper_in(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received)
    file = StoredFileFactory()

    materials.receive(row, by=clerk, file=file)

    row.refresh_from_db()
    assert (row.state, row.file) == (State.RECEIVED, file)
    assert row.received_at is not None


def test_it_says_why_a_paper_does_not_fit(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received, received=True)

    materials.reject(row, by=clerk, note="印章不清")

    row.refresh_from_db()
    assert (row.state, row.note, row.received_at) == (State.REJECTED, "印章不清", None)


def test_it_rejects_nothing_without_a_reason(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        materials.reject(ApplicationMaterialFactory(application=received), by=clerk, note=" ")


def test_it_tolerates_a_secondary_paper(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received, tolerable=True)

    assert materials.tolerate(row, by=clerk).state == State.TOLERATED


def test_it_tolerates_no_main_paper(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        materials.tolerate(ApplicationMaterialFactory(application=received), by=clerk)

    assert refusal.value.code == "main_material"


def test_it_waives_a_paper_the_office_gets_itself(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received)

    assert materials.waive(row, by=clerk, note="电子证照共享").state == State.WAIVED


def test_it_waives_nothing_without_a_source(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid):
        materials.waive(ApplicationMaterialFactory(application=received), by=clerk, note="")


def test_it_refuses_clerks_of_another_department(received: Application, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        materials.receive(ApplicationMaterialFactory(application=received), by=stranger)
