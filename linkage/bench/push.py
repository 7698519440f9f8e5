"""The delivering engine with a worker of our own and receivers on the loopback. Each mode gives one line."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from approvals.actions import permits
from approvals.models import Application, ItemVariant
from credit.models import Subject
from linkage.bench import backlog, latency, routes, seed
from linkage.bench.backlog import BEAT, WORKER, Receiver
from linkage.bench.figures import summary
from linkage.bench.people import actor, case_before_issue
from linkage.models import Delivery, Endpoint
from shenguan import events
from shenguan.events import nudge
from shenguan.events.models import Event
from shenguan.org.models import Department

RECIPIENTS = 3
WARM_UP_SECONDS = 6
PATIENCE_SECONDS = 180
BATCH = 100
PACE = 50  # decisions a second
MILLION = 1_000_000


def run(mode: str, size: int) -> dict[str, object]:
    """One mode at a size: deliveries of each recipient, or decisions."""
    return {"bench": "push", "mode": mode, "engine": connection.vendor, **MODES[mode](size)}


def drain(each: int, batch_size: int = 1) -> dict[str, object]:
    """A backlog of `each` pushes for three recipients, beginning with the nudge."""
    with backlog.receivers(["plain"] * RECIPIENTS) as sinks:
        backlog.endpoints(sinks, batch_size=batch_size)
        with backlog.processes(WORKER) as (worker,):
            _warm(each)
            began, cpu = time.time(), backlog.cpu_seconds(worker.pid)
            _nudge()
            _wait(sinks, each)
            cpu = backlog.cpu_seconds(worker.pid) - cpu
            found = [sink.read() for sink in sinks]
            seconds = max(one["last_at"] for one in found) - began
            _until(lambda: not Delivery.objects.pending().exists())
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


def dead(each: int) -> dict[str, object]:
    """The same backlog for two healthy recipients, without and with a third that takes every call and never answers."""
    seconds = {}
    for name, modes in (("healthy", ["plain", "plain"]), ("beside_a_dead_one", ["plain", "plain", "dead"])):
        with backlog.receivers(modes) as sinks:
            backlog.endpoints(sinks)
            with backlog.processes(WORKER):
                _warm(each)
                began = time.time()
                _nudge()
                _wait(sinks[:2], each)
                seconds[name] = max(sink.read()["last_at"] for sink in sinks[:2]) - began
    loss = 1 - seconds["healthy"] / seconds["beside_a_dead_one"]
    return {
        "deliveries": 2 * each,
        **{name: round(value, 2) for name, value in seconds.items()},
        "loss_percent": round(100 * loss, 1),
    }


def kill(each: int) -> dict[str, object]:
    """kill -9 in the middle of a backlog; how long after the restart everything is there."""
    with backlog.receivers(["plain"] * RECIPIENTS) as sinks:
        backlog.endpoints(sinks)
        with backlog.processes(WORKER) as (worker,):
            _warm(each)
            _nudge()
            _until(lambda: sum(sink.pushes for sink in sinks) > each * RECIPIENTS // 3)
            worker.kill()
        began = time.time()
        with backlog.processes(WORKER, [*BEAT, "--schedule", str(settings.VAR_DIR / "bench-beat")]):
            _wait(sinks, each)
            found = [sink.read() for sink in sinks]
            _until(lambda: not Delivery.objects.pending().exists())
    return {
        "deliveries": each * RECIPIENTS,
        "seconds_after_restart": round(max(one["last_at"] for one in found) - began, 1),
        "repeats": sum(one.get("repeats", 0) for one in found),
        "out_of_order": sum(one.get("out_of_order", 0) for one in found),
        "lost": each * RECIPIENTS - sum(one["pushes"] for one in found),
    }


def memory(_size: int) -> dict[str, object]:
    """The most memory of a worker that delivers for twenty seconds out of a backlog of a million."""
    departments = Department.objects.count()
    with backlog.receivers(["plain"]) as sinks:
        backlog.endpoints(sinks * departments)
        backlog.fill(MILLION // departments + 1)
        waiting = Delivery.objects.pending().count()
        with backlog.processes(WORKER) as (worker,):
            time.sleep(WARM_UP_SECONDS)
            before = backlog.peak_mb(worker.pid)
            _nudge()
            time.sleep(20)
            sent, peak = waiting - Delivery.objects.pending().count(), backlog.peak_mb(worker.pid)
    return {"backlog": waiting, "recipients": departments, "delivered": sent, "idle_mb": before, "peak_mb": peak}


def lone(decisions: int) -> dict[str, object]:
    """From the commit of a decision to its webhook, one decision after the other."""
    subject = Subject.objects.filter(records__isnull=True).exclude(kind="person").earliest("pk")
    issuer = actor("haohaitao")
    committed = {}
    with backlog.receivers(["plain"]) as sinks:
        _everybody(sinks[0])
        with backlog.processes(WORKER):
            time.sleep(WARM_UP_SECONDS)
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
            time.sleep(WARM_UP_SECONDS)
            began = time.time()
            for place, case in enumerate(cases):
                time.sleep(max(began + place / PACE - time.time(), 0))
                with transaction.atomic():
                    events.record_many([routes.fact_of(case, "concluded", "granted")], by=routes.SYSTEM)
                committed[case.number or ""] = time.time()
            took = time.time() - began
            _until(lambda: sinks[0].pushes >= decisions * RECIPIENTS)
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
    "dead": dead,
    "kill": kill,
    "memory": memory,
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


def _warm(each: int) -> None:
    """Lets the worker come up, then fills the queue: nothing moves before the nudge, for there is no beat."""
    time.sleep(WARM_UP_SECONDS)
    backlog.fill(each)


def _nudge() -> None:
    nudge.send("linkage.tasks.deliver_due")


def _wait(sinks: list[Receiver], each: int) -> None:
    _until(lambda: all(sink.pushes >= each for sink in sinks))


def _until(there: Callable[[], bool]) -> None:
    """Raises TimeoutError when it does not become true."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not there():
        if time.monotonic() > until:
            raise TimeoutError(f"not there within {PATIENCE_SECONDS} s")
        time.sleep(0.1)
