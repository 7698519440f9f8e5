"""Many small numbers by one statement."""

import pytest

from shenguan.counting import count_each
from shenguan.org.models import Department, Staff
from tests.factories.ground import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_it_counts_each_by_one_statement(django_assert_num_queries):
    DepartmentFactory.create_batch(2, is_active=True)
    everybody = Department.objects.select_related("region").order_by("name")

    with django_assert_num_queries(1):
        numbers = count_each(
            {"all": everybody, "closed": everybody.filter(is_active=False), "staff": Staff.objects.all()}
        )

    assert numbers == {"all": 2, "closed": 0, "staff": 0}


def test_it_counts_what_cannot_hold_anything_as_none():
    assert count_each({"nobody": Staff.objects.none(), "departments": Department.objects.all()}) == {
        "nobody": 0,
        "departments": 0,
    }


def test_it_asks_nothing_without_a_question(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_each({}) == {}
