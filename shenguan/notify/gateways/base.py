"""What a gateway is: takes one message, answers with a receipt or says whether trying again makes sense."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True)
class Outgoing:
    """One message as a gateway sees it. `uid` stays the same on every retry, so that a provider can drop repeats."""

    uid: str
    address: str
    template_code: str
    text: str


@dataclass(frozen=True)
class Receipt:
    """The provider's number for the message."""

    reference: str


class TemporaryFailure(Exception):
    """Try again later: time-out, throttling, provider down."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentFailure(Exception):
    """Trying again cannot help: the number does not exist, the text is refused."""


class Gateway(ABC):
    """One provider."""

    name: ClassVar[str]
    stores_only: ClassVar[bool] = False  # True: nothing really leaves the house, and the outbox page says so

    @abstractmethod
    def send(self, outgoing: Outgoing) -> Receipt:
        """Hands the message over. Called outside any transaction. Raises TemporaryFailure or PermanentFailure."""
