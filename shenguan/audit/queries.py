"""Questions to the audit trail, written so that each runs along an index."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff


def entries(
    *, actor: str = "", action: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AuditEntry]:
    """Entries by actor (login name, client id or a person's name), action, and days in Shanghai, both included."""
    rows = AuditEntry.objects.select_related("seal")
    if actor:
        keys = [actor, *Staff.objects.filter(name=actor).values_list("username", flat=True)]
        rows = rows.filter(actor_key__in=keys)
    if action:
        rows = rows.filter(action=action)
    if since:
        rows = rows.filter(at__gte=_midnight(since))
    if until:
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
