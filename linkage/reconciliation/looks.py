"""What one look of the gap scan is given, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from linkage.models import Discrepancy
from shenguan.org.models import Department, Staff

Kind = Discrepancy.Kind

GRACE = timedelta(minutes=5)  # younger rows may still be on their way
STUCK = timedelta(minutes=30)  # work that nobody has taken up for so long is not on its way any more
OVERLAP = timedelta(hours=1)  # looked at twice, for transactions that commit late; longer than STUCK
MOST = 5000  # findings of one kind in one scan; the next scan finds the rest once these are worked off


@dataclass(frozen=True)
class Look:
    """One moment and one window: rows with an id above `after`, and those whose gap is known and still there."""

    now: datetime
    today: date
    after: int = 0
    known: Sequence[str] = ()  # keys of discrepancies of this kind that are still there
    is_full: bool = False  # the first look of a day, which leaves nothing out
    places: dict[str, int] = field(default_factory=dict)  # of the sequence check; the finder moves them on

    @property
    def settled_before(self) -> datetime:
        """What was written before this has had its time."""
        return self.now - GRACE

    @property
    def known_ids(self) -> list[int]:
        """The known keys of a kind whose keys are ids."""
        return [int(key) for key in self.known]

    def window(self, name: str = "pk") -> Q:
        """New rows and known gaps, by ids only: what lies between them is never read again."""
        wanted = Q(**{f"{name}__gt": self.after})
        return wanted | Q(**{f"{name}__in": self.known_ids}) if self.known else wanted


@dataclass(frozen=True)
class Gap:
    """One thing that is not as it should be. `owner` None: a coordinator's."""

    key: str
    label: str
    detail: str
    department: Department | None = None
    owner: Staff | None = None
    push_id: int | None = None
