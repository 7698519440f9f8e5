"""What a channel is: it carries one parcel over a network and says how it went. It never touches the database."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

from linkage.models import Attempt, Delivery


@dataclass(frozen=True)
class Parcel:
    """One leased delivery, with everything a channel needs to carry it."""

    delivery_id: int
    endpoint_id: int
    fence: int  # of this lease; an answer under an older one is ignored
    number: int  # which attempt this is
    channel: str
    url: str
    allow_http: bool
    secrets: tuple[str, ...]  # newest first; two while rotating
    message_id: str  # the same over retries and replays: what the receiver drops repeats by
    event_id: str
    event_at: datetime
    data: dict[str, Any]

    @classmethod
    def of(cls, delivery: Delivery, *, message_id: str, data: dict[str, Any]) -> Self:
        """The parcel of a delivery that was just leased."""
        endpoint, event = delivery.endpoint, delivery.push.event
        return cls(
            delivery_id=delivery.pk,
            endpoint_id=endpoint.pk,
            fence=delivery.fence,
            number=delivery.attempts_made,
            channel=endpoint.channel,
            url=endpoint.url,
            allow_http=endpoint.allow_http,
            secrets=tuple(secret for secret in (endpoint.secret, endpoint.previous_secret) if secret),
            message_id=message_id,
            event_id=str(event.event_id),
            event_at=event.recorded_at,
            data=data,
        )


@dataclass(frozen=True)
class Answer:
    """How one attempt went. `outcome` is delivered, retry or dead."""

    outcome: Attempt.Outcome
    duration_ms: int
    status_code: int | None = None
    error: str = ""
    response_sha256: str = ""
    retry_after: timedelta | None = None  # the least time the receiver asked for


class Channel(ABC):
    """Holds what is worth keeping between parcels (a connection pool); used as an async context manager."""

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
    async def send(self, parcel: Parcel) -> Answer:
        """Carries one parcel. Never raises: whatever happens on the way is an Answer."""
