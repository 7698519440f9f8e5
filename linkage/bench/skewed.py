"""A worker whose clock is wrong: `python -m linkage.bench.skewed SECONDS worker …`, the rest as for Celery.

Only Django's clock is moved, before anything is loaded that reads it; waiting and time-outs go by the monotonic one,
as they do when somebody sets the clock of a machine.
"""

import runpy
import sys
from datetime import datetime, timedelta

from django.utils import timezone


def main(seconds: str, *arguments: str) -> None:
    """Becomes Celery with a clock that is `seconds` ahead, or behind when negative."""
    skew, true_now = timedelta(seconds=float(seconds)), timezone.now

    def skewed_now() -> datetime:
        return true_now() + skew

    timezone.now = skewed_now
    sys.argv = ["celery", "-A", "shenguan", *arguments]
    runpy.run_module("celery", run_name="__main__")  # loads the portal only now, after the clock was moved


if __name__ == "__main__":
    main(*sys.argv[1:])
