"""The stages of the list beyond 受理 and 办结: later facts of a permit go where the rows ask for them."""

import pytest

from linkage.models import LinkageEntry, Push, Routing
from tests.factories.linkage import LinkageEntryFactory
from tests.linkage.conftest import City, route_all

pytestmark = pytest.mark.django_db


def told(city: City, change: str) -> set[Push]:
    """The pushes of one later fact, once the duty is there."""
    city.route()
    event = city.happen("permit.changed", change=change, reason="住所变更")
    route_all()
    return set(Push.objects.filter(event=event))


def stages(city: City, *names: str) -> None:
    LinkageEntry.objects.filter(pk=city.entry.pk).update(stages=["concluded", *names])


@pytest.mark.parametrize(
    ("named", "change", "hears"),
    [
        ((), "changed", True),  # a row that names no such stage leaves nothing out
        ((), "renewed", True),
        (("changed",), "changed", True),
        (("changed",), "renewed", False),
        (("renewed",), "changed", False),
        (("changed",), "cancelled", True),  # the end of a permit ends the duty: always told
        (("renewed",), "suspended", True),
        (("ended",), "expired", True),
        (("ended",), "changed", False),
    ],
)
def test_the_holder_of_the_duty_hears_of_what_the_row_names(city, named, change, hears):
    stages(city, *named)

    assert bool(told(city, change)) is hears


def test_what_the_list_leaves_out_is_said(city):
    stages(city, "renewed")
    told(city, "changed")

    routing = Routing.objects.get(event__kind="permit.changed")
    assert (routing.outcome, routing.reason) == ("not_applicable", "清单规定许可变更时不推送")


@pytest.mark.parametrize(("change", "count"), [("cancelled", 2), ("changed", 1)])
def test_a_department_that_only_wants_to_hear_of_the_end_hears_of_it(city, change, count):
    beside = LinkageEntryFactory(version=city.entry.version, approval_item=city.entry.approval_item, stages=["ended"])

    pushes = told(city, change)

    assert len(pushes) == count
    assert (beside.department in {push.department for push in pushes}) is (count == 2)


def test_a_row_whose_condition_does_not_hold_is_not_told(city):
    LinkageEntryFactory(
        version=city.entry.version,
        approval_item=city.entry.approval_item,
        stages=["changed"],
        condition="设有食堂",
    )

    assert len(told(city, "changed")) == 1


def test_nobody_is_told_twice(city):
    stages(city, "changed", "ended")

    assert len(told(city, "cancelled")) == 1
