"""Giving out numbers without gaps and voiding those that will not be used (DESIGN §4, RULES R7.12)."""

from collections.abc import Collection, Mapping

from django.db import transaction

from shenguan import bulk
from shenguan.access.actors import Actor
from shenguan.identifiers.models import NumberSeries, VoidNumber
from shenguan.refusals import Invalid, Refusal

Series = tuple[str, int]  # key and year


def take(key: str, year: int, count: int = 1) -> list[int]:
    """The next `count` numbers of a series, ascending, first number 1.

    The numbers live and die with the caller's transaction: a rollback gives them back, so no gap appears. The series
    row stays locked until that transaction ends; take numbers as the last thing in it.
    Raises RuntimeError outside a transaction, ValueError when `count` is less than 1.
    """
    return take_many({key: count}, year)[key]


def take_many(wanted: Mapping[str, int], year: int) -> dict[str, list[int]]:
    """`take` for several series of a year at once: key -> its next numbers, by a constant number of statements."""
    taken = take_each({(key, year): count for key, count in wanted.items()})
    return {key: numbers for (key, _), numbers in taken.items()}


def take_each(wanted: Mapping[Series, int]) -> dict[Series, list[int]]:
    """`take_many` for series of several years: two statements, three where a series begins.

    The rows are locked in the order of their keys, so that two callers never wait for each other in a ring.
    """
    if min(wanted.values(), default=1) < 1:
        raise ValueError("count must be at least 1")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("series.take needs the transaction that uses the numbers")
    rows = _lock(wanted)
    if missing := wanted.keys() - rows.keys():
        # The first numbers of a year: two callers may both see no row; the unique constraint lets one row in.
        new = [NumberSeries(key=key, year=year) for key, year in sorted(missing)]
        NumberSeries.objects.bulk_create(new, ignore_conflicts=True)
        rows = _lock(wanted)
    numbers = {}
    for series, count in wanted.items():
        numbers[series] = list(range(rows[series].last + 1, rows[series].last + count + 1))
        rows[series].last += count
    bulk.update(list(rows.values()), ["last"])
    return numbers


def _lock(wanted: Collection[Series]) -> dict[Series, NumberSeries]:
    years = {year for _, year in wanted}
    rows = NumberSeries.objects.select_for_update().filter(key__in={key for key, _ in wanted}, year__in=years)
    return {(row.key, row.year): row for row in rows.order_by("key", "year") if (row.key, row.year) in wanted}


@transaction.atomic
def void(key: str, year: int, number: int, *, reason: str, by: Actor) -> VoidNumber:
    """Records that a number given out will never be used. The caller writes the audit entry.

    Raises Invalid for a number that was never given out or a missing reason, Refusal when it is void already.
    """
    if not reason.strip():
        raise Invalid("请填写作废原因。", {"reason": ["请填写作废原因。"]})
    series = NumberSeries.objects.select_for_update().filter(key=key, year=year).first()
    if series is None or not 1 <= number <= series.last:
        text = f"{year} 年没有发出过第 {number} 号，无需作废。"
        raise Invalid(text, {"number": [text]})
    if VoidNumber.objects.filter(key=key, year=year, number=number).exists():
        raise Refusal("already_void", f"{year} 年第 {number} 号已经作废。")
    return VoidNumber.objects.create(
        key=key, year=year, number=number, reason=reason.strip(), actor_key=by.key, actor_name=by.name
    )
