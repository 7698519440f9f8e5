"""What a channel is: it carries parcels over a network and says how it went. It never touches the database."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self

from linkage.models import Attempt


class Target(NamedTuple):
    """Where parcels go and how, as it is now."""

    endpoint_id: int
    channel: str
    url: str
    allow_http: bool
    secrets: tuple[str, ...]  # newest first; two while rotating
    batch_size: int  # parcels of one call
    max_calls: int  # at the same time


class Parcel(NamedTuple):
    """One delivery, with everything a channel needs to carry it."""

    delivery_id: int
    number: int  # which attempt this is
    first_attempt_at: datetime | None
    case_number: str  # parcels of one case go one after the other
    alone: bool  # not in a batch
    message_id: str  # the same over retries and replays: what the receiver drops repeats by
    event_id: str
    event_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call went. `outcome` is delivered, retry or dead."""

    outcome: Attempt.Outcome
    duration_ms: int
    status_code: int | None = None
    error: str = ""
    request_sha256: str = ""
    response_sha256: str = ""
    retry_after: timedelta | None = None  # the least time the receiver asked for


class Channel(ABC):
    """Holds what is worth keeping between calls (a connection pool); used as an async context manager."""

    name: ClassVar[str]

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Opens the pool."""

    @abstractmethod
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the pool."""

    @abstractmethod
    async def send(self, target: Target, parcels: Sequence[Parcel]) -> Answer:
        """Carries parcels in one call. Never raises: whatever happens on the way is an Answer."""
