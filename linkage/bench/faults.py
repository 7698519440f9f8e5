"""The delivering engine under faults: a dead recipient, a killed worker, a backlog beyond all measure."""

import time

from django.conf import settings

from linkage.bench import backlog, waiting
from linkage.bench.backlog import BEAT, WORKER
from linkage.models import Delivery
from shenguan.org.models import Department

RECIPIENTS = 3
MILLION = 1_000_000


def dead(each: int) -> dict[str, object]:
    """The same backlog for two healthy recipients, without and with a third that takes every call and never answers."""
    seconds = {}
    for name, modes in (("healthy", ["plain", "plain"]), ("beside_a_dead_one", ["plain", "plain", "dead"])):
        with backlog.receivers(modes) as sinks:
            backlog.endpoints(sinks)
            with backlog.processes(WORKER):
                waiting.warm(each)
                began = time.time()
                waiting.wake()
                waiting.arrived(sinks[:2], each)
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
            waiting.warm(each)
            waiting.wake()
            waiting.until(lambda: sum(sink.pushes for sink in sinks) > each * RECIPIENTS // 3)
            worker.kill()
        began = time.time()
        with backlog.processes(WORKER, [*BEAT, "--schedule", str(settings.VAR_DIR / "bench-beat")]):
            waiting.arrived(sinks, each)
            found = [sink.read() for sink in sinks]
            waiting.until(lambda: not Delivery.objects.pending().exists())
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
        queued = Delivery.objects.pending().count()
        with backlog.processes(WORKER) as (worker,):
            time.sleep(waiting.WARM_UP_SECONDS)
            before = backlog.peak_mb(worker.pid)
            waiting.wake()
            time.sleep(20)
            sent, peak = queued - Delivery.objects.pending().count(), backlog.peak_mb(worker.pid)
    return {"backlog": queued, "recipients": departments, "delivered": sent, "idle_mb": before, "peak_mb": peak}
