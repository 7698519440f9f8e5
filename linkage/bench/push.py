"""The delivering engine with a worker of our own and receivers on the loopback. Each mode gives one line."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from linkage.bench import backlog, faults, latency, waiting
from linkage.bench.backlog import WORKER
from linkage.models import Delivery

RECIPIENTS = 3
BATCH = 100


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


MODES: dict[str, Callable[[int], dict[str, Any]]] = {
    "inbox": latency.run,
    "drain": drain,
    "batch": lambda size: drain(size, BATCH),
    "lone": latency.lone,
    "steady": latency.steady,
    "dead": faults.dead,
    "kill": faults.kill,
    "memory": faults.memory,
    "history": faults.history,
    "outage": faults.outage,
}
