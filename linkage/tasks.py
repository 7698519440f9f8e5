"""Celery's door to the linkage. Tasks hold no rules; each drains what is due and leaves the rest to the next one."""

import time

from celery import shared_task

from linkage.actions import clocks, day_sheets, dispatch, gap_scan, routing

SECONDS = 20.0  # a task ends well before a broker might think it lost


@shared_task
def route_events() -> int:
    """Routes pending events until none is due or the time is over; how many."""
    until = time.monotonic() + SECONDS
    routed = 0
    while time.monotonic() < until and (count := routing.route_pending()):
        routed += count
    return routed


@shared_task
def deliver_due() -> int:
    """Delivers what is due; how many attempts were made."""
    return dispatch.deliver_due(seconds=SECONDS)


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
    """Scans for gaps and closes the days that are over; how many gaps are new."""
    day_sheets.close_due_days()
    return gap_scan.scan().total()
