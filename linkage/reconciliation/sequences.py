"""The check that every recipient's sequence has no gap and nothing double (CONTRACT §3).

A place is taken under the lock of its series until the commit, so all places up to a committed `last` are committed:
each department is read from the place verified last, and never again below it.
"""

from collections.abc import Iterable, Iterator

from linkage.models import Push
from linkage.reconciliation.looks import Gap, Look
from shenguan.identifiers.models import NumberSeries, VoidNumber
from shenguan.org.models import Department

PREFIX = "seq:"


def sequence_gap(look: Look) -> Iterator[Gap]:
    """Runs of places that were given out and are empty; moves `look.places` on."""
    taken = {row.key.removeprefix(PREFIX): row.last for row in NumberSeries.objects.filter(key__startswith=PREFIX)}
    departments = {row.code: row for row in Department.objects.filter(code__in=taken)}
    known: dict[str, list[tuple[int, int]]] = {}
    for key in look.known:
        code, _, run = key.rpartition(":")
        begin, _, end = run.partition("-")
        known.setdefault(code, []).append((int(begin), int(end)))
    for code, department in departments.items():
        runs = list(known.get(code, ()))
        if taken[code] > look.places.get(code, 0):
            runs += _empty_runs(department, look.places.get(code, 0), taken[code])
            look.places[code] = taken[code]
        for first, last in runs:
            if last - first + 1 > _filled(department, first - 1, last):
                yield _gap(department, first, last)


def _filled(department: Department, after: int, last: int) -> int:
    """How many places above `after` up to `last` hold a push or are void on record."""
    pushes = Push.objects.filter(department=department, sequence__gt=after, sequence__lte=last).count()
    void = VoidNumber.objects.filter(key=f"{PREFIX}{department.code}", number__gt=after, number__lte=last).count()
    return pushes + void


def _empty_runs(department: Department, after: int, last: int) -> Iterable[tuple[int, int]]:
    """(first, last) of every run of empty places; one count where nothing is missing."""
    if _filled(department, after, last) == last - after:
        return
    place = after
    there = Push.objects.filter(department=department, sequence__gt=after, sequence__lte=last)
    for sequence in there.order_by("sequence").values_list("sequence", flat=True).iterator():
        if sequence > place + 1:
            yield place + 1, sequence - 1
        place = sequence
    if place < last:
        yield place + 1, last


def _gap(department: Department, first: int, last: int) -> Gap:
    span = f"{first}" if first == last else f"{first}–{last}"
    return Gap(
        f"{department.code}:{first}-{last}",
        f"{department} 序号 {span}",
        f"接收序号 {span} 已发出，但没有对应的推送，也没有作废记录。",
        department=department,
    )
