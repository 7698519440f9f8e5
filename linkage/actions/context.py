"""What one routing pass knows and need not ask twice: the day, the list, its entries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from approvals.models import Application
from linkage.models import LinkageEntry, ListVersion, Push
from shenguan.access.actors import Actor
from shenguan.workdays import calendar

ROUTER = Actor.system("linkage.route_events")


@dataclass
class Context:
    """One moment, seen the same by every event of the pass."""

    by: Actor = ROUTER
    now: datetime = field(default_factory=timezone.now)
    today: date = field(default_factory=calendar.today)
    _entries: dict[tuple[int, int], list[LinkageEntry]] = field(default_factory=dict)

    @cached_property
    def list_in_force(self) -> ListVersion | None:
        """The published version valid today."""
        return ListVersion.objects.valid_on(self.today).order_by("-effective_from").first()

    def list_of(self, application: Application) -> ListVersion | None:
        """The version a case was first routed by, which it keeps (DESIGN §4); for a new case the one in force."""
        earlier = (
            Push.objects.filter(application=application, list_version__isnull=False)
            .order_by("id")
            .select_related("list_version")
            .first()
        )
        return earlier.list_version if earlier else self.list_in_force

    def entries(self, version: ListVersion | None, item_id: int) -> list[LinkageEntry]:
        """All rows of one item in a version, in list order, with everything a push needs."""
        if version is None:
            return []
        key = (version.pk, item_id)
        if key not in self._entries:
            self._entries[key] = list(
                LinkageEntry.objects.filter(version=version, approval_item_id=item_id)
                .select_related("department", "office", "liaison", "supervision_item", "approval_liaison")
                .order_by("sequence", "id")
            )
        return self._entries[key]
