"""Is the portal well? Checks of /readyz/: database, broker, timer, and what higher apps register.

A check never raises out: whatever goes wrong is an answer ("not ok") that the operator can read.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from shenguan.ui.models import BeatMark

logger = logging.getLogger(__name__)

BEAT_LATE_SECONDS = 90  # beat marks every 15 s; six missed marks are no longer a hiccup
BROKER_TIMEOUT_SECONDS = 2


@dataclass(frozen=True)
class Finding:
    """The answer of one check; `value` is what the operator wants to see (an age in seconds, a number, a word)."""

    ok: bool
    value: object = None


Probe = Callable[[], Finding]

_probes: dict[str, Probe] = {}


def register_probe(name: str, probe: Probe) -> None:
    """Adds a check, e.g. the age of the oldest undelivered push; called from AppConfig.ready.

    A probe that describes somebody else's trouble (a recipient that is down) reports its value with ok=True.
    """
    _probes[name] = probe


def check_database() -> Finding:
    """One trivial query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(True)


def check_broker() -> Finding:
    """Opens a connection to the broker, or looks for the embedded one's folder. Raises what the transport raises."""
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder:
        return Finding(Path(str(folder)).is_dir())
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)
    return Finding(True)


def check_beat(at_most: int = BEAT_LATE_SECONDS) -> Finding:
    """Seconds since a message of the timer last went all the way through broker and worker; fine up to `at_most`."""
    mark = BeatMark.objects.filter(name="beat").first()
    if mark is None:
        return Finding(False, "从未运行")
    age = (timezone.now() - mark.seen_at).total_seconds()
    return Finding(age <= at_most, round(age))


def findings() -> dict[str, Finding]:
    """Every check by name."""
    checks: dict[str, Probe] = {"database": check_database, "broker": check_broker, "beat_age_seconds": check_beat}
    return {name: _safely(name, check) for name, check in (checks | _probes).items()}


def _safely(name: str, check: Probe) -> Finding:
    try:
        return check()
    except Exception:  # any failure of a dependency is the answer itself; the log keeps the cause
        logger.warning("health check %s failed", name, exc_info=True)
        return Finding(False, "检查失败")
