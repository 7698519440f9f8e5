"""Which wording of which ladder governs a clock: the one in force on the day the clock began."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Prefetch, Q, QuerySet

from linkage.models import EscalationLadder, LadderVersion
from shenguan.workdays.models import Deadline


@dataclass(frozen=True)
class Window:
    """One version with the starting days of the clocks it governs; `until` is the first day it does not."""

    version: LadderVersion
    until: date | None

    def clocks(self) -> Q:
        """Condition on a row with a `deadline`."""
        wanted = Q(deadline__start_on__gte=self.version.valid_from)
        return wanted & Q(deadline__start_on__lt=self.until) if self.until else wanted

    def holds(self, clock: Deadline, chosen: int | None) -> bool:
        """Whether it governs a clock whose entry chose this ladder, or none."""
        ladder = self.version.ladder
        is_chosen = ladder.pk == chosen or (chosen is None and ladder.is_default)
        return is_chosen and self.version.valid_from <= clock.start_on < (self.until or date.max)

    def pushes(self) -> Q:
        """Condition on pushes: their entry chose this ladder, or none and this is the default one."""
        chosen = Q(entry__ladder=self.version.ladder_id)
        if self.version.ladder.is_default:
            chosen |= Q(entry__ladder__isnull=True)
        return chosen & self.clocks()


def all_ladders() -> "QuerySet[EscalationLadder]":
    """Every ladder with its versions, the newest first."""
    newest_first = LadderVersion.objects.select_related("ladder").order_by("-number")
    return EscalationLadder.objects.prefetch_related(Prefetch("versions", queryset=newest_first))


def wordings_on(day: date, purpose: EscalationLadder.Purpose) -> dict[int | None, LadderVersion]:
    """By ladder the version a clock started on this day would keep; under None the one of entries without a choice."""
    rows = LadderVersion.objects.filter(ladder__purpose=purpose, valid_from__lte=day).select_related("ladder")
    found: dict[int | None, LadderVersion] = {}
    for row in rows.order_by("number"):
        found[row.ladder_id] = row
        if row.ladder.is_default:
            found[None] = row
    return found


def windows(purpose: EscalationLadder.Purpose) -> Iterator[Window]:
    """Every version that may govern a clock. Of two made on one day the later one holds."""
    for ladder in all_ladders().filter(purpose=purpose):
        versions = [*reversed(ladder.versions.all())]
        for version, following in pairwise([*versions, None]):
            until = following.valid_from if following else None
            if version and version.valid_from != until:
                yield Window(version, until)
