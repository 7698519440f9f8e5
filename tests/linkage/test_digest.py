"""What the daily digest says about pushes."""

from datetime import date, timedelta

import pytest

from linkage.selectors.digest import workloads
from shenguan.notify.digests import Workload
from tests.factories.ground import StaffFactory
from tests.factories.linkage import PushFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def test_it_counts_open_pushes_by_their_deadline(clock):
    owner = StaffFactory()
    for days in (-1, 0, 0, 1):
        PushFactory(owner=owner, due_on=TODAY + timedelta(days=days))
    assert workloads(TODAY)[owner.pk] == Workload(open=4, due_today=2, overdue=1)


def test_what_was_assigned_counts_for_the_assignee(clock):
    push = PushFactory(assignee=StaffFactory(), due_on=TODAY)
    assert workloads(TODAY) == {push.assignee.pk: Workload(1, 1, 0)}


def test_what_is_done_or_waits_for_the_other_side_does_not_count(clock):
    PushFactory(closed=True, due_on=TODAY)
    PushFactory(fed_back=True, due_on=TODAY)
    assert workloads(TODAY) == {}


def test_a_push_without_a_deadline_is_neither_due_nor_late(clock):
    push = PushFactory(due_on=None)
    assert workloads(TODAY) == {push.owner.pk: Workload(1, 0, 0)}


def test_it_costs_one_query(clock, django_assert_num_queries):
    PushFactory.create_batch(3)
    with django_assert_num_queries(1):
        workloads(TODAY)
