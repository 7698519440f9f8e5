"""What one routing pass knows and need not ask twice: the day, the list, its entries."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from approvals.models import Application
from linkage.models import DutyObjection, LinkageEntry, ListVersion, Push
from shenguan.access.actors import Actor
from shenguan.org.absences import Away, away_on
from shenguan.org.models import Department, Office, Staff
from shenguan.workdays import calendar

ROUTER = Actor.system("linkage.route_events")
NAMED_BY_PUSH = (
    "department",
    "sender",
    "office",
    "owner",
    "assignee",
    "entry__deputy",
    "supervision_item",
    "list_version",
)
NAMED_BY_ENTRY = ("department", "office", "liaison", "deputy", "supervision_item", "approval_liaison")


@dataclass
class Context:
    """One moment, seen the same by every event of the pass."""

    by: Actor = ROUTER
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=calendar.today)
    closings: list[tuple[Push, str]] = field(default_factory=list)
    _items: set[int] = field(default_factory=set)
    _entries: dict[tuple[int, int], list[LinkageEntry]] = field(default_factory=dict)
    _pushes: dict[int, list[Push]] = field(default_factory=dict)
    _moved: dict[int, dict[int, Push]] = field(default_factory=dict)
    _owners: dict[tuple[object, ...], Staff] = field(default_factory=dict)

    def know(self, applications: Collection[Application]) -> None:
        """Reads, for all cases of the pass at once, what was pushed before. The cases are locked: it stays true."""
        cases = {application.pk: application for application in applications}
        self._items |= {application.item_id for application in applications}
        self._pushes = {pk: [] for pk in cases}
        # prefetched, not joined: the few departments, people and entries behind many pushes are read once
        for push in (
            Push.objects.filter(application__in=cases)
            .select_related("deadline")
            .prefetch_related(*NAMED_BY_PUSH)
            .order_by("id")
        ):
            push.application = case = cases[push.application_id or 0]
            push.subject = case.subject
            self._pushes[case.pk].append(push)
        upheld = DutyObjection.objects.filter(
            push__application__in=cases, push__entry__isnull=False, status=DutyObjection.Status.UPHELD
        ).select_related("push", "new_push__department", "new_push__office", "new_push__owner")
        self._moved = {pk: {} for pk in cases}
        for row in upheld:
            if row.push.entry_id and row.new_push:
                self._moved[row.push.application_id or 0][row.push.entry_id] = row.new_push

    def close_later(self, push: Push, reason: str) -> None:
        """Notes a push of the case at hand that ends with this pass; all of them end together, before others go out."""
        self.closings.append((push, reason))

    def owner(
        self,
        choose: Callable[..., Staff],
        department: Department,
        office: Office | None,
        preferred: Staff | None,
        deputy: Staff | None,
    ) -> Staff:
        """Whom `choose`, one of selectors.owners, names; asked once a pass for the same four."""
        key = (choose, department, office, preferred, deputy)
        if key not in self._owners:
            self._owners[key] = choose(department, office, preferred, deputy=deputy, away=self.away)
        return self._owners[key]

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
        """All rows of one item in a version, in list order, with everything a push needs.

        Asked for the first time it reads those of every item of the pass.
        """
        if version is None:
            return []
        if (version.pk, item_id) not in self._entries:
            items = self._items | {item_id}
            self._entries |= {(version.pk, item): [] for item in items}
            for entry in (
                LinkageEntry.objects.filter(version=version, approval_item__in=items)
                .prefetch_related(*NAMED_BY_ENTRY)
                .order_by("sequence", "id")
            ):
                entry.version = version
                self._entries[version.pk, entry.approval_item_id].append(entry)
        return self._entries[version.pk, item_id]
