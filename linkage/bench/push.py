"""The delivering engine with a worker of our own and receivers on the loopback. Each mode gives one line."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from approvals.actions import permits
from approvals.models import Application, ItemVariant
from credit.models import Subject
from linkage.bench import backlog, faults, latency, routes, seed, waiting
from linkage.bench.backlog import WORKER, Receiver
from linkage.bench.figures import summary
from linkage.bench.people import actor, case_before_issue
from linkage.models import Delivery, Endpoint
from shenguan import events
from shenguan.events.models import Event
from shenguan.org.models import Department

RECIPIENTS = 3
BATCH = 100
PACE = 50  # decisions a second


def run(mode: str, size: int) -> dict[str, object]:
    """One mode at a size: deliveries of each recipient, or decisions."""
    return {"bench": "push", "mode": mode, "engine": connection.vendor, **MODES[mode](size)}


def drain(each: int, batch_size: int = 1) -> dict[str, object]:
    """A backlog of `each` pushes for three recipients, beginning with the nudge."""
    with backlog.receivers(["plain"] * RECIPIENTS) as sinks:
        backlog.endpoints(sinks, batch_size=batch_size)
        with backlog.processes(WORKER) as (worker,):
            waiting.warm(each)
            began, cpu = time.time(), backlog.cpu_seconds(worker.pid)
            waiting.wake()
            waiting.arrived(sinks, each)
            cpu = backlog.cpu_seconds(worker.pid) - cpu
            found = [sink.read() for sink in sinks]
            seconds = max(one["last_at"] for one in found) - began
            waiting.until(lambda: not Delivery.objects.pending().exists())
    total = each * RECIPIENTS
    return {
        "deliveries": total,
        "batch_size": batch_size,
        "seconds": round(seconds, 2),
        "per_second": round(total / seconds),
        "worker_cpu_ms_each": round(1000 * cpu / total, 3),
        "repeats": sum(one.get("repeats", 0) for one in found),
        "out_of_order": sum(one.get("out_of_order", 0) for one in found),
        "written_down": not Delivery.objects.pending().exists(),
    }


def lone(decisions: int) -> dict[str, object]:
    """From the commit of a decision to its webhook, one decision after the other."""
    subject = Subject.objects.filter(records__isnull=True).exclude(kind="person").earliest("pk")
    issuer = actor("haohaitao")
    committed = {}
    with backlog.receivers(["plain"]) as sinks:
        _everybody(sinks[0])
        with backlog.processes(WORKER):
            time.sleep(waiting.WARM_UP_SECONDS)
            for _ in range(decisions + 1):
                case = permits.issue(case_before_issue(subject), by=issuer)
                committed[case.number or ""] = time.time()
                time.sleep(0.4)
            arrivals = _arrivals(sinks[0])
    moments = [arrivals[event] - committed[number] for event, number in _decisions(list(committed)).items()]
    return {"decisions": decisions, **summary(moments[1:])}


def steady(decisions: int) -> dict[str, object]:
    """Fifty decisions a second, each to three recipients."""
    variants = list(ItemVariant.objects.filter(item__in=routes.items_to_three(), kind=ItemVariant.Kind.NEW))
    subject = Subject.objects.exclude(kind="person").earliest("pk")
    first = Application.objects.filter(created_by=f"{seed.MARK}-route").count()
    numbers = range(first, first + decisions)
    cases = seed.write(Application, [routes.case_of(n, variants[n % len(variants)], subject) for n in numbers])
    committed = {}
    with backlog.receivers(["plain"]) as sinks:
        _everybody(sinks[0])
        with backlog.processes(WORKER):
            time.sleep(waiting.WARM_UP_SECONDS)
            began = time.time()
            for place, case in enumerate(cases):
                time.sleep(max(began + place / PACE - time.time(), 0))
                with transaction.atomic():
                    events.record_many([routes.fact_of(case, "concluded", "granted")], by=routes.SYSTEM)
                committed[case.number or ""] = time.time()
            took = time.time() - began
            waiting.until(lambda: sinks[0].pushes >= decisions * RECIPIENTS)
            arrivals = sinks[0].read("arrivals")
    known = _decisions(list(committed))
    moments = [at - committed[known[key[:36]]] for key, at in arrivals.items() if key[:36] in known]
    return {"decisions": decisions, "per_second": round(decisions / took), "arrived": len(moments), **summary(moments)}


MODES: dict[str, Callable[[int], dict[str, Any]]] = {
    "inbox": latency.run,
    "drain": drain,
    "batch": lambda size: drain(size, BATCH),
    "lone": lone,
    "steady": steady,
    "dead": faults.dead,
    "kill": faults.kill,
    "memory": faults.memory,
}


def _everybody(sink: Receiver) -> None:
    """All departments receive at one sink."""
    backlog.endpoints([sink] * Department.objects.count())
    Endpoint.objects.update(is_active=True, allow_http=True, url=sink.url)


def _decisions(numbers: list[str]) -> dict[str, str]:
    """Event id -> case number of these cases' decisions, in order."""
    rows = Event.objects.filter(kind="approval.concluded", case_number__in=numbers).order_by("pk")
    return {str(row.event_id): row.case_number for row in rows}


def _arrivals(sink: Receiver) -> dict[str, float]:
    """Event id -> the moment its first push came."""
    found: dict[str, float] = {}
    for key, at in sink.read("arrivals").items():
        found[key[:36]] = min(at, found.get(key[:36], at))
    return found
