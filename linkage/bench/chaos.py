"""Faults by a seed while cases arrive, are routed and are delivered. At the end nothing is lost, nothing had a second
effect, order and sequences hold and the audit chain is whole; else the report says what is not so."""

import random
import socket
import time
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from linkage.bench import backlog, proof, routes, seed
from linkage.bench.backlog import Receiver
from linkage.bench.callers import Callers
from linkage.bench.storm import WORKERS, Portal, Storm
from linkage.models import Attempt, Delivery, Endpoint, Lane
from shenguan.events.models import PendingEvent
from shenguan.org.models import Department

SINKS = 3
PUSHES_OF_A_CASE = 6  # two events for three departments
SHORTEST_STORM, PUSHES_A_SECOND = 45.0, 400  # how long it blows: longer for more
REPORTED = 100  # one case in so many comes through the API
BATCH = 20
PATIENCE_SECONDS = 3600


def run(pushes: int, number: int, restart_database: str = "", restart_redis: str = "") -> dict[str, object]:
    """About so many pushes through a storm of faults, then in calm. `violations` should be all nought."""
    seed.check_scratch()
    dice = random.Random(number)  # noqa: S311 - repeatable trouble, no secret
    with backlog.receivers(["chaos"] * SINKS, start=number) as sinks:
        _register(sinks)
        before, began_at, began = proof.Before.now(), timezone.now(), time.monotonic()
        routes.seed(max(pushes // PUSHES_OF_A_CASE, 1))
        portal = Portal(_free_port(), settings.VAR_DIR / "bench-chaos.log")
        callers = Callers(f"http://127.0.0.1:{portal.port}", f"chaos-{began_at:%y%m%d%H%M%S}", pushes // REPORTED)
        storm = Storm(portal, dice, restart_database, restart_redis)
        try:
            for name in ("web", "beat", *(f"worker {place}" for place in range(WORKERS))):
                portal.start(name)
            callers.start()
            storm.blow(max(SHORTEST_STORM, pushes / PUSHES_A_SECOND))
            stormed = time.monotonic()
            callers.finish()
            _calm()
        finally:
            portal.stop()
        seconds = time.monotonic() - began
        found = [sink.read() | {"effects": sink.read("effects")} for sink in sinks]
        broken = proof.violations(before, found, callers)
    return {
        "bench": "chaos",
        "seed": number,
        "engine": connection.vendor,
        "pushes": sum(len(one["effects"]) for one in found),
        "cases_reported": len(callers.numbers),
        "calls_for_them": callers.tries,
        "seconds": round(seconds, 1),
        "of_them_storm": round(stormed - began, 1),
        "faults": dict(sorted(storm.counts.items())),
        "receivers": _troubles(found),
        "attempts": Attempt.objects.filter(delivery__push__gt=before.push).count(),
        "refusals": callers.refused[:3],
        "violations": broken,
        "holds": not any(broken.values()),
    }


def _register(sinks: list[Receiver]) -> None:
    """Every department receives at one of the sinks, under its own name; every third one in batches."""
    items = routes.items_to_three()
    if not items:
        raise RuntimeError("no item has three rows in the list: load the demo city first")
    backlog.endpoints([])
    for place, department in enumerate(Department.objects.filter(is_active=True).order_by("pk")):
        Endpoint.objects.update_or_create(
            department=department,
            defaults={
                "url": f"{sinks[place % SINKS].url}{department.code}",
                "secret": backlog.secret(),
                "allow_http": True,
                "is_active": True,
                "batch_size": BATCH if place % 3 == 0 else 1,
                "max_calls": 20,
            },
        )


def _calm() -> None:
    """Until nothing waits. Rests of breakers and waits of rows are cut short: the storm is over."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            if not (PendingEvent.objects.exists() or Delivery.objects.pending().exists()):
                return
            now = timezone.now()
            PendingEvent.objects.filter(due_at__gt=now).update(due_at=now)
            Lane.objects.filter(resume_at__gt=now).update(resume_at=now)
            Delivery.objects.pending().filter(next_attempt_at__gt=now).update(next_attempt_at=now)
        except (DatabaseError, InterfaceError):
            connection.close()  # the server had been restarted under us
        time.sleep(2)
    raise TimeoutError(f"{Delivery.objects.pending().count()} deliveries still wait")


def _troubles(found: list[dict[str, Any]]) -> dict[str, int]:
    """What the receivers did, and how often a push came again and was dropped."""
    total: Counter[str] = Counter()
    for one in found:
        total.update({key: count for key, count in one.items() if isinstance(count, int)})
    return dict(sorted(total.items()))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
