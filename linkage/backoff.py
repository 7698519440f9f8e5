"""How long to wait before the next attempt."""

import random
from datetime import timedelta

JITTER = 0.2
_dice = random.SystemRandom()


def wait(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Doubles from `first` with every failed attempt (1, 2, …) up to `longest`, plus up to a fifth at random.

    The jitter only lengthens: many rows that failed together do not come back together, and none comes early.
    """
    doubled = min(first * 2 ** min(max(attempts, 1) - 1, 20), longest)
    return doubled * _dice.uniform(1.0, 1.0 + JITTER)
