"""Receivers and backlogs of the push measurements."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from approvals.models import Application
from linkage.bench import seed
from linkage.models import Delivery, Endpoint, Lane, Push
from shenguan.org.models import Department

PATIENCE_SECONDS = 30
CELERY = [sys.executable, "-m", "celery", "-A", "shenguan"]
WORKER = [*CELERY, "worker", "--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--loglevel", "ERROR"]


def beat(name: str = "") -> list[str]:
    """A timer with a memory of its own."""
    return [*BEAT, "--schedule", str(settings.VAR_DIR / f"bench-beat{name}")]


@dataclass
class Receiver:
    """A sink process."""

    process: subprocess.Popen[bytes]
    url: str

    def read(self, what: str = "stats") -> dict[str, Any]:
        """/stats or /arrivals."""
        with urllib.request.urlopen(f"{self.url}{what}", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own
            found: dict[str, Any] = json.load(answer)
            return found

    @property
    def pushes(self) -> int:
        """How many different pushes it has."""
        return int(self.read()["pushes"])


@contextmanager
def receivers(modes: Sequence[str], *, start: int = 1) -> Iterator[list[Receiver]]:
    """One sink process for each mode; `start` seeds their dice."""
    running = []
    try:
        for place, mode in enumerate(modes):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            command = [sys.executable, "-m", "linkage.bench.sink", str(port), mode, str(start + place)]
            process = subprocess.Popen(command, cwd=settings.BASE_DIR)
            running.append(Receiver(process, f"http://127.0.0.1:{port}/"))
        for one in running:
            _wait_until_it_answers(one)
        yield running
    finally:
        for one in running:
            one.process.kill()
            one.process.wait()


def _wait_until_it_answers(receiver: Receiver) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            receiver.read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def endpoints(sinks: Sequence[Receiver], *, batch_size: int = 1) -> list[Endpoint]:
    """Endpoints of the first departments for these sinks; whatever was registered before is out of the way."""
    seed.check_scratch()
    Delivery.objects.pending().update(status=Delivery.Status.DEAD, finished_at=timezone.now())
    Endpoint.objects.update(is_active=False)
    Lane.objects.all().delete()
    rows = []
    for department, sink in zip(Department.objects.order_by("pk")[: len(sinks)], sinks, strict=True):
        row, _ = Endpoint.objects.update_or_create(
            department=department,
            defaults={
                "url": sink.url,
                "secret": secret(),
                "allow_http": True,
                "is_active": True,
                "batch_size": batch_size,
                "max_calls": 20,
            },
        )
        rows.append(row)
    return rows


def secret() -> str:
    """A signing key."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def fill(each: int) -> None:
    """`each` deliveries of different pushes wait for every active endpoint. In one statement."""
    missing = each - Push.objects.count()  # cases of other measurements have fewer pushes than those written here
    if missing > 0:
        seed.fill(Application.objects.count() + -(-missing // 3), 3)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO linkage_delivery (push_id, endpoint_id, case_number, status, attempts_made, last_error,"
            " is_replay, alone, created_at, next_attempt_at)"
            " SELECT p.id, e.id, p.case_number, 'pending', 0, '', %s, %s, %s, %s"
            " FROM (SELECT id, case_number FROM linkage_push ORDER BY id LIMIT %s) p"
            " CROSS JOIN linkage_endpoint e WHERE e.is_active ORDER BY p.id",
            [True, False, now, now, each],
        )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE linkage_delivery")


@contextmanager
def processes(*commands: Sequence[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes of the portal for the time of a measurement."""
    running = [start(command) for command in commands]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def start(command: Sequence[str], *, own_group: bool = False, log: Path | None = None) -> "subprocess.Popen[bytes]":
    """One process with the environment of this one; in a group of its own it can be killed with its children."""
    quiet = [*command, "--loglevel", "ERROR"] if "worker" in command else list(command)
    with (log or Path(os.devnull)).open("ab") as kept:
        return subprocess.Popen(
            quiet,
            env=os.environ.copy(),
            cwd=settings.BASE_DIR,
            start_new_session=own_group,
            stdout=kept if log else None,
            stderr=kept if log else None,
        )


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> int:
    """The most memory a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
