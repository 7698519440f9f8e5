"""Celery's door to the linkage. Tasks hold no rules; each drains what is due and leaves the rest to the next one."""

import threading
import time

from celery import Task, shared_task
from celery.worker import state

from linkage.actions import clocks, day_sheets, dispatch, gap_scan, routing, statement_runs, statements
from shenguan.events import nudge
from shenguan.events.kinds import ROUTING_TASK
from shenguan.turns import Turns

SECONDS = 20.0  # a task ends well before a broker might think it lost
STAND_BY_SECONDS = 60.0
_routing = Turns()


@shared_task(bind=True)
def route_events(self: Task) -> int:
    """Routes pending events until none is due or the time is over; how many. In a worker one thread does so for all
    that ask: together events cost less than one by one."""
    return _route() if self.request.called_directly else _routing.run(_route)


def _route() -> int:
    until = time.monotonic() + SECONDS
    routed = 0
    while count := routing.route_pending():
        routed += count
        if time.monotonic() > until:
            nudge.send(ROUTING_TASK)
            break
    return routed


@shared_task(bind=True)
def deliver_due(self: Task) -> int:
    """Delivers what is due; how many attempts were made. In a thread of a worker it then stands by for more."""
    if self.request.called_directly or threading.current_thread() is threading.main_thread():
        return dispatch.deliver_due(seconds=SECONDS)
    return dispatch.stand_by(seconds=STAND_BY_SECONDS, stopping=_stopping)


def _stopping() -> bool:
    """The worker was told to end."""
    return state.should_stop is not None


@shared_task
def escalate_due() -> int:
    """Reminds and escalates; how many clocks."""
    until = time.monotonic() + SECONDS
    told = 0
    while time.monotonic() < until and (count := clocks.escalate_due()):
        told += count
    return told


@shared_task
def reconcile() -> int:
    """Closes the days that are over, makes last month's statements, scans for gaps; how many gaps are new."""
    day_sheets.close_due_days()
    statements.make_due()
    return gap_scan.scan().total()


@shared_task
def make_statements() -> int:
    """Statements that coordinators asked for; how many editions are new."""
    return statement_runs.make_waiting()
