"""Cases of departments' own systems coming in by the API of a real portal, with and without deliveries meanwhile.

The portal runs as in production: gunicorn as in the Dockerfile, production settings, behind a TLS proxy as far as it
can tell. Every case carries a token and an Idempotency-Key; one party in five cases is new to the register.
"""

import asyncio
import json
import os
import secrets
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import aiohttp
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from approvals.models import ApprovalItem
from linkage.actions import routing
from linkage.bench import backlog, routes, seed
from linkage.bench.backlog import PATIENCE_SECONDS, WORKER, Receiver
from linkage.bench.figures import summary
from linkage.models import Delivery
from shenguan.access.actions.clients import create_client
from shenguan.access.actors import Actor
from shenguan.access.scopes import Scope
from shenguan.events import nudge
from shenguan.events.models import PendingEvent
from shenguan.identifiers.checksums import uscc_check
from shenguan.org.models import Department

PROCESSES, THREADS = 2, 8  # as in the Dockerfile
COUNTED, WARM_UP = 10, 50  # cases whose statements are counted in this process, and cases before the clock starts
CASES_OF_A_PARTY = 5
WAITING_EACH_CASE = 10  # deliveries that wait already, so that the worker never runs out of work
ADDRESS = "/api/v1/cases/"
PROXY = {"X-Forwarded-Proto": "https"}


@dataclass(frozen=True)
class Post:
    """One call, ready to be sent."""

    body: bytes
    headers: dict[str, str]


@dataclass
class Tally:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)


def run(cases: int, clients: int, deliver: bool) -> dict[str, object]:
    """`cases` acceptances by so many clients at once; with `deliver` beside a worker that has pushes to deliver."""
    seed.check_scratch()
    posts = _posts(COUNTED + WARM_UP + cases)
    statements = _count(posts[:COUNTED])
    with backlog.receivers(["plain"] if deliver else []) as sinks:
        waiting = _fill(sinks, cases) if deliver else 0
        with _portal() as (url, master), backlog.processes(*[WORKER] * deliver) as workers:
            asyncio.run(_send(url, posts[COUNTED : COUNTED + WARM_UP], clients))
            if deliver:
                _until_delivering(sinks[0])
            before, began = _reading(master, workers, sinks), time.perf_counter()
            tally = asyncio.run(_send(url, posts[COUNTED + WARM_UP :], clients))
            seconds = time.perf_counter() - began
            after = _reading(master, workers, sinks)
            left = {
                "events_unrouted": PendingEvent.objects.count(),
                "deliveries_left": Delivery.objects.pending().count(),
            }
    spent = {name: after[name] - value for name, value in before.items()}
    return {
        "bench": "ingest",
        "engine": connection.vendor,
        "web_processes": PROCESSES,
        "clients": clients,
        "cases": cases,
        "cases_per_second": round(cases / seconds, 1),
        **summary(tally.seconds),
        "web_cpu_ms_per_case": round(1000 * spent["web"] / cases, 2),
        "statements_per_case": statements,
        "errors": tally.errors,
        **({"waiting_at_first": waiting, **_told(spent, seconds), **left} if deliver else {}),
    }


def _told(spent: dict[str, float], seconds: float) -> dict[str, object]:
    """What the worker managed in the same time."""
    return {
        "deliveries_per_second": round(spent["pushes"] / seconds),
        "worker_cpu_ms_per_delivery": round(1000 * spent["worker"] / max(spent["pushes"], 1), 2),
    }


