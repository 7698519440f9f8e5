"""Delivery receipts: shut by default, genuine only, once, and never backwards."""

import hashlib
import hmac
import json
import time
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from shenguan.access import rates
from shenguan.notify.models import Message
from tests.factories.notify import MessageFactory

pytestmark = pytest.mark.django_db
KEY = "the-key-of-the-receipts"
READING = {
    "header": "X-Signature",
    "signed": "{time}\n{body}",
    "time_header": "X-Timestamp",
    "items": "reports",
    "uid": "outId",
    "reference": "id",
    "code": "status",
    "delivered": ["DELIVRD"],
    "interim": ["ACCEPTD"],
    "message": "reason",
}


@pytest.fixture
def configure(settings, tmp_path):
    """Sets the gateway up; changes go into the part about receipts."""

    def prepare(**changes) -> None:
        settings.SMS_GATEWAY, settings.SMS_HTTP_KEY, settings.SMS_RECEIPT_KEY = "http", "key", KEY
        settings.SMS_HTTP_CONFIG = tmp_path / "sms.json"
        config = {"url": "https://sms.example.com/", "body": {"to": "{address}"}, "receipts": READING | changes}
        settings.SMS_HTTP_CONFIG.write_text(json.dumps(config))

    prepare()
    return prepare


@pytest.fixture
def call(client):
    """Calls as the provider does."""

    def post(body: str | dict | list, *, key: str = KEY, age: int = 0, **headers: str):
        text = body if isinstance(body, str) else json.dumps(body)
        at = str(int(time.time()) - age)
        signature = hmac.new(key.encode(), f"{at}\n{text}".encode(), hashlib.sha256).hexdigest()
        given = {"X-Timestamp": at, "X-Signature": signature} | headers
        return client.post(reverse("notify:sms_receipts"), text, content_type="application/json", headers=given)

    return post


@pytest.fixture
def message():
    """A message that was handed over."""
    return MessageFactory(state="sent", sent_at=timezone.now(), attempts=1, gateway="http", gateway_reference="R-1")


def report(message: Message, status: str = "DELIVRD", **changes) -> dict:
    return {"reports": [{"outId": str(message.uid), "status": status} | changes]}


def receipt_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.receipt, message.receipt_note


def test_it_notes_that_a_message_arrived(configure, call, message):
    response = call(report(message))
    assert (response.status_code, response.json()) == (200, {"code": 0})
    assert receipt_of(message) == ("delivered", "DELIVRD")
    assert message.receipt_at is not None


def test_it_notes_that_a_message_was_lost_and_why(configure, call, message):
    call(report(message, "UNDELIV", reason="空号"))
    assert receipt_of(message) == ("undelivered", "空号（UNDELIV）")


def test_it_finds_a_message_by_the_number_of_the_provider(configure, call, message):
    call({"reports": [{"id": "R-1", "status": "DELIVRD"}]})
    assert receipt_of(message)[0] == "delivered"


def test_a_number_of_another_gateway_is_not_meant(configure, call, message):
    Message.objects.update(gateway="embedded")
    call({"reports": [{"id": "R-1", "status": "DELIVRD"}]})
    assert receipt_of(message) == ("", "")


def test_the_same_receipt_again_changes_nothing(configure, call, message, clock):
    call(report(message))
    first = Message.objects.get().receipt_at
    clock.shift(60)
    assert call(report(message)).status_code == 200
    assert Message.objects.get().receipt_at == first


def test_what_was_lost_may_be_found(configure, call, message):
    call(report(message, "UNDELIV"))
    call(report(message))
    assert receipt_of(message)[0] == "delivered"


def test_what_arrived_is_never_lost_again(configure, call, message):
    call(report(message))
    call(report(message, "UNDELIV"))
    assert receipt_of(message)[0] == "delivered"


def test_a_state_on_the_way_is_no_receipt(configure, call, message):
    call(report(message, "ACCEPTD"))
    assert receipt_of(message) == ("", "")


def test_a_receipt_quicker_than_our_own_note_is_kept(configure, call):
    message = MessageFactory(attempts=1)
    call(report(message))
    assert receipt_of(message)[0] == "delivered"


def test_what_was_never_handed_over_did_not_arrive(configure, call):
    message = MessageFactory(attempts=0)
    call(report(message))
    assert receipt_of(message) == ("", "")


@pytest.mark.parametrize(
    "entry", [{}, {"outId": "x"}, {"status": "DELIVRD"}, {"outId": str(uuid.uuid4()), "status": "DELIVRD"}, "x", None]
)
def test_entries_that_name_no_message_of_ours_are_passed_over(configure, call, message, entry):
    assert call({"reports": [entry, *report(message)["reports"]]}).status_code == 200
    assert receipt_of(message)[0] == "delivered"


def test_a_call_may_be_a_bare_list_or_one_entry(configure, call, message):
    configure(items="")
    other = MessageFactory(attempts=1)
    call(report(message)["reports"])
    call(report(other)["reports"][0])
    assert set(Message.objects.values_list("receipt", flat=True)) == {"delivered"}


@pytest.mark.parametrize("headers", [{"X-Signature": ""}, {"X-Signature": "00"}, {"X-Timestamp": "soon"}])
def test_a_call_without_a_genuine_signature_is_refused(configure, call, message, headers):
    assert call(report(message), **headers).status_code == 403
    assert receipt_of(message) == ("", "")


def test_a_wrong_key_is_refused(configure, call, message):
    assert call(report(message), key="another").status_code == 403


@pytest.mark.parametrize(("age", "status"), [(280, 200), (-280, 200), (320, 403), (-320, 403)])
def test_a_stale_call_is_refused(configure, call, message, age, status):
    assert call(report(message), age=age).status_code == status


def test_a_bare_key_may_be_the_proof(configure, call, message):
    configure(signed="", time_header="", header="Authorization")
    assert call(report(message), Authorization="Bearer wrong").status_code == 403
    assert call(report(message), Authorization=f"Bearer {KEY}").status_code == 200


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000])
def test_garbage_is_refused(configure, call, body):
    assert call(body).status_code == 400


def test_without_a_key_there_is_no_such_address(configure, call, message, settings):
    settings.SMS_RECEIPT_KEY = ""
    assert call(report(message), key="").status_code == 404


def test_without_a_provider_there_is_no_such_address(call, message):
    assert call(report(message)).status_code == 404


def test_a_flood_is_held_back(configure, call, message, monkeypatch):
    monkeypatch.setattr("shenguan.notify.views.receipts.CALLS_A_MINUTE", 2)
    assert [call(report(message)).status_code for _ in range(3)] == [200, 200, 429]


def test_looking_is_no_call(configure, client):
    assert client.get(reverse("notify:sms_receipts")).status_code == 405


def test_many_receipts_cost_few_statements(configure, call, django_assert_max_num_queries):
    messages = MessageFactory.create_batch(30, attempts=1)
    with django_assert_max_num_queries(8):
        call({"reports": [report(message)["reports"][0] for message in messages]})
    assert Message.objects.filter(receipt="delivered").count() == 30


def test_tries_are_counted_apart():
    assert not rates.exceeded("a", "x", limit=1, seconds=60)
    assert rates.exceeded("a", "x", limit=1, seconds=60)
    assert not rates.exceeded("a", "y", limit=1, seconds=60)
    assert not rates.exceeded("b", "x", limit=1, seconds=60)


def test_a_cache_that_is_down_lets_people_on(monkeypatch):
    monkeypatch.setattr(rates.cache, "add", lambda *_, **__: 1 / 0)
    assert not rates.exceeded("a", "x", limit=1, seconds=60)
