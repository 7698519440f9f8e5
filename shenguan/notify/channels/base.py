"""What a channel and its gateway are.

A gateway takes one message and answers with a receipt, or says whether trying again makes sense. It never touches the
database: it runs in an event loop, outside any transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import ClassVar, Self

from shenguan.notify.letters import Letter
from shenguan.notify.telling import Telling
from shenguan.notify.templates import Template
from shenguan.org.models import Staff


@dataclass(frozen=True)
class Outgoing:
    """One message as a gateway sees it. `uid` stays the same on every retry, so that a provider can drop repeats."""

    uid: str
    address: str
    template_code: str
    text: str
    subject: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)  # of the registered text


@dataclass(frozen=True)
class Receipt:
    """The provider's number for the message."""

    reference: str


class PermanentFailure(Exception):
    """Trying again cannot help: the number does not exist, the text is refused."""


class TemporaryFailure(Exception):
    """This message may be tried again later; the gateway itself works."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GatewayDown(TemporaryFailure):
    """No message would go through now: unreachable, overloaded, our account refused. Costs the message no attempt.

    With `retry_after` the gateway itself asked to be left alone for that long.
    """


Answer = Receipt | PermanentFailure | TemporaryFailure


class Gateway(ABC):
    """One provider. Holds what is worth keeping between messages (a connection); an async context manager."""

    name: ClassVar[str]
    stores_only: ClassVar[bool] = False  # True: nothing really leaves the house, and the outbox page says so
    at_once: ClassVar[int] = 20  # messages in flight

    async def __aenter__(self) -> Self:
        """Opens what is kept; whatever is entered into `self._stack` is closed at the end."""
        self._stack = AsyncExitStack()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        await self._stack.aclose()

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> Receipt:
        """Hands one message over. Raises PermanentFailure, TemporaryFailure or GatewayDown."""


class OutsideChannel(ABC):
    """A way out of the house."""

    name: ClassVar[str]  # as in Message.Channel

    @abstractmethod
    def gateway(self) -> Gateway:
        """The configured gateway. Raises ConfigurationError when its settings are absurd."""

    @abstractmethod
    def address_of(self, staff: Staff) -> str:
        """Where this reaches a colleague; empty when it does not."""

    @abstractmethod
    def message(self, telling: Telling, pointer: str) -> Letter:
        """What the colleague gets, not yet in the outbox. `pointer` names the 监管码 of the page; empty without one."""

    @abstractmethod
    def compose(self, template: Template, variables: Mapping[str, str], name: str, address: str) -> Letter:
        """A message about several things: merged ones, or the digest. Not yet in the outbox."""
