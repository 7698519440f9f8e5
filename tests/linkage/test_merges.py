"""Merging duplicates: one carries on, the other points to it, and it can be undone while nothing happened."""

import pytest

from linkage.actions import cards, ladders, merges, pushes
from linkage.ladders import rungs
from linkage.models import Card, EscalationLadder, Push, PushMerge
from linkage.selectors.ladders import windows
from linkage.selectors.pushes import twins_of
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from supervision.models import CheckTask, SupervisedObject
from tests.factories.approvals import ApplicationFactory, PermitFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting, build_city, happen, route_all

pytestmark = pytest.mark.django_db


def again(city: City, **fields) -> Push:
    """The same approval reported a second time under another case number."""
    fields = {"subject": city.application.subject, "variant": city.application.variant} | fields
    application = ApplicationFactory(concluded=True, department=city.application.department, **fields)
    PermitFactory(application=application)
    event = happen(application, "approval.concluded")
    route_all()
    return Push.objects.select_related("application", "entry").get(event=event)


@pytest.fixture
def pair(city: City) -> tuple[Push, Push]:
    """The duplicate and the push that stays."""
    survivor = city.route()
    return again(city), survivor


def merge(pair: tuple[Push, Push], city: City, **options) -> PushMerge:
    duplicate, survivor = pair
    return merges.merge(duplicate, by=acting(city.liaison), survivor=survivor, reason="自建系统重复报送", **options)


def test_it_ends_the_duplicate_and_its_checks_only(pair, city: City):
    merge(pair, city)

    duplicate, survivor = (Push.objects.get(pk=push.pk) for push in pair)
    assert (duplicate.status, duplicate.is_open, duplicate.due_on) == (Push.Status.MERGED, False, None)
    assert (survivor.status, survivor.version) == (pair[1].status, pair[1].version)
    assert CheckTask.objects.open().get().push_number == survivor.number
    assert SupervisedObject.objects.get(status="active").case_number == survivor.case_number


def test_it_keeps_the_place_of_the_duplicate_in_the_sequence(pair, city: City):
    merge(pair, city)

    assert sorted(Push.objects.values_list("sequence", flat=True)) == [1, 2]


def test_it_takes_the_cards_of_the_duplicate_away(pair, city: City):
    ladders.ensure_standard()
    (window,) = windows(EscalationLadder.Purpose.PUSH)
    duplicate = Push.objects.get(pk=pair[0].pk)
    cards.give(duplicate, duplicate.deadline, rungs(window.version)[1], window.version, by=Actor.system("test"))

    merge(pair, city)

    assert not Card.objects.standing().exists()


def test_it_names_the_likely_duplicates(pair):
    assert list(twins_of(pair[0])) == [pair[1]]


def test_it_does_not_take_another_party_for_a_duplicate(city: City):
    survivor = city.route()
    other = again(city, subject=ApplicationFactory(concluded=True).subject)

    assert not twins_of(other).exists()
    with pytest.raises(Refusal) as refusal:
        merge((other, survivor), city)
    assert refusal.value.code == "no_duplicate"


def test_it_refuses_to_merge_a_push_somebody_worked_on(pair, city: City):
    pushes.note(pair[0], by=acting(city.liaison), text="电话联系")  # a remark is no work
    duplicate = pair[0]
    Push.objects.filter(pk=pair[1].pk).update(answers_push=duplicate)  # as if something had been reported back

    with pytest.raises(Refusal) as refusal:
        merge(pair, city)

    assert refusal.value.code == "work_begun"


def test_it_refuses_a_second_merge(pair, city: City):
    merge(pair, city)

    with pytest.raises(StateForbids):
        merge(pair, city)

    assert PushMerge.objects.count() == 1


def test_it_refuses_a_form_opened_before_somebody_acted(pair, city: City):
    pushes.assign(
        pair[0],
        by=acting(city.liaison),
        assignee=StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR]),
    )

    with pytest.raises(StaleVersion):
        merge(pair, city, expected_version=pair[0].version)


def test_it_wants_a_reason(pair, city: City):
    with pytest.raises(Invalid):
        merges.merge(pair[0], by=acting(city.liaison), survivor=pair[1], reason=" ")


def test_a_coordinator_may_merge(pair, city: City):
    merges.merge(pair[0], by=acting(city.coordinator), survivor=pair[1], reason="重复")

    assert PushMerge.objects.get().merged_by == city.coordinator.name


def test_a_stranger_may_not(pair):
    with pytest.raises(NotAllowed):
        merges.merge(pair[0], by=acting(StaffFactory(roles=[Role.LIAISON])), survivor=pair[1], reason="重复")


def test_it_is_undone_with_checks_and_clock(pair, city: City):
    before = Push.objects.get(pk=pair[0].pk)
    merge(pair, city)

    back = merges.unmerge(pair[0], by=acting(city.liaison), reason="两处经营场所")

    assert (back.status, back.next_step, back.due_on, back.is_open) == (
        before.status,
        before.next_step,
        before.due_on,
        True,
    )
    assert set(CheckTask.objects.open().values_list("push_number", flat=True)) == {push.number for push in pair}
    assert SupervisedObject.objects.filter(status="active").count() == 2
    assert PushMerge.objects.get().undone_by == city.liaison.name


def test_an_undone_push_waits_for_its_claim_again(clock, nudges):
    city = build_city(manual=True)
    pair = (again(city), city.route())
    merge(pair, city)

    back = merges.unmerge(pair[0], by=acting(city.liaison), reason="两处经营场所")

    assert (back.status, back.next_step) == (Push.Status.WAITING_CLAIM, Push.NextStep.CLAIM)
    assert back.due_on is not None


def test_it_is_not_undone_once_the_survivor_moved(pair, city: City):
    merge(pair, city)
    colleague = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])
    pushes.assign(pair[1], by=acting(city.liaison), assignee=colleague)

    with pytest.raises(Refusal) as refusal:
        merges.unmerge(pair[0], by=acting(city.liaison), reason="两处经营场所")

    assert refusal.value.code == "survivor_moved"
    assert Push.objects.get(pk=pair[0].pk).status == Push.Status.MERGED


def test_only_a_merged_push_is_unmerged(pair, city: City):
    with pytest.raises(StateForbids):
        merges.unmerge(pair[0], by=acting(city.liaison), reason="误操作")
