"""What measurements wait for: a warm worker, a full queue, an end."""

import time
from collections.abc import Callable, Sequence

from linkage.bench import backlog
from linkage.bench.backlog import Receiver
from shenguan.events import nudge

WARM_UP_SECONDS = 6
PATIENCE_SECONDS = 180


def warm(each: int) -> None:
    """Lets the worker come up, then fills the queue: nothing moves before the nudge, for there is no beat."""
    time.sleep(WARM_UP_SECONDS)
    backlog.fill(each)


def wake() -> None:
    """One message for a deliverer."""
    nudge.send("linkage.tasks.deliver_due")


def arrived(sinks: Sequence[Receiver], each: int) -> None:
    """Until every sink has so many pushes. Raises TimeoutError."""
    until(lambda: all(sink.pushes >= each for sink in sinks))


def until(there: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Raises TimeoutError when it does not become true within `patience` seconds."""
    end = time.monotonic() + patience
    while not there():
        if time.monotonic() > end:
            raise TimeoutError(f"not there within {patience} s")
        time.sleep(0.1)
