"""From the commit of a decision to the push in the supervisor's inbox, with a worker and beat of our own running."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from approvals.actions import permits
from credit.models import Subject
from linkage.bench.figures import summary
from linkage.bench.people import actor, case_before_issue
from linkage.models import Push

PATIENCE_SECONDS = 30
WARM_UP_SECONDS = 5
CELERY = [sys.executable, "-m", "celery", "-A", "shenguan"]
WORKER = [*CELERY, "worker", "--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"]


@contextmanager
def worker() -> Iterator[None]:
    """A worker process for the time of the measurement."""
    process = subprocess.Popen([*WORKER, "--loglevel", "ERROR"], env=os.environ.copy())
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def wait_for_push(case_number: str) -> float:
    """The moment (perf_counter) the concluded push stands in an inbox. Raises TimeoutError."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < until:
        if Push.objects.filter(case_number=case_number, kind="approval.concluded").exists():
            return time.perf_counter()
        time.sleep(0.002)
    raise TimeoutError(f"no push for {case_number} within {PATIENCE_SECONDS} s; is the broker reachable?")


def run(cases: int) -> dict[str, object]:
    """`cases` decisions, one after the other; the first warms up and is not counted."""
    subject = Subject.objects.filter(records__isnull=True).exclude(kind="person").earliest("pk")
    issuer = actor("haohaitao")
    seconds = []
    with worker():
        time.sleep(WARM_UP_SECONDS)
        for _ in range(cases + 1):
            case = permits.issue(case_before_issue(subject), by=issuer)
            committed = time.perf_counter()
            seconds.append(wait_for_push(case.number or "") - committed)
    return {"bench": "push", "engine": connection.vendor, "cases": cases, **summary(seconds[1:])}
