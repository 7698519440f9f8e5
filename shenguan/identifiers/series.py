"""Giving out numbers without gaps and voiding those that will not be used (DESIGN §4, RULES R7.12)."""

from django.db import transaction
from django.db.models import F

from shenguan.access.actors import Actor
from shenguan.identifiers.models import NumberSeries, VoidNumber
from shenguan.refusals import Invalid, Refusal


def take(key: str, year: int, count: int = 1) -> list[int]:
    """The next `count` numbers of a series, ascending, first number 1.

    The numbers live and die with the caller's transaction: a rollback gives them back, so no gap appears. The series
    row stays locked until that transaction ends; take numbers as the last thing in it.
    Raises RuntimeError outside a transaction, ValueError when `count` is less than 1.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("series.take needs the transaction that uses the numbers")
    series = NumberSeries.objects.filter(key=key, year=year)
    if not series.update(last=F("last") + count):
        # The first numbers of a year: two callers may both see no row; the unique constraint lets one row in.
        NumberSeries.objects.bulk_create([NumberSeries(key=key, year=year)], ignore_conflicts=True)
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return list(range(last - count + 1, last + 1))


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
