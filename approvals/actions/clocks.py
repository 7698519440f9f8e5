"""What time does by itself: deemed acceptance and overdue tolerance. Safe to run at any time, any number of times."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from approvals.actions import acceptance, tolerance
from approvals.models import Application
from shenguan.access.actors import Actor
from shenguan.refusals import Refusal
from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

logger = logging.getLogger(__name__)

Status = Application.Status
JOB = "approval-clocks"


@dataclass(frozen=True)
class Outcome:
    """How many cases one pass moved."""

    deemed_accepted: int
    terminated: int


def run() -> Outcome:
    """One pass. Each case is its own transaction; one that somebody moved meanwhile is left alone."""
    return Outcome(deemed_accepted=_accept_unanswered(), terminated=_terminate_overdue())


def _accept_unanswered() -> int:
    """No word within five working days (R1.04), or no acceptance on the day the corrections were complete (R1.05)."""
    today = calendar.today()
    received = Application.objects.filter(status=Status.RECEIVED, source=Application.Source.WINDOW)
    silent = received.filter(
        corrected_on=None, correction_deadline__state=Deadline.State.OPEN, correction_deadline__due_on__lt=today
    )
    corrected = received.filter(corrected_on__lt=today)
    by = Actor.system(JOB)
    return sum(
        _moved(application, lambda case: acceptance.deem_accepted(case, by=by))
        for application in [*silent.order_by("id"), *corrected.order_by("id")]
    )


def _terminate_overdue() -> int:
    """Tolerated papers did not come in time (R3.06)."""
    overdue = Application.objects.filter(
        status__in=[Status.ACCEPTED, Status.EXAMINED],
        tolerance_deadline__state=Deadline.State.OPEN,
        tolerance_deadline__due_on__lt=calendar.today(),
    )
    by = Actor.system(JOB)
    return sum(
        _moved(application, lambda case: tolerance.expire(case, by=by)) for application in overdue.order_by("id")
    )


def _moved(application: Application, act: Callable[[Application], object]) -> bool:
    """Whether the act happened. A refusal is the normal answer when a clerk was faster."""
    try:
        act(application)
    except Refusal as refusal:
        logger.info("clocks left %s alone: %s", application, refusal.code)
        return False
    except Exception:  # one broken case must not stop the clocks of all others
        logger.exception("clocks could not move %s", application)
        return False
    return True
