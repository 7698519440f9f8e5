"""Carrying parcels by HTTP."""

import asyncio
import hashlib
import ssl
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self

import aiohttp
from aiohttp.resolver import DefaultResolver

from linkage.channels.base import Answer, Channel, Parcel
from linkage.channels.webhook import answers
from linkage.channels.webhook.envelope import seal
from linkage.channels.webhook.guard import ForbiddenAddressError, GuardedResolver, check_url
from linkage.models import Attempt

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)  # well inside the lease of a delivery
READ_AT_MOST = 65536  # bytes of an answer that are looked at
CONNECTIONS = 200


class WebhookChannel(Channel):
    """One POST a parcel over two pools: one for public addresses, one for those an operator allowed inside."""

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

    async def send(self, parcel: Parcel) -> Answer:
        """Signs and posts one parcel. Time-outs and broken lines are retried, a forbidden address is final."""
        started = time.monotonic()
        try:
            check_url(parcel.url, allow_private=parcel.allow_http)
            return await self._post(parcel, started)
        except ForbiddenAddressError as error:
            return _failed(Attempt.Outcome.DEAD, started, str(error))
        except TimeoutError:
            return _failed(Attempt.Outcome.RETRY, started, "超时")
        except (aiohttp.ClientError, ssl.SSLError, OSError, asyncio.IncompleteReadError) as error:
            return _failed(Attempt.Outcome.RETRY, started, f"{type(error).__name__}: {error}")

    async def _post(self, parcel: Parcel, started: float) -> Answer:
        now = datetime.now(UTC)
        envelope = seal(parcel, at=now)
        session = self._sessions[parcel.allow_http]
        async with session.post(
            parcel.url, data=envelope.body, headers=envelope.headers, allow_redirects=False
        ) as response:
            body = await response.content.read(READ_AT_MOST)
            return Answer(
                outcome=answers.outcome_of(response.status),
                duration_ms=_since(started),
                status_code=response.status,
                error=answers.error_of(response.status),
                response_sha256=hashlib.sha256(body).hexdigest(),
                retry_after=answers.retry_after(response.headers.get("Retry-After"), now),
            )


def _session(*, allow_private: bool) -> aiohttp.ClientSession:
    """No cookies, no proxies from the environment, names resolved under guard."""
    resolver = GuardedResolver(DefaultResolver(), allow_private=allow_private)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, resolver=resolver, ttl_dns_cache=30),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=TIMEOUT,
    )


def _failed(outcome: Attempt.Outcome, started: float, error: str) -> Answer:
    return Answer(outcome=outcome, duration_ms=_since(started), error=error[:200])


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
