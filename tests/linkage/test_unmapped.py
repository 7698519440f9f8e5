"""The unmapped worklist."""

import pytest

from linkage.actions import unmapped
from linkage.models import Push, Routing, UnmappedEvent
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from tests.factories.approvals import ApplicationFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory
from tests.linkage.conftest import City, acting, happen, route_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(city: City) -> UnmappedEvent:
    """A concluded case of an item the list does not know."""
    happen(ApplicationFactory(concluded=True), "approval.concluded")
    route_all()
    return UnmappedEvent.objects.get()


def test_it_pushes_once_the_list_knows_the_item(waiting: UnmappedEvent, city: City):
    entry = LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item)

    item = unmapped.reroute(waiting, by=acting(city.coordinator))

    assert Push.objects.get().department == entry.department
    assert (item.status, Routing.objects.get().outcome, item.deadline.state) == ("routed", "pushed", "met")


def test_it_refuses_while_the_list_does_not_know_the_item(waiting: UnmappedEvent, city: City):
    with pytest.raises(Refusal) as refusal:
        unmapped.reroute(waiting, by=acting(city.coordinator))

    waiting.refresh_from_db()
    assert (refusal.value.code, waiting.status) == ("still_unmapped", "open")


def test_it_pushes_only_once(waiting: UnmappedEvent, city: City):
    LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item)
    unmapped.reroute(waiting, by=acting(city.coordinator))

    with pytest.raises(StateForbids):
        unmapped.reroute(waiting, by=acting(city.coordinator))

    assert Push.objects.count() == 1


def test_it_sets_an_event_aside_with_a_reason(waiting: UnmappedEvent, city: City):
    item = unmapped.dismiss(waiting, by=acting(city.coordinator), remedy="一次性活动，无后续监管")

    assert (item.status, item.remedy, Routing.objects.get().outcome) == (
        "dismissed",
        "一次性活动，无后续监管",
        "not_applicable",
    )


def test_it_refuses_to_set_aside_without_a_reason(waiting: UnmappedEvent, city: City):
    with pytest.raises(Invalid):
        unmapped.dismiss(waiting, by=acting(city.coordinator), remedy="")


def test_it_lets_the_list_administrator_of_the_department_work(waiting: UnmappedEvent):
    keeper = StaffFactory(department=waiting.application.department, roles=[Role.LIST_ADMIN])

    assert unmapped.dismiss(waiting, by=acting(keeper), remedy="不需要").status == "dismissed"


def test_it_refuses_the_list_administrator_of_another_department(waiting: UnmappedEvent):
    with pytest.raises(NotAllowed):
        unmapped.dismiss(waiting, by=acting(StaffFactory(roles=[Role.LIST_ADMIN])), remedy="不需要")


def test_it_reroutes_every_waiting_event_the_list_knows_by_now(waiting: UnmappedEvent, city: City):
    unknown = happen(ApplicationFactory(concluded=True), "approval.concluded")
    late = happen(waiting.application, "approval.accepted")
    route_all()
    stages = ["accepted", "concluded"]
    LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item, stages=stages)
    by = acting(city.coordinator)
    assert {row.event_id for row in unmapped.covered(by=by)} == {waiting.event_id, late.pk}

    assert unmapped.reroute_covered(by=by) == 2

    assert set(Push.objects.values_list("event_id", flat=True)) == {waiting.event_id, late.pk}
    assert list(UnmappedEvent.objects.filter(status="open").values_list("event_id", flat=True)) == [unknown.pk]
    waiting.refresh_from_db()
    assert (waiting.status, waiting.resolved_by, waiting.deadline.state) == ("routed", city.coordinator.name, "met")
    kept = Routing.objects.get(event=waiting.event)
    assert (kept.outcome, kept.push_count, kept.list_version) == ("pushed", 1, city.entry.version)


def test_it_reroutes_nothing_twice(waiting: UnmappedEvent, city: City):
    LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item)
    by = acting(city.coordinator)
    assert (unmapped.reroute_covered(by=by), unmapped.reroute_covered(by=by)) == (1, 0)
    assert Push.objects.count() == 1


def test_it_leaves_other_departments_events_to_their_list_administrators(waiting: UnmappedEvent, city: City):
    LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item)
    assert unmapped.reroute_covered(by=acting(StaffFactory(roles=[Role.LIST_ADMIN]))) == 0
    assert not Push.objects.exists()


def test_it_lets_nobody_else_reroute(waiting: UnmappedEvent, city: City):
    with pytest.raises(NotAllowed):
        unmapped.reroute_covered(by=acting(city.liaison))


def test_it_costs_the_same_for_many_as_for_few(city: City, django_assert_max_num_queries):
    first = ApplicationFactory(concluded=True)
    for case in [first, *ApplicationFactory.create_batch(7, concluded=True, variant=first.variant)]:
        happen(case, "approval.concluded")
    route_all()
    LinkageEntryFactory(version=city.entry.version, approval_item=first.item)
    with django_assert_max_num_queries(75):
        assert unmapped.reroute_covered(by=acting(city.coordinator)) == 8


def test_it_is_handed_over_with_its_deadline(waiting: UnmappedEvent, city: City):
    heir = StaffFactory(department=waiting.application.department, roles=[Role.LIST_ADMIN])
    item = unmapped.hand_over(waiting, by=acting(city.coordinator), owner=heir)
    item.refresh_from_db()
    assert (item.owner, item.status, item.deadline_id) == (heir, "open", waiting.deadline_id)
    assert Notice.objects.filter(staff=heir, kind="unmapped.opened").exists()


def test_it_is_handed_only_to_somebody_who_may_work_it_off(waiting: UnmappedEvent, city: City):
    with pytest.raises(Invalid):
        unmapped.hand_over(waiting, by=acting(city.coordinator), owner=StaffFactory(roles=[Role.LIST_ADMIN]))
    waiting.refresh_from_db()
    assert waiting.owner == city.coordinator


def test_it_is_not_handed_over_once_settled(waiting: UnmappedEvent, city: City):
    unmapped.dismiss(waiting, by=acting(city.coordinator), remedy="无后续监管")
    with pytest.raises(StateForbids):
        unmapped.hand_over(waiting, by=acting(city.coordinator), owner=city.coordinator)
