"""A storm inside one process: kills at random places, jumps of the clock, rude receivers, workers that overtake.

A kill is a BaseException: nothing of the portal catches it, and what was not committed is gone. It strikes before any
statement, before a commit and after one. What was under way in the carrier is cut off like the calls of a dead process.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

import pytest
import time_machine
from django.db import connection, transaction

from linkage.actions import deliveries, dispatch, lanes, routing
from linkage.channels import carrier
from linkage.channels.base import Answer, Channel, Parcel, Target
from linkage.channels.webhook import answers
from linkage.models import Attempt, Delivery, Push
from shenguan.audit.actions.sealing import seal_pending
from tests.linkage.conftest import happen

RUDE_HOURS = 3  # of a calm


class KilledError(BaseException):
    """The process is dead."""


class Receiver(Channel):
    """Takes parcels as a department's system would, drops what it has, and misbehaves by the dice."""

    name: ClassVar[str] = "webhook"
    dice: ClassVar[random.Random]
    effects: ClassVar[list[tuple[int, str, int]]]  # recipient, case, sequence, in the order of taking
    known: ClassVar[set[str]]
    faults: ClassVar[Counter[str]]
    rude: ClassVar[bool]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def send(self, target: Target, parcels: Sequence[Parcel]) -> Answer:
        """Answers like the webhook channel would with what came over the line."""
        fault = self.dice.choice(["", "", "", "500", "429", "garbage", "cut", "lost"]) if self.rude else ""
        self.faults[fault] += 1
        if fault in ("500", "429"):
            hush = timedelta(seconds=3) if fault == "429" else None
            status = int(fault)
            return Answer(answers.outcome_of(status), 1, status, answers.error_of(status), retry_after=hush)
        if fault == "cut":
            return Answer(Attempt.Outcome.RETRY, 1, error="断线")
        for parcel in parcels:
            if parcel.message_id not in self.known:
                self.known.add(parcel.message_id)
                self.effects.append((target.endpoint_id, parcel.case_number, parcel.data["sequence"]))
        if fault == "lost":  # taken, but the answer never came: it will come twice
            return Answer(Attempt.Outcome.RETRY, 1, error="断线")
        return Answer(Attempt.Outcome.DELIVERED, 1, 200, response_sha256="0" * 64)


class Storm:
    """One run by one seed."""

    def __init__(self, seed: int, traveller: time_machine.Traveller, patch: pytest.MonkeyPatch) -> None:
        self.dice = random.Random(seed)
        self.traveller = traveller
        self.deaths: Counter[str] = Counter()
        self.overtaken = 0
        self.fuse = 0  # statements and commits until the kill; 0 for none
        self.nested = False
        Receiver.dice, Receiver.rude = random.Random(seed + 1), True
        Receiver.effects, Receiver.known, Receiver.faults = [], set(), Counter()
        patch.setattr(carrier, "CHANNELS", {"webhook": Receiver})
        patch.setattr(connection, "commit", self._committing(connection.commit))
        patch.setattr(dispatch, "ROWS", 4)  # long queues, read in pieces
        patch.setattr(lanes, "FEW", 3)
        for place in ("take", "record"):
            patch.setattr(deliveries, place, self._overtaken(getattr(deliveries, place)))

    def blow(self, steps: int, cases: Iterator[Any]) -> None:
        """So many steps, each one of: cases happen, the clock jumps, the router, the deliverer or the sealer runs."""
        for _ in range(steps):
            act = self.dice.choice([self._happen, self._jump, self._route, self._route, self._deliver, self._deliver])
            act(cases)

    def calm(self) -> None:
        """Nobody is killed any more, soon receivers are polite; hours pass, as often as it takes."""
        for hour in range(20):
            Receiver.rude = hour < RUDE_HOURS
            self.traveller.shift(timedelta(hours=2))
            while routing.route_pending():
                pass
            dispatch.deliver_due(seconds=5)
            if not Delivery.objects.pending().exists():
                return
        raise AssertionError("deliveries still wait after forty hours")

    def _happen(self, cases: Iterator[Any]) -> None:
        """Two cases are accepted and concluded; a kill on the way leaves none of it or all."""
        for case in (next(cases), next(cases)):
            with self._mortal("happen", 20), transaction.atomic():
                happen(case, "approval.accepted")
                happen(case, "approval.concluded")

    def _jump(self, _cases: Iterator[Any]) -> None:
        """Somebody sets the clock: forward, or back."""
        self.traveller.shift(timedelta(seconds=self.dice.choice([-600, -30, 5, 11, 60, 900])))

    def _route(self, _cases: Iterator[Any]) -> None:
        with self._mortal("route", 50):
            routing.route_pending(limit=self.dice.randint(1, 7))
            seal_pending()

    def _deliver(self, _cases: Iterator[Any]) -> None:
        with self._mortal("deliver", 40):
            dispatch.deliver_due(seconds=5)

    @contextmanager
    def _mortal(self, what: str, longest: int) -> Iterator[None]:
        """Lights a fuse two times out of three; a kill ends the block and the calls under way."""
        self.fuse = self.dice.randint(1, longest) if self.dice.random() < 0.67 else 0
        try:
            with connection.execute_wrapper(self._statement):
                yield
        except KilledError:
            self.deaths[what] += 1
            carrier.stop()
        finally:
            self.fuse = 0

    def _statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        self._burn()
        return execute(*args)

    def _burn(self) -> None:
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                raise KilledError

    def _committing(self, commit: Callable[[], None]) -> Callable[[], None]:
        """A commit that may be the last thing that does not happen, or the last thing that does."""

        def committed() -> None:
            try:
                self._burn()
            except KilledError:
                connection.rollback()
                raise
            commit()
            self._burn()

        return committed

    def _overtaken(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act` of a worker that slept before it: a wait ended, or another worker took its lanes and delivered."""

        def late(*args: Any, **kwargs: Any) -> Any:
            slept = "" if self.nested else self.dice.choice(["", "", "", "a wait", "a lease"])
            if slept == "a wait":
                self.traveller.shift(deliveries.FIRST_WAIT * 1.5)
            elif slept:
                self.nested, self.overtaken, fuse, self.fuse = True, self.overtaken + 1, self.fuse, 0
                try:
                    self.traveller.shift(lanes.LEASE + timedelta(seconds=1))
                    dispatch.deliver_due(seconds=5)
                finally:
                    self.nested, self.fuse = False, fuse
            return act(*args, **kwargs)

        return late


def recipients_without_gaps() -> dict[int, list[int]]:
    """The sequences each department was given, which should be 1, 2, 3, …"""
    found: dict[int, list[int]] = {}
    for department, sequence in Push.objects.order_by("sequence").values_list("department", "sequence"):
        found.setdefault(department, []).append(sequence)
    return found
