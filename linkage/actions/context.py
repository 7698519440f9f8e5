"""What one routing pass knows and need not ask twice: the day, the list, its entries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial

from django.utils import timezone

from approvals.models import Application
from linkage.models import DutyObjection, LinkageEntry, ListVersion, Push
from linkage.selectors import directory
from linkage.selectors.directory import Directory
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
NAMED_BY_ENTRY = ("version", "department", "office", "liaison", "deputy", "supervision_item", "approval_liaison")


@dataclass
class Context:
    """One moment, seen the same by every event of the pass."""

    by: Actor = ROUTER
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=calendar.today)
    closings: list[tuple[Push, str]] = field(default_factory=list)
    ledger: Ledger = field(init=False)
    _items: set[int] = field(default_factory=set)
    _pushes: dict[int, list[Push]] = field(default_factory=dict)
    _moved: dict[int, dict[int, Push]] = field(default_factory=dict)

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
        rows = list(Push.objects.filter(application__in=cases).select_related("deadline").order_by("id"))
        self.directory.name(rows, *NAMED_BY_PUSH)
        for push in rows:
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
        """Whom `choose`, one of selectors.owners, names; asked once a day for the same four while nothing changes."""
        key = (choose, self.today, department, office, preferred, deputy)
        return self.directory.keep(key, lambda: choose(department, office, preferred, deputy=deputy, away=self.away))

    def pushes_of(self, application: Application) -> list[Push]:
        """The pushes of a case before this pass, oldest first."""
        return self._pushes[application.pk]

    def moved_duties(self, application: Application) -> dict[int, Push]:
        """Entry id -> the push by which an upheld objection gave this case's duty to another department."""
        return self._moved[application.pk]

    @cached_property
    def directory(self) -> Directory:
        """Reference data as it was when this pass first asked for it."""
        return directory.current()

    @property
    def away(self) -> Away:
        """Who is away today, and who stands in for them."""
        return self.directory.keep(("away", self.today), lambda: away_on(self.today))

    @property
    def list_in_force(self) -> ListVersion | None:
        """The published version valid today."""
        versions = ListVersion.objects.valid_on(self.today).order_by("-effective_from")
        return self.directory.keep(("list", self.today), versions.first)

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
        missing = [item for item in {*self._items, item_id} if not self.directory.has(("entries", version.pk, item))]
        if missing:
            self._read_entries(version, missing)
        entries: list[LinkageEntry] = self.directory.keep(("entries", version.pk, item_id), list)
        return entries

    def _read_entries(self, version: ListVersion, items: Collection[int]) -> None:
        rows = list(LinkageEntry.objects.filter(version=version, approval_item__in=items).order_by("sequence", "id"))
        self.directory.name(rows, *NAMED_BY_ENTRY)
        for item in items:
            found = [row for row in rows if row.approval_item_id == item]
            self.directory.keep(("entries", version.pk, item), partial(list, found))
