"""From the commit of a decision to the push in the supervisor's inbox and in the department's own system, with a worker
of our own running."""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

from django.db import connection, transaction

from approvals.actions import permits
from approvals.models import Application, ItemVariant
from credit.models import Subject
from linkage.bench import backlog, routes, seed, waiting
from linkage.bench.backlog import WORKER, Receiver
from linkage.bench.figures import summary
from linkage.bench.people import actor, case_before_issue
from linkage.models import Attempt, Delivery, Endpoint, Push
from shenguan import events
from shenguan.events.models import Event, PendingEvent
from shenguan.org.models import Department

PATIENCE_SECONDS = 30
RECIPIENTS = 3
PACE = 50  # decisions a second
REST_SECONDS = 0.4  # between lone decisions
HOPS = ("to_router", "to_rows", "to_receiver", "to_record")  # of a lone decision, in this order


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
    subject = _subject()
    issuer = actor("haohaitao")
    seconds = []
    with worker():
        time.sleep(waiting.WARM_UP_SECONDS)
        for _ in range(cases + 1):
            case = permits.issue(case_before_issue(subject), by=issuer)
            committed = time.perf_counter()
            seconds.append(wait_for_push(case.number or "") - committed)
    return {"bench": "push", "engine": connection.vendor, "cases": cases, **summary(seconds[1:])}


def lone(decisions: int) -> dict[str, object]:
    """From the commit of a decision to its webhook, one decision after the other, and where the time goes.

    The first warms up and is not counted. The hops: until the router has read the event, until it has written the
    delivery, until the receiver has it, until that is written down.
    """
    subject, issuer = _subject(), actor("haohaitao")
    committed: dict[str, float] = {}
    with backlog.receivers(["plain"]) as sinks:
        _everybody(sinks[0])
        with backlog.processes(WORKER):
            time.sleep(waiting.WARM_UP_SECONDS)
            for _ in range(decisions + 1):
                case = case_before_issue(subject)
                with transaction.atomic():
                    transaction.on_commit(partial(_note, committed, case.number or ""))
                    permits.issue(case, by=issuer)
                time.sleep(REST_SECONDS)
            waiting.until(lambda: not (PendingEvent.objects.exists() or Delivery.objects.pending().exists()))
            arrivals = sinks[0].read("arrivals")
    first: dict[str, float] = {}
    for key, at in arrivals.items():
        first[key[:36]] = min(at, first.get(key[:36], at))
    known = _decisions(committed)
    moments = [first[event] - committed[number] for event, number in known.items()]
    hops = [_hops(event, committed[number], arrivals) for event, number in known.items()]
    split = {name: summary(seconds) for name, seconds in zip(HOPS, zip(*hops[1:], strict=True), strict=True)}
    return {"decisions": decisions, **summary(moments[1:]), **split}


def _hops(event_id: str, committed: float, arrivals: dict[str, float]) -> list[float]:
    """How long each hop of the first push of a decision took, in seconds."""
    attempts = Attempt.objects.filter(delivery__push__event__event_id=event_id).order_by("pk")
    columns = ("delivery__push__number", "delivery__push__event__routing__routed_at", "delivery__created_at", "at")
    rows = {f"{event_id}_{number}": moments for number, *moments in attempts.values_list(*columns)}
    key = min(rows, key=arrivals.__getitem__)
    routed, written, recorded = (moment.timestamp() for moment in rows[key])
    return [after - before for before, after in pairwise([committed, routed, written, arrivals[key], recorded])]


def steady(decisions: int) -> dict[str, object]:
    """Fifty decisions a second, each to three recipients. What the decider writes is the fact in the journal."""
    variants = list(ItemVariant.objects.filter(item__in=routes.items_to_three(), kind=ItemVariant.Kind.NEW))
    first = Application.objects.filter(created_by=f"{seed.MARK}-route").count()
    numbers = range(first, first + decisions)
    subject = Subject.objects.exclude(kind="person").earliest("pk")
    cases = seed.write(Application, [routes.case_of(n, variants[n % len(variants)], subject) for n in numbers])
    committed: dict[str, float] = {}
    with backlog.receivers(["plain"]) as sinks:
        _everybody(sinks[0])
        with backlog.processes(WORKER) as (worker,):
            time.sleep(waiting.WARM_UP_SECONDS)
            began, cpu, own = time.time(), backlog.cpu_seconds(worker.pid), time.process_time()
            for place, case in enumerate(cases):
                time.sleep(max(began + place / PACE - time.time(), 0))
                with transaction.atomic():
                    transaction.on_commit(partial(_note, committed, case.number or ""))
                    events.record_many([routes.fact_of(case, "concluded", "granted")], by=routes.SYSTEM)
            took, own = time.time() - began, time.process_time() - own
            waiting.until(lambda: sinks[0].pushes >= decisions * RECIPIENTS)
            cpu = backlog.cpu_seconds(worker.pid) - cpu
            arrivals = sinks[0].read("arrivals")
    known = _decisions(committed)
    moments = [at - committed[known[key[:36]]] for key, at in arrivals.items() if key[:36] in known]
    return {
        "decisions": decisions,
        "per_second": round(decisions / took),
        "arrived": len(moments),
        **summary(moments),
        "producer_cpu_ms_each": round(1000 * own / decisions, 2),
        "worker_cpu_ms_each": round(1000 * cpu / decisions, 2),
    }


def _subject() -> Subject:
    return Subject.objects.filter(records__isnull=True).exclude(kind="person").earliest("pk")


def _note(committed: dict[str, float], number: str) -> None:
    """Called right after the commit, before anybody is woken."""
    committed[number] = time.time()


def _everybody(sink: Receiver) -> None:
    """All departments receive at one sink."""
    backlog.endpoints([sink] * Department.objects.count())
    Endpoint.objects.update(is_active=True, allow_http=True, url=sink.url)


def _decisions(numbers: Iterable[str]) -> dict[str, str]:
    """Event id -> case number of these cases' decisions, in order."""
    rows = Event.objects.filter(kind="approval.concluded", case_number__in=list(numbers)).order_by("pk")
    return {str(row.event_id): row.case_number for row in rows}
