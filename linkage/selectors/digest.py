"""What the daily digest says about pushes."""

from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from linkage.models import Push
from shenguan.notify.digests import Workload


def workloads(today: date) -> dict[int, Workload]:
    """Open pushes of everybody who handles some, by person; one query over open work."""
    rows = (
        Push.objects.open()
        .exclude(next_step=Push.NextStep.AWAIT)  # the other side's turn
        .order_by()
        .values(handled_by=Coalesce("assignee_id", "owner_id"))
        .annotate(
            number=Count("pk"),
            today=Count("pk", filter=Q(due_on=today)),
            late=Count("pk", filter=Q(due_on__lt=today)),
        )
    )
    return {row["handled_by"]: Workload(row["number"], row["today"], row["late"]) for row in rows}
