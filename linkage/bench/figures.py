"""Medians and percentiles of timings."""

import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and maximum in milliseconds, of at least two timings."""
    return {
        "p50_ms": round(1000 * median(seconds), 1),
        "p95_ms": round(1000 * quantiles(seconds, n=20, method="inclusive")[-1], 1),
        "max_ms": round(1000 * max(seconds), 1),
    }


def timed(act: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
