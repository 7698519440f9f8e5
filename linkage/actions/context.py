"""What one routing pass knows and need not ask twice: the day, the list, its entries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from approvals.models import Application
from linkage.models import DutyObjection, LinkageEntry, ListVersion, Push
from shenguan.access.actors import Actor
from shenguan.org.absences import Away, away_on
from shenguan.workdays import calendar

ROUTER = Actor.system("linkage.route_events")


@dataclass
class Context:
    """One moment, seen the same by every event of the pass."""

    by: Actor = ROUTER
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=calendar.today)
    _entries: dict[tuple[int, int], list[LinkageEntry]] = field(default_factory=dict)
    _pushes: dict[int, list[Push]] = field(default_factory=dict)
    _moved: dict[int, dict[int, Push]] = field(default_factory=dict)

    def know(self, applications: Iterable[Application]) -> None:
        """Reads, for all cases of the pass at once, what was pushed before. The cases are locked: it stays true."""
        ids = [application.pk for application in applications]
        self._pushes = {pk: [] for pk in ids}
        for push in Push.objects.with_everything().filter(application__in=ids).order_by("id"):
            self._pushes[push.application_id or 0].append(push)
        upheld = DutyObjection.objects.filter(
            push__application__in=ids, push__entry__isnull=False, status=DutyObjection.Status.UPHELD
        ).select_related("push", "new_push__department", "new_push__office", "new_push__owner")
        self._moved = {pk: {} for pk in ids}
        for row in upheld:
            if row.push.entry_id and row.new_push:
                self._moved[row.push.application_id or 0][row.push.entry_id] = row.new_push

    def pushes_of(self, application: Application) -> list[Push]:
        """The pushes of a case before this pass, oldest first."""
        return self._pushes[application.pk]

    def moved_duties(self, application: Application) -> dict[int, Push]:
        """Entry id -> the push by which an upheld objection gave this case's duty to another department."""
        return self._moved[application.pk]

    @cached_property
    def away(self) -> Away:
        """Who is away today, and who stands in for them."""
        return away_on(self.today)

    @cached_property
    def list_in_force(self) -> ListVersion | None:
        """The published version valid today."""
        return ListVersion.objects.valid_on(self.today).order_by("-effective_from").first()

    def list_of(self, application: Application) -> ListVersion | None:
        """The version a case was first routed by, which it keeps (DESIGN §4); for a new case the one in force."""
        kept = (push.list_version for push in self.pushes_of(application) if push.list_version)
        return next(kept, self.list_in_force)

    def entries(self, version: ListVersion | None, item_id: int) -> list[LinkageEntry]:
        """All rows of one item in a version, in list order, with everything a push needs."""
        if version is None:
            return []
        key = (version.pk, item_id)
        if key not in self._entries:
            self._entries[key] = list(
                LinkageEntry.objects.filter(version=version, approval_item_id=item_id)
                .select_related("department", "office", "liaison", "deputy", "supervision_item", "approval_liaison")
                .order_by("sequence", "id")
            )
        return self._entries[key]
