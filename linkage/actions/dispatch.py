"""The pass that delivers: holds lanes, keeps their calls supplied, writes answers down until nothing is due.

This thread owns the database connection; calls are made by the carrier's loop beside it (linkage.channels.carrier), so
that writing and calling overlap. Each recipient has its own share of calls: a slow one does not make others wait.
"""

import time
from queue import Empty, SimpleQueue

from linkage.actions import deliveries, lanes, payloads
from linkage.channels.base import Parcel
from linkage.channels.carrier import Box, Carrier, Done, Dropped, Line, carrier
from shenguan.events import nudge

DELIVERING_TASK = "linkage.tasks.deliver_due"
ROWS = 400  # of one lane in memory, and
ALL_ROWS = 4000  # of all lanes of a pass: what bounds a worker's memory, whatever the backlog
TOGETHER = 100  # answers worth a transaction
PATIENCE = 0.05  # seconds answers wait for others to be written with them
LOOK_AGAIN, LOOK_SELDOM = 0.02, 0.5  # seconds until an exhausted queue is looked at again while calls are under way
RENEW_EVERY = 3.0  # seconds; a lease lasts ten


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
        self.stopped = False  # paused, resting or lost: nothing more is taken

    def wants(self) -> bool:
        """Little enough is in hand, and the last fruitless look is some time ago."""
        if self.stopped or len(self.in_hand) > (0 if self.probing else self.low):
            return False
        return not self.in_hand or time.monotonic() >= self.look_at

    def took(self, load: deliveries.Load) -> None:
        """Notes what came of a look at the queue."""
        self.last = load.last
        self.in_hand.update(dict.fromkeys(parcel.delivery_id for parcel in load.parcels))
        self.low = len(self.in_hand) // 2
        self.probing = load.probing
        self.pause = min(2 * self.pause, LOOK_SELDOM) if not load.parcels else LOOK_AGAIN
        self.look_at = time.monotonic() + (self.pause if load.last == 0 else 0)


class Pass:
    """One run of the deliverer."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.carrier = carrier()
        self.box: Box = SimpleQueue()
        self.lanes: dict[int, _Lane] = {}
        self.idle: set[int] = set()  # lanes found empty: left to the next nudge
        self.names = payloads.Names()
        self.attempts = 0
        self.renewed = time.monotonic()

    def run(self) -> int:
        """Until nothing is due or the time is over; how many parcels were attempted."""
        try:
            while self.in_time() and self._acquire():
                while self.lanes:
                    self._supply()
                    self._write_down(self._collect())
                    self._renew()
                    self._let_go()
            return self.attempts
        finally:
            self._leave()

    def in_time(self) -> bool:
        return time.monotonic() < self.until

    def _acquire(self) -> bool:
        for pk, fence in lanes.acquire(besides=self.idle | self.lanes.keys()).items():
            self.lanes[pk] = _Lane(self.carrier, pk, fence, self.box)
        return bool(self.lanes)

    def _supply(self) -> None:
        share = max(ALL_ROWS // len(self.lanes), 50)
        for lane in self.lanes.values():
            if not self.in_time() and not lane.stopped:
                self._stop(lane)
            if lane.wants():
                self._take(lane, min(share, ROWS))

    def _take(self, lane: _Lane, rows: int) -> None:
        """Reads the queue of a lane on from where it was left, and from its start once the end was reached."""
        load = deliveries.take(
            lane.pk, lane.fence, rows=rows, names=self.names, after=lane.last, besides=[] if lane.last else lane.in_hand
        )
        if load is None:
            self._stop(lane)
            return
        lane.took(load)
        if load.parcels:
            self.carrier.post(lane.line.add, load.target, load.parcels)

    def _stop(self, lane: _Lane) -> None:
        lane.stopped = True
        self.carrier.post(lane.line.discard)

    def _collect(self) -> list[_Lane]:
        """Waits for answers; the lanes that have enough of them to be written down, or no reason to wait longer."""
        began = time.monotonic()
        while any(lane.in_hand for lane in self.lanes.values()):
            try:
                self._put_in(self.box.get(timeout=PATIENCE))
                while True:
                    self._put_in(self.box.get_nowait())
            except Empty:
                pass
            full = [lane for lane in self.lanes.values() if lane.waiting and self._is_full(lane)]
            if full or time.monotonic() - began > PATIENCE:
                break
        return [lane for lane in self.lanes.values() if lane.waiting]

    def _is_full(self, lane: _Lane) -> bool:
        answered = sum(len(done.parcels) for done in lane.waiting)
        return answered >= min(TOGETHER, len(lane.in_hand))

    def _put_in(self, item: Done | Dropped) -> None:
        lane = self.lanes[item.endpoint_id]
        if isinstance(item, Done):
            lane.waiting.append(item)
        else:
            self._forget(lane, item.parcels)

    def _write_down(self, answered: list[_Lane]) -> None:
        for lane in answered:
            done, lane.waiting = lane.waiting, []
            results = [(one.parcels, one.answer, one.target.url) for one in done]
            if not deliveries.record(lane.pk, lane.fence, results):
                self._stop(lane)
            cases = set()
            for one in done:
                self._forget(lane, one.parcels)
                self.attempts += len(one.parcels)
                if one.stands_still:
                    cases |= {parcel.case_number for parcel in one.parcels}
            if cases:
                self.carrier.post(lane.line.settle, cases)

    def _forget(self, lane: _Lane, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            lane.in_hand.pop(parcel.delivery_id, None)

    def _renew(self) -> None:
        if time.monotonic() - self.renewed < RENEW_EVERY:
            return
        self.renewed = time.monotonic()
        for pk in lanes.renew({lane.pk: lane.fence for lane in self.lanes.values()}):
            self._stop(self.lanes[pk])
        if self.in_time():
            self._acquire()

    def _let_go(self) -> None:
        """Gives back lanes with nothing in hand. Whoever came by meanwhile left the work to us: we look once more."""
        for lane in list(self.lanes.values()):
            if lane.in_hand or not (lane.stopped or lane.last == 0):
                continue
            lanes.release(lane.pk, lane.fence)
            del self.lanes[lane.pk]
            if lane.stopped or not deliveries.anything_to_send(lane.pk):
                self.idle.add(lane.pk)

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
