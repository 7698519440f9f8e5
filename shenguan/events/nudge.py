"""Waking a worker after a commit. A nudge carries no work: rows do, and a periodic sweep finds what a nudge lost.

Coalescing, because a deep queue makes the filesystem broker slow (DESIGN §5): a flag in the cache says that a message
for this task is already waiting. The task takes the flag down before it reads its rows (shenguan.celery.PortalTask),
so whoever finds the flag up may stay silent: the waiting run starts later than their commit and sees their rows.
A flag whose message was lost with the broker falls by itself after FLAG_SECONDS.

Where the work is done in the very process that asks for it, it listens, and neither broker nor cache is needed.
"""

import logging
import time
from collections.abc import Callable
from functools import partial

from celery import current_app
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)

FLAG_SECONDS = 2
REST_SECONDS = 10.0  # after a failure the broker is left alone, so that only one page in that time waits for it
_rest = {"until": 0.0}
_listeners: dict[str, Callable[[], bool]] = {}


def after_commit(task: str) -> None:
    """Wakes the task called `task` once the current transaction is committed, however often it is asked."""
    waiting = (func for _, func, _ in transaction.get_connection().run_on_commit)
    if not any(isinstance(func, partial) and func.func is send and func.args == (task,) for func in waiting):
        transaction.on_commit(partial(send, task))


def listen(task: str, wake: Callable[[], bool]) -> None:
    """From now on `task` is asked for in this process by `wake`, and by a message only when that says False."""
    _listeners[task] = wake


def send(task: str) -> bool:
    """Sends the message now unless one is waiting; False when nothing was sent. Never raises: a page must go on."""
    if task in _listeners and _listeners[task]():
        return True
    if time.monotonic() < _rest["until"]:
        return False
    try:
        if not cache.add(_flag(task), 1, timeout=FLAG_SECONDS):
            return False
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception:  # whatever a broker or cache may throw, the sweep does the work a few seconds later
        _rest["until"] = time.monotonic() + REST_SECONDS
        logger.warning("could not wake %s; the periodic sweep will do its work", task, exc_info=True)
        return False
    return True


def arrived(task: str) -> None:
    """Takes the flag down; called when a run of `task` starts, before it reads any row."""
    try:
        cache.delete(_flag(task))
    except Exception:  # the flag falls by itself
        logger.warning("could not take down the flag of %s", task, exc_info=True)


def forgive() -> None:
    """Ends the rest after a failure at once."""
    _rest["until"] = 0.0


def _flag(task: str) -> str:
    return f"nudge:{task}"
