"""The delivering engine under faults: a dead recipient, a killed worker, a day of silence, a million rows."""

import sys
import time
from statistics import median

from django.db import connection
from django.utils import timezone

from linkage.actions import dispatch
from linkage.bench import backlog, seed, waiting
from linkage.bench.backlog import WORKER
from linkage.models import Delivery
from shenguan.org.models import Department

RECIPIENTS, ROUNDS = 3, 3
MILLION = 1_000_000
DAY_SECONDS = 24 * 3600
SILENT_SECONDS = 20  # in which rows are tried and breakers open


def dead(each: int) -> dict[str, object]:
    """The same backlog for two healthy recipients, without and with a third that takes every call and never answers.

    By turns, so that what else the machine does weighs on both; medians. The worker's own time is free of that.
    """
    seconds: dict[str, list[float]] = {"healthy": [], "beside_a_dead_one": []}
    cpu: dict[str, list[float]] = {name: [] for name in seconds}
    for _ in range(ROUNDS):
        for name, modes in (("healthy", ["plain"] * 2), ("beside_a_dead_one", ["plain", "plain", "dead"])):
            took, used = _beside(modes, each)
            seconds[name].append(took)
            cpu[name].append(1000 * used / (2 * each))
    walls = {name: median(values) for name, values in seconds.items()}
    return {
        "deliveries": 2 * each,
        "rounds": ROUNDS,
        **{name: round(value, 2) for name, value in walls.items()},
        "loss_percent": round(100 * (1 - walls["healthy"] / walls["beside_a_dead_one"]), 1),
        "worker_cpu_ms_each": {name: round(median(values), 3) for name, values in cpu.items()},
    }


def _beside(modes: list[str], each: int) -> tuple[float, float]:
    """Seconds until the first two receivers have everything, and what the worker used of the processor until then."""
    with backlog.receivers(modes) as sinks:
        backlog.endpoints(sinks)
        with backlog.processes(WORKER) as (worker,):
            waiting.warm(each)
            began, cpu = time.time(), backlog.cpu_seconds(worker.pid)
            waiting.wake()
            waiting.arrived(sinks[:2], each)
            cpu = backlog.cpu_seconds(worker.pid) - cpu
            return max(sink.read()["last_at"] for sink in sinks[:2]) - began, cpu


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
        with backlog.processes(WORKER, backlog.beat()):
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


def outage(each: int) -> dict[str, object]:
    """Recipients that fail for a day (the worker's clock is put forward), then come back: the backlog in order."""
    ahead = [sys.executable, "-m", "linkage.bench.skewed", str(DAY_SECONDS), *WORKER[WORKER.index("worker") :]]
    with backlog.receivers(["down"] * RECIPIENTS) as sinks:
        rows = backlog.endpoints(sinks)
        with backlog.processes(WORKER, backlog.beat()):
            waiting.warm(each)
            waiting.wake()
            time.sleep(SILENT_SECONDS)
        failed = Delivery.objects.pending().filter(attempts_made__gt=0).count()
        for sink in sinks:
            sink.read("up")
        began = time.time()
        with backlog.processes(ahead, backlog.beat()):
            waiting.arrived(sinks, each)
            found = [sink.read() for sink in sinks]
            waiting.until(lambda: not Delivery.objects.pending().exists())
    ours = Delivery.objects.filter(endpoint__in=rows).order_by("-pk")[: each * RECIPIENTS]
    return {
        "deliveries": each * RECIPIENTS,
        "failed_before": failed,
        "seconds_after_return": round(max(one["last_at"] for one in found) - began, 1),
        "repeats": sum(one.get("repeats", 0) for one in found),
        "out_of_order": sum(one.get("out_of_order", 0) for one in found),
        "lost": each * RECIPIENTS - sum(one["pushes"] for one in found),
        "given_up": sum(row.status == Delivery.Status.DEAD for row in ours),
    }


def history(each: int) -> dict[str, object]:
    """What a pass costs in this process, idle and with work, before and after a million delivered rows are added."""
    found: dict[str, object] = {}
    with backlog.receivers(["plain"] * RECIPIENTS) as sinks:
        backlog.endpoints(sinks)
        backlog.fill(1)
        dispatch.deliver_due()  # connections and plans are warm
        for name in ("before", "after"):
            if name == "after":
                _add_history(MILLION // RECIPIENTS)
            finished = Delivery.objects.exclude(status=Delivery.Status.PENDING).count()
            began = time.process_time()
            dispatch.deliver_due()
            idle = time.process_time() - began
            backlog.fill(each)
            began, wall = time.process_time(), time.perf_counter()
            sent = dispatch.deliver_due(seconds=waiting.PATIENCE_SECONDS)
            found[name] = {
                "finished_rows": finished,
                "idle_pass_cpu_ms": round(1000 * idle, 1),
                "delivered": sent,
                "cpu_ms_each": round(1000 * (time.process_time() - began) / max(sent, 1), 3),
                "wall_ms_each": round(1000 * (time.perf_counter() - wall) / max(sent, 1), 3),
            }
    return found


def _add_history(each: int) -> None:
    """`each` delivered rows for every active endpoint, of the pushes there are, as often as it takes."""
    seed.fill(MILLION // RECIPIENTS // 30, 3)
    now, left = timezone.now(), each
    with connection.cursor() as cursor:
        while left > 0:
            cursor.execute(
                "INSERT INTO linkage_delivery (push_id, endpoint_id, case_number, status, attempts_made, last_error,"
                " is_replay, alone, created_at, next_attempt_at, finished_at)"
                " SELECT p.id, e.id, p.case_number, 'delivered', 1, '', %s, %s, %s, %s, %s"
                " FROM (SELECT id, case_number FROM linkage_push ORDER BY id LIMIT %s) p"
                " CROSS JOIN linkage_endpoint e WHERE e.is_active ORDER BY p.id",
                [True, False, now, now, now, left],
            )
            left -= max(cursor.rowcount // RECIPIENTS, 1)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE linkage_delivery")
