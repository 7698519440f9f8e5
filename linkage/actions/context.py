"""What one routing pass knows and need not ask twice: the day, the list, its entries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from approvals.models import Application
from linkage.models import DutyObjection, LinkageEntry, ListVersion, Push
from shenguan.access.actors import Actor
from shenguan.ledger import Ledger
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
NAMED_BY_CASE = ("item__office", "variant", "department")
NAMED_BY_ENTRY = ("department", "office", "liaison", "deputy", "supervision_item", "approval_liaison")


FEW = (
    8  # cases up to which rows are joined rather than read by table: fewer statements, but shared rows again and again
)
Rows = TypeVar("Rows", bound=models.QuerySet[Any, Any])


def named(rows: Rows, names: Sequence[str], *, few: bool) -> Rows:
    """The rows with what they point to: joined for a few, each shared row read but once for many."""
    return rows.select_related(*names) if few else rows.prefetch_related(*names)


@dataclass
class Context:
    """One moment, seen the same by every event of the pass."""

    by: Actor = ROUTER
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=calendar.today)
    closings: list[tuple[Push, str]] = field(default_factory=list)
    ledger: Ledger = field(init=False)
    _items: set[int] = field(default_factory=set)
    _entries: dict[tuple[int, int], list[LinkageEntry]] = field(default_factory=dict)
    _pushes: dict[int, list[Push]] = field(default_factory=dict)
    _moved: dict[int, dict[int, Push]] = field(default_factory=dict)
    _owners: dict[tuple[object, ...], Staff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Opens the ledger of whoever acts."""
        self.ledger = Ledger(self.by)

    def know(self, applications: Collection[Application]) -> None:
        """Reads, for all cases of the pass at once, what was pushed before. The cases are locked: it stays true."""
        cases = {application.pk: application for application in applications}
        self._items |= {application.item_id for application in applications}
        self._pushes = {pk: [] for pk in cases}
        self._moved = {pk: {} for pk in cases}
        if not cases:
            return
        rows = Push.objects.filter(application__in=cases).select_related("deadline").order_by("id")
        for push in named(rows, NAMED_BY_PUSH, few=len(cases) <= FEW):
            push.application = case = cases[push.application_id or 0]
            push.subject = case.subject
            self._pushes[case.pk].append(push)
        rerouted = [push for pushes in self._pushes.values() for push in pushes if push.status == Push.Status.REROUTED]
        self._know_moved(rerouted)

    def _know_moved(self, rerouted: Sequence[Push]) -> None:
        """Reads where upheld objections took the duties of these pushes; none are asked about without any."""
        if not rerouted:
            return
        upheld = DutyObjection.objects.filter(
            push__in=rerouted, push__entry__isnull=False, status=DutyObjection.Status.UPHELD
        ).select_related("push", "new_push__department", "new_push__office", "new_push__owner")
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
        return next(kept, None) or self.list_in_force

    def entries(self, version: ListVersion | None, item_id: int) -> list[LinkageEntry]:
        """All rows of one item in a version, in list order, with everything a push needs.

        Asked for the first time it reads those of every item of the pass.
        """
        if version is None:
            return []
        if (version.pk, item_id) not in self._entries:
            items = self._items | {item_id}
            self._entries |= {(version.pk, item): [] for item in items}
            rows = LinkageEntry.objects.filter(version=version, approval_item__in=items).order_by("sequence", "id")
            for entry in named(rows, NAMED_BY_ENTRY, few=len(items) <= FEW):
                entry.version = version
                self._entries[version.pk, entry.approval_item_id].append(entry)
        return self._entries[version.pk, item_id]
