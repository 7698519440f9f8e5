"""审查 and 退回审查."""

import pytest

from approvals.actions import examination
from approvals.models import Application, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.approvals import ApplicationFactory, ApplicationStepFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def accepted(variant: ItemVariant) -> Application:
    """Accepted today."""
    return ApplicationFactory(accepted=True, variant=variant)


def test_it_keeps_the_opinion(accepted: Application, examiner: Actor) -> None:
    examination.examine(accepted, by=examiner, conclusion="pass", opinion="材料真实有效")

    step = accepted.steps.get()
    assert (step.stage, step.staff_key, step.conclusion) == ("examine", examiner.key, "pass")
    assert Event.objects.get().summary == "审查通过：材料真实有效"


def test_it_keeps_a_negative_opinion(accepted: Application, examiner: Actor) -> None:
    examination.examine(accepted, by=examiner, conclusion="fail", opinion="平面图不符")

    assert accepted.status == Application.Status.EXAMINED


def test_it_needs_an_opinion(accepted: Application, examiner: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        examination.examine(accepted, by=examiner, conclusion="pass", opinion=" ")

    assert refusal.value.errors.keys() == {"opinion"}


@pytest.mark.parametrize("conclusion", ["", "return", "maybe"])
def test_it_needs_a_conclusion(accepted: Application, examiner: Actor, conclusion: str) -> None:
    with pytest.raises(Invalid) as refusal:
        examination.examine(accepted, by=examiner, conclusion=conclusion, opinion="符合")

    assert refusal.value.errors.keys() == {"conclusion"}


def test_it_is_not_done_by_who_took_the_case_in(accepted: Application, examiner: Actor) -> None:
    ApplicationStepFactory(application=accepted, stage="intake", staff_key=examiner.key)

    with pytest.raises(NotAllowed) as refusal:
        examination.examine(accepted, by=examiner, conclusion="pass", opinion="符合")

    assert refusal.value.code == "posts_not_apart"


def test_it_may_be_done_again_by_the_same_examiner(variant: ItemVariant, examiner: Actor, decider: Actor) -> None:
    examined = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=examined, staff_key=examiner.key)

    examination.send_back(examined, by=decider, reason="请补充通风意见")
    examination.examine(examined, by=examiner, conclusion="pass", opinion="通风符合")

    assert examined.status == Application.Status.EXAMINED


def test_it_goes_back_with_a_reason(variant: ItemVariant, decider: Actor) -> None:
    with pytest.raises(Invalid):
        examination.send_back(ApplicationFactory(examined=True, variant=variant), by=decider, reason="")


def test_it_refuses_clerks(accepted: Application, clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        examination.examine(accepted, by=clerk, conclusion="pass", opinion="符合")
