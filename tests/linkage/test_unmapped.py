"""The unmapped worklist."""

import pytest

from linkage.actions import unmapped
from linkage.models import Push, Routing, UnmappedEvent
from shenguan.access.roles import Role
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
