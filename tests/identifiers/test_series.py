"""Gapless numbers and recorded voids (DESIGN §4, RULES R7.12)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from shenguan.access.actors import Actor
from shenguan.identifiers import series
from shenguan.identifiers.models import NumberSeries, VoidNumber
from shenguan.refusals import Invalid, Refusal

QUERIES = 1 if connection.vendor == "postgresql" else 2
CLERK = Actor("staff", "qinxy", "秦晓燕")


@pytest.mark.django_db
def test_it_starts_at_one_and_goes_on():
    assert series.take("YZ", 2026) + series.take("YZ", 2026, 3) + series.take("YZ", 2026) == [1, 2, 3, 4, 5]


@pytest.mark.django_db
def test_it_starts_anew_each_year():
    series.take("YZ", 2026, 7)
    assert series.take("YZ", 2027) == [1]


@pytest.mark.django_db
def test_it_counts_each_key_by_itself():
    series.take("YZ", 2026, 7)
    assert series.take("TS", 2026) == [1]


@pytest.mark.django_db
def test_it_gives_numbers_of_a_rolled_back_transaction_out_again():
    series.take("YZ", 2026)
    with transaction.atomic():
        series.take("YZ", 2026, 5)
        transaction.set_rollback(True)
    assert series.take("YZ", 2026) == [2]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, -1])
def test_it_refuses_to_take_nothing(count):
    with pytest.raises(ValueError, match="at least 1"):
        series.take("YZ", 2026, count)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_work_outside_a_transaction():
    with pytest.raises(RuntimeError):
        series.take("YZ", 2026)


@pytest.mark.django_db
def test_it_costs_the_same_whatever_the_count(django_assert_num_queries):
    series.take("YZ", 2026)
    with django_assert_num_queries(QUERIES):
        series.take("YZ", 2026, 500)


@pytest.mark.django_db
def test_it_takes_from_a_series_that_goes_on_and_from_a_new_one_at_once():
    series.take("YZ", 2026, 4)
    assert series.take_many({"YZ": 1, "TS": 2}, 2026) == {"YZ": [5], "TS": [1, 2]}


@pytest.mark.django_db
def test_it_takes_nothing_when_nothing_is_wanted():
    assert series.take_many({}, 2026) == {}


def test_it_leaves_no_gap_and_no_double_when_many_write_at_once(committing_database):
    def writer(index):
        kept = []
        for turn in range(10):
            gives_up = (index + turn) % 4 == 0
            with transaction.atomic():
                taken = series.take("YZ", 2026, turn % 3 + 1)
                transaction.set_rollback(gives_up)
            kept += [] if gives_up else taken
        connection.close()
        return kept

    with ThreadPoolExecutor(6) as pool:
        kept = sorted(number for numbers in pool.map(writer, range(6)) for number in numbers)
    assert kept == list(range(1, len(kept) + 1))


@pytest.mark.django_db
def test_it_records_a_void_with_who_and_why():
    series.take("YZ", 2026, 3)
    series.void("YZ", 2026, 2, reason=" 打印错误 ", by=CLERK)
    row = VoidNumber.objects.get()
    assert (row.key, row.year, row.number, row.reason) == ("YZ", 2026, 2, "打印错误")
    assert (row.actor_key, row.actor_name) == ("qinxy", "秦晓燕")


@pytest.mark.django_db
def test_it_does_not_give_a_void_number_out_again():
    series.take("YZ", 2026, 3)
    series.void("YZ", 2026, 3, reason="打印错误", by=CLERK)
    assert series.take("YZ", 2026) == [4]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 4])
def test_it_refuses_to_void_a_number_never_given_out(number):
    series.take("YZ", 2026, 3)
    with pytest.raises(Invalid) as refused:
        series.void("YZ", 2026, number, reason="打印错误", by=CLERK)
    assert list(refused.value.errors) == ["number"]


@pytest.mark.django_db
def test_it_refuses_to_void_in_a_year_without_numbers():
    series.take("YZ", 2026)
    with pytest.raises(Invalid):
        series.void("YZ", 2025, 1, reason="打印错误", by=CLERK)


@pytest.mark.django_db
def test_it_refuses_to_void_twice():
    series.take("YZ", 2026)
    series.void("YZ", 2026, 1, reason="打印错误", by=CLERK)
    with pytest.raises(Refusal) as refused:
        series.void("YZ", 2026, 1, reason="再来一次", by=CLERK)
    assert refused.value.code == "already_void"


@pytest.mark.django_db
def test_it_refuses_a_void_without_a_reason():
    series.take("YZ", 2026)
    with pytest.raises(Invalid) as refused:
        series.void("YZ", 2026, 1, reason="  ", by=CLERK)
    assert list(refused.value.errors) == ["reason"]


@pytest.mark.django_db
def test_it_keeps_a_void_for_good():
    series.take("YZ", 2026)
    row = series.void("YZ", 2026, 1, reason="打印错误", by=CLERK)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert VoidNumber.objects.count() == 1


def test_it_reads_well():
    assert str(NumberSeries(key="YZ", year=2026, last=3)) == "YZ 2026：3"
    assert str(VoidNumber(key="YZ", year=2026, number=3)) == "YZ 2026-3 作废"


@pytest.mark.django_db
def test_it_takes_from_many_series_by_a_constant_number_of_queries(django_assert_num_queries):
    with transaction.atomic():
        assert series.take_many({"seq:B": 2, "seq:A": 1}, 0) == {"seq:B": [1, 2], "seq:A": [1]}
        with django_assert_num_queries(QUERIES):
            assert series.take_many({"seq:A": 3, "seq:B": 1}, 0) == {"seq:A": [2, 3, 4], "seq:B": [3]}


@pytest.mark.django_db
def test_it_takes_nothing_from_any_series_when_one_count_is_no_number():
    with transaction.atomic(), pytest.raises(ValueError, match="at least 1"):
        series.take_many({"seq:A": 1, "seq:B": 0}, 0)
    assert not NumberSeries.objects.exists()
