"""The loop that makes the calls: one thread of a worker process with its connections kept from pass to pass.

A pass (linkage.actions.dispatch) owns the database; it hands parcels over and gets answers back. Here the calls to one
recipient are kept within its limit, and parcels of one case go one after the other: the next starts when the one
before was taken or refused for good. After an answer that asks for another attempt the case stands still until the
pass has written that down and says so (`settle`).
"""

import asyncio
import atexit
import os
import threading
from collections import deque
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from linkage.channels import CHANNELS
from linkage.channels.base import Answer, Channel, Parcel, Target
from linkage.models import Attempt


@dataclass(frozen=True, slots=True)
class Done:
    """The answer of one call."""

    endpoint_id: int
    target: Target
    parcels: list[Parcel]
    answer: Answer

    @property
    def stands_still(self) -> bool:
        """The cases wait until this is written down: another attempt follows, or each of a batch goes by itself."""
        refused_batch = self.answer.outcome == Attempt.Outcome.DEAD and len(self.parcels) > 1
        return refused_batch or self.answer.outcome == Attempt.Outcome.RETRY


@dataclass(frozen=True, slots=True)
class Dropped:
    """Parcels that were handed over and are not sent: their rows stay as they were."""

    endpoint_id: int
    parcels: list[Parcel]


Box = SimpleQueue["Done | Dropped | None"]  # None: something was queued


class Line:
    """The calls to one recipient in one pass. Everything but the constructor runs in the loop."""

    def __init__(self, carrier: "Carrier", endpoint_id: int, box: Box) -> None:
        self._carrier, self._endpoint_id, self._box = carrier, endpoint_id, box
        self._queue: deque[Parcel] = deque()
        self._busy: set[str] = set()  # cases with a parcel under way, or waiting to be settled
        self._calls: set[asyncio.Task[None]] = set()
        self._target: Target | None = None

    def add(self, target: Target, parcels: Sequence[Parcel]) -> None:
        """Takes parcels in their order; the newest word about the recipient holds for all of them."""
        self._target = target
        self._queue.extend(parcels)
        self._start()

    def settle(self, cases: set[str]) -> None:
        """A failure in these cases is written down; what else of them was handed over goes back."""
        back = [parcel for parcel in self._queue if parcel.case_number in cases]
        self._queue = deque(parcel for parcel in self._queue if parcel.case_number not in cases)
        self._busy -= cases
        if back:
            self._box.put(Dropped(self._endpoint_id, back))
        self._start()

    def discard(self) -> None:
        """Gives back everything that has not started."""
        if self._queue:
            self._box.put(Dropped(self._endpoint_id, list(self._queue)))
            self._queue.clear()

    def _start(self) -> None:
        target = self._target
        while target and len(self._calls) < target.max_calls and (parcels := self._next(target.batch_size)):
            self._busy.update(parcel.case_number for parcel in parcels)
            call = asyncio.get_running_loop().create_task(self._call(target, parcels))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    def _next(self, most: int) -> list[Parcel]:
        """The parcels of the next call, in order; those of busy cases stay. Parcels of one case may share a batch."""
        taken: list[Parcel] = []
        kept: list[Parcel] = []
        passed: set[str] = set()
        while self._queue and len(taken) < most:
            parcel = self._queue.popleft()
            if parcel.case_number in self._busy or parcel.case_number in passed or (parcel.alone and taken):
                kept.append(parcel)
                passed.add(parcel.case_number)
                continue
            taken.append(parcel)
            if parcel.alone:
                break
        self._queue.extendleft(reversed(kept))
        return taken

    async def _call(self, target: Target, parcels: list[Parcel]) -> None:
        answer = await self._carrier.channel(target.channel).send(target, parcels)
        done = Done(self._endpoint_id, target, parcels, answer)
        if not done.stands_still:
            self._busy.difference_update(parcel.case_number for parcel in parcels)
        self._box.put(done)
        current = asyncio.current_task()
        if current is not None:
            self._calls.discard(current)
        self._start()


class Carrier:
    """A thread with an event loop and the open channels."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._channels: dict[str, Channel] = {}
        self._stop: asyncio.Event | None = None
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._live(ready),), name="carrier", daemon=True
        )
        self._thread.start()
        ready.wait()

    def channel(self, name: str) -> Channel:
        """An open channel."""
        return self._channels[name]

    def post(self, act: Any, *args: Any) -> None:
        """Runs a plain function in the loop, in the order of posting."""
        self._loop.call_soon_threadsafe(act, *args)

    def call(self, work: Coroutine[Any, Any, Answer]) -> "Future[Answer]":
        """Runs one coroutine in the loop, for somebody who waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Ends the loop and its connections."""
        if self._stop is not None and self.pid == os.getpid() and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(3)
            if not self._thread.is_alive():
                self._loop.close()

    async def _live(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        async with AsyncExitStack() as stack:
            for name, kind in CHANNELS.items():
                self._channels[name] = await stack.enter_async_context(kind())
            ready.set()
            await self._stop.wait()


_lock = threading.Lock()
_running: list[Carrier] = []


def carrier() -> Carrier:
    """The carrier of this process, started at the first call; a forked child gets one of its own."""
    with _lock:
        if not _running or _running[0].pid != os.getpid():
            _running[:] = [Carrier()]
        return _running[0]


@atexit.register
def stop() -> None:
    """Closes the carrier of this process; the next call starts another."""
    with _lock:
        if _running:
            _running.pop().close()
