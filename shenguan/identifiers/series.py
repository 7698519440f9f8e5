"""Giving out numbers without gaps and voiding those that will not be used (DESIGN §4, RULES R7.12)."""

from collections.abc import Mapping

from django.db import connection, transaction

from shenguan.access.actors import Actor
from shenguan.identifiers.models import NumberSeries, VoidNumber
from shenguan.refusals import Invalid, Refusal

Series = tuple[str, int]  # key and year
_ADVANCE = """
WITH wanted AS (SELECT * FROM UNNEST(%s::text[], %s::int[], %s::bigint[]) AS one(key, year, count)), locked AS (
    SELECT series.id, wanted.count FROM identifiers_numberseries AS series
    JOIN wanted ON wanted.key = series.key AND wanted.year = series.year
    ORDER BY series.key, series.year FOR UPDATE OF series
)
UPDATE identifiers_numberseries AS series SET last = series.last + locked.count
FROM locked WHERE series.id = locked.id RETURNING series.key, series.year, series.last"""


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
    last = _advance(wanted)
    if missing := wanted.keys() - last.keys():
        # The first numbers of a year: two callers may both see no row; the unique constraint lets one row in.
        new = [NumberSeries(key=key, year=year) for key, year in sorted(missing)]
        NumberSeries.objects.bulk_create(new, ignore_conflicts=True)
        last |= _advance({series: wanted[series] for series in missing})
    return {series: list(range(last[series] - count + 1, last[series] + 1)) for series, count in wanted.items()}


def _advance(wanted: Mapping[Series, int]) -> dict[Series, int]:
    """Locks the rows that are there, in the order of their keys, and moves them on; their new last numbers.

    PostgreSQL does both in one statement, so that a series is locked for one round trip less.
    """
    keys, years = [key for key, _ in wanted], [year for _, year in wanted]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, [keys, years, list(wanted.values())])
            return {(key, year): last for key, year, last in cursor.fetchall()}
    found = NumberSeries.objects.select_for_update().filter(key__in=keys, year__in=years).order_by("key", "year")
    rows = [row for row in found if (row.key, row.year) in wanted]
    for row in rows:
        row.last += wanted[row.key, row.year]
    NumberSeries.objects.bulk_update(rows, ["last"])
    return {(row.key, row.year): row.last for row in rows}


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
