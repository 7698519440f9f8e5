"""The faults of `bench chaos`: which one comes next, by the seed, and how each is done to the running portal."""

import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis import Redis

from linkage.bench.backlog import WORKER, beat, start

FEWEST_SECONDS, MOST_SECONDS = 2.0, 6.0  # between two faults
SKEW_SECONDS = 3600  # how wrong a worker's clock may be, either way
WORKERS = 2


@dataclass
class Portal:
    """The processes of a portal, each by its name; a killed one is started again."""

    port: int
    log: Path  # where they may complain
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str] = ()) -> None:
        """Starts a process, by the usual command of its kind."""
        usual = {"beat": beat("-one"), "second beat": beat("-two"), "web": self.web()}
        self.running[name] = start(command or usual.get(name, WORKER), own_group=True, log=self.log)

    def kill(self, name: str) -> None:
        """kill -9 of a process with all of its children."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Kills what is left."""
        for name in list(self.running):
            self.kill(name)

    def web(self) -> list[str]:
        """gunicorn as the Procfile starts it."""
        serve = [sys.executable, "-m", "gunicorn", "shenguan.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        return [*serve, "--worker-class", "gthread", "--threads", "8", "--log-level", "critical"]


@dataclass
class Storm:
    """Fault after fault. The commands restart servers; without them their connections are cut."""

    portal: Portal
    dice: random.Random
    restart_database: str = ""
    restart_redis: str = ""
    counts: Counter[str] = field(default_factory=Counter)

    def blow(self, seconds: float) -> None:
        """For so long; then everything runs again, with true clocks and one beat."""
        until = time.monotonic() + seconds
        faults: list[Callable[[], None]] = [
            self.worker_killed,
            self.worker_killed,
            self.web_killed,
            self.web_killed,
            self.beat_killed,
            self.two_beats,
            self.broker_wiped,
            self.broker_restarted,
            self.database_restarted,
            self.clock_jumped,
        ]
        bag: list[Callable[[], None]] = []
        while time.monotonic() < until:
            time.sleep(self.dice.uniform(FEWEST_SECONDS, MOST_SECONDS))
            if not bag:  # each comes in its turn, in another order every round
                bag = self.dice.sample(faults, len(faults))
            fault = bag.pop()
            fault()
            self.counts[fault.__name__] += 1
        self._restart("worker 0")
        self._restart("worker 1")

    def worker_killed(self) -> None:
        """kill -9; the next one is there at once, its clock true."""
        self._restart(f"worker {self.dice.randrange(WORKERS)}")

    def clock_jumped(self) -> None:
        """A worker goes on with a clock up to an hour wrong, until it is killed."""
        skew = self.dice.uniform(-SKEW_SECONDS, SKEW_SECONDS)
        command = [sys.executable, "-m", "linkage.bench.skewed", str(skew), *WORKER[WORKER.index("worker") :]]
        self._restart(f"worker {self.dice.randrange(WORKERS)}", command)

    def web_killed(self) -> None:
        """kill -9 in the middle of whatever was being reported."""
        self._restart("web")

    def beat_killed(self) -> None:
        """kill -9."""
        self._restart("beat")

    def two_beats(self) -> None:
        """A second timer comes, or goes."""
        if "second beat" in self.portal.running:
            self.portal.kill("second beat")
        else:
            self.portal.start("second beat")

    def broker_wiped(self) -> None:
        """Broker and cache forget everything."""
        for url in {settings.BROKER_URL, settings.CACHE_URL}:
            if url.startswith("redis"):
                Redis.from_url(url).flushall()
        if settings.BROKER_URL.startswith("filesystem"):
            shutil.rmtree(settings.VAR_DIR / "broker" / "queue", ignore_errors=True)
            cache.clear()

    def broker_restarted(self) -> None:
        """By the operator's command; without one every connection to it ends."""
        if self.restart_redis:
            _run(self.restart_redis)
        elif settings.BROKER_URL.startswith("redis"):
            Redis.from_url(settings.BROKER_URL).client_kill_filter(_type="normal", skipme=True)
            Redis.from_url(settings.BROKER_URL).client_kill_filter(_type="pubsub")

    def database_restarted(self) -> None:
        """By the operator's command; without one every other connection to this database ends."""
        if self.restart_database:
            _run(self.restart_database)
        elif connection.vendor == "postgresql":
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        connection.close()

    def _restart(self, name: str, command: Sequence[str] = ()) -> None:
        self.portal.kill(name)
        self.portal.start(name, command)


def _run(command: str) -> None:
    subprocess.run(shlex.split(command), check=True, stdin=subprocess.DEVNULL)
