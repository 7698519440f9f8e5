"""Carrying parcels by HTTP."""

import asyncio
import hashlib
import logging
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self

import aiohttp
from aiohttp.resolver import DefaultResolver

from linkage.channels.base import Answer, Channel, Parcel, Target
from linkage.channels.webhook import answers
from linkage.channels.webhook.envelope import Envelope, seal
from linkage.channels.webhook.guard import ForbiddenAddressError, GuardedResolver, check_url
from linkage.models import Attempt

logger = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
READ_AT_MOST = 65536  # bytes of an answer that are looked at
KEEP_SECONDS = 60  # an unused connection stays open: the next push need not wait for another handshake
CONNECTIONS = 400  # of one worker, all recipients together; each has its own smaller limit


class WebhookChannel(Channel):
    """One POST a call over two pools: one for public addresses, one for those an operator allowed inside."""

    name: ClassVar[str] = "webhook"

    async def __aenter__(self) -> Self:
        """Opens the pools."""
        self._stack = AsyncExitStack()
        self._sessions = {
            allowed: await self._stack.enter_async_context(_session(allow_private=allowed)) for allowed in (False, True)
        }
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes them."""
        await self._stack.aclose()

    async def send(self, target: Target, parcels: Sequence[Parcel]) -> Answer:
        """Signs and posts parcels in one call. Time-outs and broken lines are retried, a forbidden address is final."""
        batch = target.batch_size > 1
        return await self.post(target, lambda now: seal(parcels, target.secrets, at=now, batch=batch))

    async def post(self, target: Target, sealed: Callable[[datetime], Envelope]) -> Answer:
        """One POST of whatever `sealed` gives for this moment. Never raises."""
        started = time.monotonic()
        try:
            check_url(target.url, allow_private=target.allow_http)
            envelope = sealed(datetime.now(UTC))
            return await self._post(target, envelope, started)
        except ForbiddenAddressError as error:
            return _failed(Attempt.Outcome.DEAD, started, str(error))
        except TimeoutError:
            return _failed(Attempt.Outcome.RETRY, started, "超时")
        except (aiohttp.ClientError, ssl.SSLError, OSError, asyncio.IncompleteReadError) as error:
            return _failed(Attempt.Outcome.RETRY, started, f"{type(error).__name__}: {error}")
        except Exception as error:  # a parcel that cannot be sealed, an answer no library expected: said, not raised
            logger.exception("call to %s failed", target.url)
            return _failed(Attempt.Outcome.DEAD, started, f"{type(error).__name__}: {error}")

    async def _post(self, target: Target, envelope: Envelope, started: float) -> Answer:
        session = self._sessions[target.allow_http]
        for again in (True, False):
            try:
                async with session.post(
                    target.url, data=envelope.body, headers=envelope.headers, allow_redirects=False, timeout=TIMEOUT
                ) as response:
                    body = await response.content.read(READ_AT_MOST)
                    return _answer(response, envelope, body, started)
            except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                # The receiver closed a kept connection just as we used it. Once more: the id lets it drop a repeat.
                if not again:
                    raise
        raise AssertionError("unreachable")


def _answer(response: aiohttp.ClientResponse, envelope: Envelope, body: bytes, started: float) -> Answer:
    return Answer(
        outcome=answers.outcome_of(response.status),
        duration_ms=_since(started),
        status_code=response.status,
        error=answers.error_of(response.status),
        request_sha256=hashlib.sha256(envelope.body).hexdigest(),
        response_sha256=hashlib.sha256(body).hexdigest(),
        retry_after=answers.retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
    )


def _session(*, allow_private: bool) -> aiohttp.ClientSession:
    """No cookies, no proxies from the environment, names resolved under guard."""
    resolver = GuardedResolver(DefaultResolver(), allow_private=allow_private)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=CONNECTIONS, resolver=resolver, ttl_dns_cache=30, keepalive_timeout=KEEP_SECONDS
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _failed(outcome: Attempt.Outcome, started: float, error: str) -> Answer:
    return Answer(outcome=outcome, duration_ms=_since(started), error=error[:200])


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
