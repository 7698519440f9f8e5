"""Making a month's statements in the background: the wish is a row, so that it survives a lost broker or worker."""

import logging
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linkage.actions import statements
from linkage.models import StatementRun
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.events import nudge
from shenguan.refusals import Refusal

logger = logging.getLogger(__name__)
MAKING_TASK = "linkage.tasks.make_statements"
LEASE = timedelta(minutes=10)  # without progress for so long, the worker that took it up is dead


@transaction.atomic
def ask(month: date, *, by: Actor) -> StatementRun:
    """Notes the wish and wakes a worker; the run under way if there is one. Raises Refusal, NotAllowed."""
    month = statements.check_month(month, by=by)
    total = statements.receivers(month).count() + 1  # and the city's
    run, is_new = StatementRun.objects.get_or_create(
        month=month, finished_at=None, defaults={"asked_by": by.name, "total": total}
    )
    if is_new:
        audit.record("statement.ask", by=by, target=run, detail={"month": f"{month:%Y-%m}"})
    nudge.after_commit(MAKING_TASK)
    return run


def make_waiting() -> int:
    """Works off what was asked for; how many editions are new. Safe at any time and beside other workers.

    A run that a dead worker left is begun again: what it made already is not made twice.
    """
    made = 0
    while (run := _take()) is not None:
        made += _work(run)
    return made


@transaction.atomic
def _take() -> StatementRun | None:
    free = Q(beat_at__isnull=True) | Q(beat_at__lt=timezone.now() - LEASE)
    waiting = StatementRun.objects.filter(free, finished_at__isnull=True).order_by("pk")
    run = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if run is not None:
        run.beat_at, run.done, run.total = timezone.now(), 0, statements.receivers(run.month).count() + 1
        run.save(update_fields=["beat_at", "done", "total"])
    return run


def _work(run: StatementRun) -> int:
    new = 0
    try:
        for is_new in statements.make_each(run.month, by=statements.MAKER):
            new += is_new
            run.done, run.made, run.beat_at = run.done + 1, run.made + is_new, timezone.now()
            run.total = max(run.total, run.done)
            run.save(update_fields=["done", "made", "total", "beat_at"])
    except Refusal as refusal:
        run.error = refusal.message[:200]
    except Exception:  # whatever the file store may throw: the page has to say that it ended
        logger.exception("the statements of %s could not be made", run.month)
        run.error = "生成中断，请查看日志后重新生成。"
    run.finished_at = timezone.now()
    run.save(update_fields=["error", "finished_at"])
    return new
