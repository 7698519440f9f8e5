"""The pass that delivers: holds lanes, keeps their calls supplied, writes answers down until nothing is due.

This thread owns the database connection; calls are made by the carrier's loop beside it (linkage.channels.carrier), so
that writing and calling overlap. Each recipient has its own share of calls: a slow one does not make others wait.
A pass may stand by: then it waits for more, and whoever queues a delivery in this process wakes it without the broker.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue

from linkage.actions import deliveries, lanes
from linkage.channels.base import Parcel
from linkage.channels.carrier import Box, Carrier, Done, Dropped, Line, carrier
from shenguan.events import nudge

DELIVERING_TASK = "linkage.tasks.deliver_due"
ROWS = 400  # of one lane in memory, and
ALL_ROWS = 4000  # of all lanes of a pass: what bounds a worker's memory, whatever the backlog
TOGETHER = 400  # answers worth a transaction
PATIENCE = 0.05  # seconds without an answer until lanes are looked at again
GATHER = 0.02  # seconds an answer waits for others to be written with it, when no backlog promises many
LOOK_AGAIN, LOOK_SELDOM = 0.1, 0.5  # seconds until an exhausted queue is looked at again while calls are under way
RENEW_EVERY = 3.0  # seconds; a lease lasts ten
COME_BACK = 0.01  # seconds until a pass that stands by looks for what came while its lanes were held; a wake may do it
GLANCE = 0.5  # seconds until a pass that stands by asks whether its worker stops


class _Lane:
    """What this pass knows of a lane it holds."""

    def __init__(self, carrier: Carrier, pk: int, fence: int, box: Box) -> None:
        self.pk, self.fence = pk, fence
        self.line = Line(carrier, pk, box)
        self.in_hand: dict[int, None] = {}  # delivery ids handed over and not written down
        self.waiting: list[Done] = []  # answers to be written down
        self.last = 0  # the highest id taken since the queue was last read from its start
        self.low = 0  # with no more than this in hand it is time to take more
        self.look_at, self.pause = 0.0, LOOK_AGAIN
        self.probing = False  # the breaker is half open: one call at a time
        self.looked = False  # its queue was read
        self.fruitful = False  # something was taken since the lane is held
        self.stopped = False  # paused, resting or lost: nothing more is taken

    def wants(self) -> bool:
        """Little enough is in hand, and more may be there."""
        if self.stopped or len(self.in_hand) > (0 if self.probing else self.low):
            return False
        if self.looked and not self.in_hand:
            return self.last > 0
        return time.monotonic() >= self.look_at

    def took(self, load: deliveries.Load) -> None:
        """Notes what came of a look at the queue."""
        self.looked, self.last = True, load.last
        self.in_hand.update(dict.fromkeys(parcel.delivery_id for parcel in load.parcels))
        self.low = max(len(self.in_hand), load.target.max_calls) // 2
        self.probing = load.probing
        self.fruitful |= bool(load.parcels)
        self.pause = min(2 * self.pause, LOOK_SELDOM) if not load.parcels else LOOK_AGAIN
        self.look_at = time.monotonic() + (self.pause if load.last == 0 else 0)

    def look_soon(self) -> None:
        """Something was queued, perhaps for this lane."""
        self.pause = LOOK_AGAIN
        self.look_at = min(self.look_at, time.monotonic() + LOOK_AGAIN)

    def forget(self, parcels: Iterable[Parcel]) -> None:
        """These are in hand no more."""
        for parcel in parcels:
            self.in_hand.pop(parcel.delivery_id, None)

    def answered(self) -> int:
        """Parcels whose answers wait to be written down."""
        return sum(len(done.parcels) for done in self.waiting)

    def is_exhausted(self) -> bool:
        """Nothing more is to be had now."""
        return self.stopped or (self.looked and self.last == 0)


class Pass:
    """One run of the deliverer. With `stopping` it stands by until its time is over or that says so."""

    def __init__(self, seconds: float, stopping: Callable[[], bool] | None = None) -> None:
        self.until = time.monotonic() + seconds
        self.stopping = stopping
        self.carrier = carrier()
        self.box: Box = SimpleQueue()
        self.lanes: dict[int, _Lane] = {}
        self.idle: set[int] = set()  # lanes that gave nothing: left to the next wake
        self.look = True  # free lanes may have something for us
        self.look_at = math.inf  # when they may have it
        self.attempts = 0
        self.renewed = time.monotonic()

    def run(self) -> int:
        """Until nothing is due or the time is over; how many parcels were attempted."""
        lanes.prepare()
        try:
            while self._goes_on():
                self._take_up()
                self._supply()
                self._write_down(self._collect())
                self._renew()
                self._let_go()
            return self.attempts
        finally:
            self._leave()

    def in_time(self) -> bool:
        """More may be taken."""
        return time.monotonic() < self.until and not (self.stopping and self.stopping())

    def wake(self) -> None:
        """Something was queued. Called by any thread."""
        self.box.put(None)

    def _goes_on(self) -> bool:
        return bool(self.lanes) or (self.in_time() and (self._looks() or self._stand_by()))

    def _looks(self) -> bool:
        self.look = self.look or time.monotonic() >= self.look_at
        return self.look

    def _stand_by(self) -> bool:
        """Waits to be woken; False when the pass ends."""
        while self.stopping is not None and self.in_time():
            self._receive(min(GLANCE, self.look_at - time.monotonic()))
            if self._looks():
                return True
        return False

    def _receive(self, patience: float) -> None:
        """Puts in what lies in the box, or what comes within `patience` seconds."""
        with suppress(Empty):
            self._put_in(self.box.get(timeout=max(patience, 0)))
            while True:
                self._put_in(self.box.get_nowait())

    def _take_up(self) -> None:
        """Takes free lanes. A look begins after the wake, so what was queued before it is seen."""
        if not self._looks() or not self.in_time():
            return
        self.look, self.look_at = False, math.inf
        for held in deliveries.take_up(besides=self.idle | self.lanes.keys()):
            lane = self.lanes[held.endpoint_id] = _Lane(self.carrier, held.endpoint_id, held.fence, self.box)
            if held.load is not None:
                self._hand_over(lane, held.load)

    def _supply(self) -> None:
        share = max(ALL_ROWS // len(self.lanes), 50) if self.lanes else 0
        for lane in self.lanes.values():
            if not self.in_time() and not lane.stopped:
                self._stop(lane)
            if lane.wants():
                self._take(lane, min(share, ROWS))

    def _take(self, lane: _Lane, rows: int) -> None:
        """Reads the queue of a lane on from where it was left, and from its start once the end was reached."""
        load = deliveries.take(lane.pk, lane.fence, rows=rows, after=lane.last, besides=lane.in_hand)
        if load is None:
            self._stop(lane)
        else:
            self._hand_over(lane, load)

    def _hand_over(self, lane: _Lane, load: deliveries.Load) -> None:
        lane.took(load)
        if load.parcels:
            self.carrier.post(lane.line.add, load.target, load.parcels)

    def _stop(self, lane: _Lane) -> None:
        lane.stopped = True
        self.carrier.post(lane.line.discard)

    def _collect(self) -> list[_Lane]:
        """Waits until enough answers are there, or no more that come soon, or for a wake; the lanes that have some."""
        now = time.monotonic()
        gathered = min(now + PATIENCE, self.look_at)
        backlog = any(lane.last for lane in self.lanes.values())
        while not self.look and now < gathered and self._calls_are_out():
            self._receive(gathered - now)
            answered = sum(lane.answered() for lane in self.lanes.values())
            now = time.monotonic()
            if answered >= TOGETHER:
                break
            if answered and not backlog:
                gathered = min(gathered, now + GATHER)
        return [lane for lane in self.lanes.values() if lane.waiting]

    def _calls_are_out(self) -> bool:
        return any(len(lane.in_hand) > lane.answered() for lane in self.lanes.values())

    def _put_in(self, item: Done | Dropped | None) -> None:
        if item is None:
            self.look = True
            self.idle.clear()
            for lane in self.lanes.values():
                lane.look_soon()
        elif isinstance(item, Done):
            self.lanes[item.endpoint_id].waiting.append(item)
        else:
            self.lanes[item.endpoint_id].forget(item.parcels)

    def _write_down(self, answered: list[_Lane]) -> None:
        if not answered:
            return
        entries, stands_still = [], {}
        for lane in answered:
            done, lane.waiting = lane.waiting, []
            for one in done:
                lane.forget(one.parcels)
                self.attempts += len(one.parcels)
            stands_still[lane.pk] = {p.case_number for one in done if one.stands_still for p in one.parcels}
            results = [(one.parcels, one.answer, one.target.url) for one in done]
            leaving = not lane.in_hand and lane.is_exhausted()
            entries.append(deliveries.Answered(lane.pk, lane.fence, results, leaving))
        gone = deliveries.record(entries)
        for lane, entry in zip(answered, entries, strict=True):
            if lane.pk in gone:
                self._stop(lane)
            elif entry.leaving:
                self._left(lane)
            if stands_still[lane.pk]:
                self.carrier.post(lane.line.settle, stands_still[lane.pk])

    def _renew(self) -> None:
        if not self.lanes or time.monotonic() - self.renewed < RENEW_EVERY:
            return
        self.renewed = time.monotonic()
        for pk in lanes.renew({lane.pk: lane.fence for lane in self.lanes.values()}):
            self._stop(self.lanes[pk])
        self.look = True

    def _let_go(self) -> None:
        """Gives back lanes that have nothing in hand and were not given back with their last answers."""
        done = [lane for lane in self.lanes.values() if not lane.in_hand and lane.is_exhausted()]
        lanes.release({lane.pk: lane.fence for lane in done})
        for lane in done:
            self._left(lane)

    def _left(self, lane: _Lane) -> None:
        """Whoever came by meanwhile left the work to us: we look once more, unless there was nothing for us."""
        del self.lanes[lane.pk]
        if lane.stopped or not lane.fruitful:
            self.idle.add(lane.pk)
        else:
            wait = COME_BACK if self.stopping else 0
            self.look_at = min(self.look_at, time.monotonic() + wait)

    def _leave(self) -> None:
        """After an error: nothing more is started, leases are given back as soon as they run out."""
        for lane in self.lanes.values():
            self.carrier.post(lane.line.discard)


def deliver_due(*, seconds: float = 20.0) -> int:
    """Delivers what is due; stops taking after `seconds`. How many parcels were tried. Safe beside other workers."""
    work = Pass(seconds)
    attempts = work.run()
    if not work.in_time() and lanes.anything_free():
        nudge.send(DELIVERING_TASK)
    return attempts


_lock = threading.Lock()
_standing_by: list[Pass] = []


def stand_by(*, seconds: float, stopping: Callable[[], bool]) -> int:
    """Delivers what is due and what becomes due, for `seconds`; wakes the one that does so already in this process."""
    with _lock:
        if _standing_by:
            _standing_by[0].wake()
            return 0
        work = Pass(seconds, stopping)
        _standing_by.append(work)
    nudge.listen(DELIVERING_TASK, _wake)
    try:
        attempts = work.run()
    finally:
        with _lock:
            _standing_by.clear()
    nudge.send(DELIVERING_TASK)  # somebody goes on, also with what was queued since the last look
    return attempts


def _wake() -> bool:
    """Wakes the pass of this process; False when none stands by."""
    with _lock:
        for work in _standing_by:
            work.wake()
        return bool(_standing_by)
