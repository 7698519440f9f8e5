"""Faults by a seed while a backlog is delivered: receivers that fail in every way, workers killed at random, the broker
wiped, database connections cut. At the end nothing is lost, nothing had a second effect, order and audit chain hold."""

import random
import time

from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from redis import Redis

from linkage.bench import backlog
from linkage.bench.backlog import BEAT, WORKER
from linkage.models import Attempt, Delivery, Lane

RECIPIENTS, WORKERS = 3, 2
STORM_SECONDS = 20.0
PATIENCE_SECONDS = 3600


def run(pushes: int, seed: int) -> dict[str, object]:
    """So many deliveries through a storm of faults, then in calm; what is wrong at the end, which should be nothing."""
    dice = random.Random(seed)  # noqa: S311 - repeatable trouble, no secret
    faults = {"killed": 0, "wiped": 0, "cut": 0}
    each = pushes // RECIPIENTS
    before = timezone.now()
    began = time.monotonic()
    with backlog.receivers(["chaos"] * RECIPIENTS, start=seed) as sinks:
        backlog.endpoints(sinks)
        backlog.fill(each)
        beat = [*BEAT, "--schedule", str(settings.VAR_DIR / "bench-beat")]
        with backlog.processes(*[WORKER] * WORKERS, beat) as running:
            storm = time.monotonic() + max(STORM_SECONDS, pushes / 500)
            while time.monotonic() < storm:
                time.sleep(dice.uniform(1, 4))
                fault = dice.choice(list(faults))
                faults[fault] += 1
                if fault == "killed":
                    place = dice.randrange(WORKERS)
                    running[place].kill()
                    running[place].wait()
                    running[place] = backlog.start(WORKER)
                elif fault == "wiped":
                    _wipe()
                else:
                    _cut()
            _calm(began)
        found = [sink.read() for sink in sinks]
    return {
        "bench": "chaos",
        "seed": seed,
        "engine": connection.vendor,
        "deliveries": each * RECIPIENTS,
        "seconds": round(time.monotonic() - began, 1),
        **faults,
        "attempts": Attempt.objects.filter(at__gte=before).count(),
        "repeats_dropped": sum(one.get("repeats", 0) for one in found),
        "lost": each * RECIPIENTS - sum(one["pushes"] for one in found),
        "dead": Delivery.objects.filter(status="dead", created_at__gte=before).count(),
        "out_of_order": sum(one.get("out_of_order", 0) for one in found),
        "audit_whole": _audit_whole(),
    }


def _calm(began: float) -> None:
    """Until nothing waits. Rests of breakers and waits of rows are cut short: the storm is over."""
    while Delivery.objects.pending().exists():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"{Delivery.objects.pending().count()} deliveries still wait")
        now = timezone.now()
        Lane.objects.filter(resume_at__gt=now).update(resume_at=now)
        Delivery.objects.pending().filter(next_attempt_at__gt=now).update(next_attempt_at=now)
        time.sleep(2)


def _wipe() -> None:
    """The broker and the cache forget everything."""
    if settings.BROKER_URL.startswith("redis"):
        Redis.from_url(settings.BROKER_URL).flushall()
    else:
        cache.clear()


def _cut() -> None:
    """Every other connection to this database ends, as in a restart of the server."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _audit_whole() -> bool:
    try:
        call_command("verify_audit", verbosity=0)
    except (CommandError, SystemExit):
        return False
    return True
