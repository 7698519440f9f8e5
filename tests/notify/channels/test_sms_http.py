"""The HTTP gateway: what it sends, and what each answer of a provider means. The provider is a server on loopback."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from shenguan.notify.channels.base import GatewayDown, Outgoing, PermanentFailure, Receipt, TemporaryFailure
from shenguan.notify.channels.sms.http import HttpGateway

KEY = "a-key-of-the-provider"
MESSAGE = Outgoing("uid-1", "13812345678", "push_received", "【云州市】请认领。", "", {"title": "许可", "body": "认领"})
CONFIG = {
    "body": {"to": "{address}", "template": "{template}", "params": "{variables}", "id": "{uid}", "text": "{text}"},
    "headers": {"X-Time": "{time}", "X-Signature": "{signature}"},
    "signed": "{time}.{body}",
    "templates": {"push_received": "SMS_7"},
    "answer": {
        "code": "code",
        "ok": [0, "OK"],
        "reference": "data.0.id",
        "message": "msg",
        "permanent": ["BAD_NUMBER"],
        "down": ["LIMIT"],
    },
    "timeout": 0.5,
}


class Provider:
    """Answers as told and remembers the request."""

    def __init__(self) -> None:
        self.answer = {"code": 0, "data": [{"id": "R-9"}]}
        self.status, self.headers, self.text, self.delay = 200, {}, "", 0.0
        self.seen: web.Request | None = None
        self.body = b""

    async def handle(self, request: web.Request) -> web.Response:
        self.seen, self.body = request, await request.read()
        await asyncio.sleep(self.delay)
        text = self.text or json.dumps(self.answer)
        return web.Response(status=self.status, headers=self.headers, text=text)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def send(provider, settings, tmp_path):
    """Sends MESSAGE to the provider; returns or raises as the gateway does."""

    def run(**changes) -> Receipt:
        async def exchange() -> Receipt:
            app = web.Application()
            app.router.add_post("/send", provider.handle)
            async with TestServer(app) as server:
                settings.SMS_HTTP_CONFIG = tmp_path / "sms.json"
                settings.SMS_HTTP_KEY = KEY
                config = {"url": str(server.make_url("/send"))} | CONFIG | changes
                settings.SMS_HTTP_CONFIG.write_text(json.dumps(config))
                async with HttpGateway() as gateway:
                    return await gateway.send(MESSAGE)

        return asyncio.run(exchange())

    return run


def test_it_sends_what_the_mapping_says(provider, send):
    assert send() == Receipt("R-9")
    assert json.loads(provider.body) == {
        "to": "13812345678",
        "template": "SMS_7",
        "params": {"title": "许可", "body": "认领"},
        "id": "uid-1",
        "text": "【云州市】请认领。",
    }


def test_it_signs_what_the_mapping_says(provider, send):
    send()
    signed = provider.seen.headers["X-Time"].encode() + b"." + provider.body
    assert provider.seen.headers["X-Signature"] == hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()


def test_variables_inside_a_text_are_json(provider, send):
    send(body={"to": "{address}", "params": "p={variables}"})
    assert json.loads(provider.body)["params"] == 'p={"title":"许可","body":"认领"}'


def test_a_template_without_a_code_of_the_provider_keeps_ours(provider, send):
    send(templates={})
    assert json.loads(provider.body)["template"] == "push_received"


def test_a_key_may_stand_in_a_header(provider, send):
    send(headers={"Authorization": "Bearer {key}"})
    assert provider.seen.headers["Authorization"] == f"Bearer {KEY}"


def test_without_a_code_every_success_is_one(provider, send):
    provider.text = "thank you"
    assert send(answer={}) == Receipt("")


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, {"code": "BAD_NUMBER", "msg": "号码有误"}, PermanentFailure),
        (400, {"code": "BAD_NUMBER"}, PermanentFailure),
        (200, {"code": "LIMIT"}, GatewayDown),
        (200, {"code": "BUSY"}, TemporaryFailure),
        (200, {}, TemporaryFailure),
        (422, {"code": 0}, TemporaryFailure),
        (302, {"code": 0}, GatewayDown),
        (401, {}, GatewayDown),
        (404, {}, GatewayDown),
        (429, {}, GatewayDown),
        (500, {"code": 0}, GatewayDown),
        (503, {}, GatewayDown),
    ],
)
def test_it_reads_the_answer(provider, send, status, answer, kind):
    provider.status, provider.answer = status, answer
    with pytest.raises((TemporaryFailure, PermanentFailure)) as failure:
        send()
    assert type(failure.value) is kind


def test_garbage_is_tried_again(provider, send):
    provider.text = "<html>"
    with pytest.raises(TemporaryFailure, match="应答 200"):
        send()


def test_it_keeps_the_words_of_the_provider(provider, send):
    provider.answer = {"code": "BAD_NUMBER", "msg": "号码有误"}
    with pytest.raises(PermanentFailure, match="号码有误（BAD_NUMBER）"):
        send()


@pytest.mark.parametrize(
    ("header", "wait"),
    [("120", timedelta(minutes=2)), ("999999", timedelta(hours=4)), ("soon", None), ("", None), ("-5", None)],
)
def test_it_hears_how_long_to_wait(provider, send, header, wait):
    provider.status, provider.headers = 429, {"Retry-After": header}
    with pytest.raises(GatewayDown) as failure:
        send()
    assert failure.value.retry_after == wait


def test_a_silent_provider_is_down(provider, send):
    provider.delay = 1
    with pytest.raises(GatewayDown, match="没有应答"):
        send(timeout=0.05)


def test_a_closed_door_is_down(send):
    with pytest.raises(GatewayDown, match="连接失败"):
        send(url=f"http://127.0.0.1:{unused_port()}/send")


def test_errors_name_neither_number_nor_key(provider, send):
    provider.status = 500
    with pytest.raises(GatewayDown) as failure:
        send()
    assert MESSAGE.address not in str(failure.value)
    assert KEY not in str(failure.value)
