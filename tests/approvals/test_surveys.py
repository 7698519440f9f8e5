"""踏勘."""

import pytest

from approvals.actions import surveys
from approvals.models import Application, ItemVariant
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.refusals import Invalid, NotAllowed
from tests.approvals.conftest import People
from tests.factories.approvals import ApplicationFactory, ApplicationStepFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def accepted(variant: ItemVariant) -> Application:
    """Accepted today."""
    return ApplicationFactory(accepted=True, variant=variant)


def test_it_is_signed_by_both_surveyors(accepted: Application, surveyor: Actor, people: People) -> None:
    surveys.record(
        accepted,
        by=surveyor,
        surveyors=[people.surveyor, people.second_surveyor],
        conclusion="pass",
        opinion="布局与平面图一致",
    )

    keys = set(accepted.steps.filter(stage="survey").values_list("staff_key", flat=True))
    assert keys == {people.surveyor.username, people.second_surveyor.username}


def test_it_needs_two_different_people(accepted: Application, surveyor: Actor, people: People) -> None:
    with pytest.raises(Invalid) as refusal:
        surveys.record(accepted, by=surveyor, surveyors=[people.surveyor] * 2, conclusion="pass", opinion="布局一致")

    assert refusal.value.errors.keys() == {"surveyors"}


def test_it_needs_surveyors_of_the_department(accepted: Application, surveyor: Actor, people: People) -> None:
    outsider = StaffFactory(roles=[Role.SURVEYOR])

    with pytest.raises(Invalid, match="不是本部门的踏勘员"):
        surveys.record(
            accepted, by=surveyor, surveyors=[people.surveyor, outsider], conclusion="pass", opinion="布局一致"
        )


def test_it_needs_people_with_the_post(accepted: Application, surveyor: Actor, people: People) -> None:
    with pytest.raises(Invalid, match="不是本部门的踏勘员"):
        surveys.record(
            accepted, by=surveyor, surveyors=[people.surveyor, people.clerk], conclusion="pass", opinion="布局一致"
        )


def test_it_keeps_the_second_surveyor_apart_too(accepted: Application, surveyor: Actor, people: People) -> None:
    ApplicationStepFactory(application=accepted, staff_key=people.second_surveyor.username)

    with pytest.raises(NotAllowed) as refusal:
        surveys.record(
            accepted,
            by=surveyor,
            surveyors=[people.surveyor, people.second_surveyor],
            conclusion="pass",
            opinion="布局一致",
        )

    assert refusal.value.code == "posts_not_apart"
