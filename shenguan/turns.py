"""Work that one thread of a process does for all that ask."""

import threading
from collections.abc import Callable


class Turns:
    """Whoever asks while somebody works leaves it to them: they begin once more before they end."""

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._asked = threading.Event()

    def run(self, work: Callable[[], int]) -> int:
        """`work` until nobody has asked since it began last, and the sum of what it gives; 0 when another works."""
        done = 0
        self._asked.set()
        while self._asked.is_set() and self._busy.acquire(blocking=False):
            try:
                self._asked.clear()
                done += work()
            finally:
                self._busy.release()
        return done
