"""One gateway for every provider that takes a JSON POST: what differs between them is configuration, not code."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import aiohttp
from django.conf import settings
from django.utils import timezone

from shenguan.env import ConfigurationError
from shenguan.notify.channels.base import Gateway, GatewayDown, Outgoing, PermanentFailure, Receipt, TemporaryFailure
from shenguan.notify.channels.retry_after import retry_after
from shenguan.notify.channels.sms.config import HttpConfig, fill, look_up

READ_AT_MOST = 65536  # bytes of an answer that are looked at
DOWN = frozenset({401, 403, 404, 407, 408, 425, 429})  # our account, our address or the hour: not this message


class HttpGateway(Gateway):
    """Posts each message to the provider named in SMS_HTTP_CONFIG and reads the answer as that file says."""

    name: ClassVar[str] = "http"

    def __init__(self) -> None:
        """Raises ConfigurationError when a setting is missing or the file is absurd."""
        if settings.SMS_HTTP_CONFIG is None or not settings.SMS_HTTP_KEY:
            raise ConfigurationError(
                "SMS_GATEWAY=http 还需要环境变量 SMS_HTTP_CONFIG（对接文件）和 SMS_HTTP_KEY（密钥）。"
            )
        self.config = HttpConfig.read(settings.SMS_HTTP_CONFIG)
        self._key: str = settings.SMS_HTTP_KEY

    async def __aenter__(self) -> Self:
        """Opens the connection pool: no cookies, no proxies from the environment."""
        await super().__aenter__()
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.at_once),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self.config.timeout),
            )
        )
        return self

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One POST. Redirects are not followed; time-outs and broken lines mean that the gateway is down."""
        body, headers = self._request(outgoing)
        try:
            async with self._session.post(
                self.config.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = await response.content.read(READ_AT_MOST)
                return self._judge(response.status, answer, response.headers.get("Retry-After"))
        except TimeoutError as error:
            raise GatewayDown(f"短信网关 {self.config.timeout:g} 秒内没有应答") from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise GatewayDown(f"短信网关连接失败（{type(error).__name__}）") from error

    def _request(self, outgoing: Outgoing) -> tuple[bytes, dict[str, str]]:
        given: dict[str, Any] = {
            "uid": outgoing.uid,
            "address": outgoing.address,
            "text": outgoing.text,
            "template": self.config.templates.get(outgoing.template_code, outgoing.template_code),
            "variables": dict(outgoing.variables),
            "time": str(int(time.time())),
            "key": self._key,
        }
        body = json.dumps(fill(dict(self.config.body), given), ensure_ascii=False, separators=(",", ":"))
        signed = str(fill(self.config.signed, given | {"body": body}))
        signature = hmac.new(self._key.encode(), signed.encode(), hashlib.sha256).hexdigest()
        headers = fill(dict(self.config.headers), given | {"signature": signature})
        return body.encode(), {"Content-Type": "application/json; charset=utf-8", **headers}

    def _judge(self, status: int, body: bytes, wait: str | None) -> Receipt:
        """The table of answers (docs/operations.md §10). The provider's own code decides before the HTTP status."""
        reading, answer = self.config.answer, _json(body)
        code = look_up(answer, reading.code)
        said = (look_up(answer, reading.message) or f"应答 {status}")[:120] + (f"（{code}）" if code else "")
        if code and code in reading.permanent:
            raise PermanentFailure(said)
        if code and code in reading.down:
            raise GatewayDown(said, retry_after(wait, timezone.now()))
        if status in DOWN or status >= 500 or 300 <= status < 400:
            raise GatewayDown(said, retry_after(wait, timezone.now()))
        if status >= 400 or (reading.code and code not in reading.ok):
            raise TemporaryFailure(said, retry_after(wait, timezone.now()))
        return Receipt(look_up(answer, reading.reference)[:100])


def _json(body: bytes) -> Mapping[str, Any] | list[Any] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict | list) else None
