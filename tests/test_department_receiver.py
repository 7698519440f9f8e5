"""The receiver under examples/ takes what our own envelope sends (CONTRACT §4)."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from examples.department_receiver import receiver
from linkage.channels.base import Parcel
from linkage.channels.webhook.envelope import Envelope, seal

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PARCEL = Parcel(
    delivery_id=1,
    endpoint_id=1,
    fence=1,
    number=1,
    channel="webhook",
    url="https://receiver.example.cn/",
    allow_http=False,
    secrets=(SECRET,),
    message_id="8c6f9c1e-1e6c-4b62-9f0e-5d7c9a2b1f00_TS20261120-0007",
    event_id="8c6f9c1e-1e6c-4b62-9f0e-5d7c9a2b1f00",
    event_at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    data={"number": "TS20261120-0007", "sequence": 7, "case_number": "YZ20261120-0001", "kind": "approval.concluded"},
)


@pytest.fixture
def store() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(receiver.SCHEMA)
    yield connection
    connection.close()


def sent(parcel: Parcel = PARCEL) -> Envelope:
    return seal(parcel, at=datetime.now(UTC))


def take(envelope: Envelope, store: sqlite3.Connection) -> int:
    return receiver.receive(envelope.headers, envelope.body, secret=SECRET, store=store)


def kept(store: sqlite3.Connection) -> list[str]:
    return [number for (number,) in store.execute("SELECT number FROM pushes")]


def test_it_keeps_a_push(store: sqlite3.Connection) -> None:
    assert take(sent(), store) == 204
    assert kept(store) == ["TS20261120-0007"]


def test_it_drops_a_push_it_has(store: sqlite3.Connection) -> None:
    take(sent(), store)
    assert take(sent(), store) == 204
    assert kept(store) == ["TS20261120-0007"]


def test_it_takes_a_push_signed_with_both_secrets_while_they_rotate(store: sqlite3.Connection) -> None:
    assert take(sent(replace(PARCEL, secrets=(OLD_SECRET, SECRET))), store) == 204


def test_it_refuses_another_secret(store: sqlite3.Connection) -> None:
    assert take(sent(replace(PARCEL, secrets=(OLD_SECRET,))), store) == 401
    assert kept(store) == []


def test_it_refuses_an_altered_body(store: sqlite3.Connection) -> None:
    envelope = sent()
    altered = Envelope(envelope.headers, envelope.body.replace(b"0007", b"0008"))
    assert take(altered, store) == 401


def test_it_names_the_sequences_that_never_came(store: sqlite3.Connection) -> None:
    for sequence in (1, 2, 5):
        data = {**PARCEL.data, "sequence": sequence}
        take(sent(replace(PARCEL, message_id=f"message-{sequence}", data=data)), store)
    assert receiver.missing_sequences(store) == [3, 4]
