"""How often somebody may try something, counted in the cache for a fixed span of time."""

import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)


def exceeded(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Counts one try of `what` by `who` (a login name or address); True once there are more than `limit` in `seconds`.

    A cache that is down counts nothing: what is limited has a lock of its own, this only makes guessing slow.
    """
    key = f"rate:{what}:{who}"
    try:
        if cache.add(key, 1, timeout=seconds):
            return limit < 1
        return int(cache.incr(key)) > limit
    except ValueError:  # the span ended between the two
        return False
    except Exception:  # whatever a cache may throw
        logger.warning("could not count tries of %s", what, exc_info=True)
        return False