def _posts(wanted: int) -> list[Post]:
    """So many different cases of items that the list sends to three departments, each by the system of its own."""
    items = list(ApprovalItem.objects.filter(pk__in=routes.items_to_three()).select_related("implementing_department"))
    tokens = {item.implementing_department_id: _token(item.implementing_department) for item in items}
    mark, party = secrets.token_hex(4), secrets.randbelow(9_000_000)
    posts = []
    for n in range(wanted):
        item = items[n % len(items)]
        body = _body(item.code, f"{mark}-{n}", party + n // CASES_OF_A_PARTY)
        headers = {
            **PROXY,
            "Authorization": f"Bearer {tokens[item.implementing_department_id]}",
            "Idempotency-Key": f"{mark}-{n}",
            "Content-Type": "application/json",
        }
        posts.append(Post(json.dumps(body, ensure_ascii=False).encode(), headers))
    return posts


def _body(item_code: str, source_case_id: str, party: int) -> dict[str, Any]:
    code = f"91439900ME{party:07d}"
    return {
        "source_case_id": source_case_id,
        "item_code": item_code,
        "stage": "accepted",
        "subject": {
            "name": f"云州第{party}商贸有限公司",
            "uscc": code + uscc_check(code),
            "contact": "经办人",
            "phone": "13800001001",
            "address": "云州市临江区滨河路126号",
        },
    }


def _token(department: Department) -> str:
    """A token of a new client of this department, good for an hour."""
    client, _ = create_client(department=department, scopes=[Scope.CASES_WRITE], by=Actor.system(seed.MARK))
    raw = secrets.token_urlsafe(20)
    token = AccessToken(application=client, scope=client.allowed_scopes, expires=timezone.now() + timedelta(hours=1))
    set_token_value(token, raw)
    token.save()
    return raw


def _count(posts: Sequence[Post]) -> float:
    """Statements of one case on the average, transactions' own ones included, told by this process."""
    caller = Client(SERVER_NAME="127.0.0.1")
    with CaptureQueriesContext(connection) as captured:
        for post in posts:
            answer = caller.post(ADDRESS, post.body, content_type="application/json", secure=True, headers=post.headers)
            if answer.status_code != 201:
                raise RuntimeError(f"{answer.status_code}: {answer.content.decode()}")
    return round(len(captured) / len(posts), 1)


def _fill(sinks: Sequence[Receiver], cases: int) -> int:
    """Every department receives at the sink, and much waits already; how many deliveries."""
    while routing.route_pending():  # what earlier measurements left
        pass
    departments = Department.objects.count()
    backlog.endpoints(list(sinks) * departments)
    backlog.fill(cases * WAITING_EACH_CASE // departments + 1)
    return Delivery.objects.pending().count()


def _until_delivering(sink: Receiver) -> None:
    """Wakes the worker until its first pushes arrive. Raises TimeoutError when none does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not sink.pushes:
        if time.monotonic() > until:
            raise TimeoutError(f"nothing delivered within {PATIENCE_SECONDS} s")
        nudge.send("linkage.tasks.deliver_due")
        time.sleep(0.2)


@contextmanager
def _portal() -> Iterator[tuple[str, int]]:
    """Address and process id of a portal as in production; its limit of calls a minute is out of the way."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "shenguan.wsgi", "--worker-class", "gthread", "--log-level", "error"]
    command += ["--bind", url, "--workers", str(PROCESSES), "--threads", str(THREADS)]
    production = {
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_TLS_PROXY": "1",
        "API_RATE": "6000000/min",
    }
    process = Popen(command, cwd=settings.BASE_DIR, env=os.environ | production, stdout=DEVNULL, stderr=DEVNULL)
    try:
        _wait_for(f"http://{url}/healthz/", process)
        yield f"http://{url}{ADDRESS}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _wait_for(address: str, process: "Popen[bytes]") -> None:
    """Raises RuntimeError when the portal does not start."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(urllib.request.Request(address, headers=PROXY), timeout=1).close()  # noqa: S310 our own
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the portal did not start")


async def _send(url: str, posts: Sequence[Post], clients: int) -> Tally:
    """All of them, `clients` at a time; each client sends its next when the last is answered."""
    tally, rest = Tally(), iter(posts)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:

        async def client() -> None:
            for post in rest:
                began = time.perf_counter()
                async with session.post(url, data=post.body, headers=post.headers) as answer:
                    text = await answer.text()
                tally.seconds.append(time.perf_counter() - began)
                if answer.status != 201:
                    name = f"{answer.status} {text[:80]}"
                    tally.errors[name] = tally.errors.get(name, 0) + 1

        await asyncio.gather(*(client() for _ in range(clients)))
    return tally


def _reading(master: int, workers: Sequence["Popen[bytes]"], sinks: Sequence[Receiver]) -> dict[str, float]:
    """Processor seconds of the portal's processes and of the worker so far, and the pushes received."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return {
        "web": sum(backlog.cpu_seconds(int(child)) for child in children),
        "worker": sum(backlog.cpu_seconds(worker.pid) for worker in workers),
        "pushes": sum(sink.pushes for sink in sinks),
    }
