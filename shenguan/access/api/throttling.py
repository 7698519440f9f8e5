"""Rate limit per machine client (CONTRACT §3): 429 with Retry-After."""

import time
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from shenguan.access.api.authentication import calling_client

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time DRF's views import this package


class ClientRateThrottle(SimpleRateThrottle):
    """Counts calls per client in fixed windows.

    DRF's own counter keeps the time of every call, which at thousands a minute would be read and written back as one
    ever larger cache entry; a window needs one number.
    """

    scope = "client"
    num_requests: int  # DRF parses the rate "6000/min" into these two
    duration: int  # seconds

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        """One counter per client and window; None (no limit) for the open description pages."""
        if request.auth is None:
            return None
        window = int(time.time() // self.duration)
        return f"api-rate:{calling_client(request).pk}:{window}"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether this call is still within the window's allowance."""
        key = self.get_cache_key(request, view)
        return key is None or self._count(key) <= self.num_requests

    def _count(self, key: str) -> int:
        """How many calls this one makes it. Counted up first: only the first call of a window finds no counter."""
        try:
            return self.cache.incr(key)
        except ValueError:
            pass
        if self.cache.add(key, 1, timeout=self.duration):
            return 1
        try:
            return self.cache.incr(key)  # another call was the first
        except ValueError:  # and its window is over already
            return 1

    def wait(self) -> float:
        """Seconds until the window ends."""
        return self.duration - time.time() % self.duration
