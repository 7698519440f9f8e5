"""The receiver under examples/ takes what our own envelope sends (CONTRACT §4)."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from examples.department_receiver import receiver
from linkage.channels.base import Parcel
from linkage.channels.webhook.envelope import Envelope, ping, seal

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PARCEL = Parcel(
    delivery_id=1,
    number=1,
    first_attempt_at=None,
    case_number="YZ20261120-0001",
    alone=False,
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


def sent(*parcels: Parcel, secrets: tuple[str, ...] = (SECRET,), batch: bool = False) -> Envelope:
    return seal(parcels or (PARCEL,), secrets, at=datetime.now(UTC), batch=batch)


def numbered(sequence: int) -> Parcel:
    data = {**PARCEL.data, "sequence": sequence, "number": f"TS20261120-{sequence:04d}"}
    return PARCEL._replace(message_id=f"message-{sequence}", data=data)


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
    assert take(sent(secrets=(OLD_SECRET, SECRET)), store) == 204


def test_it_refuses_another_secret(store: sqlite3.Connection) -> None:
    assert take(sent(secrets=(OLD_SECRET,)), store) == 401
    assert kept(store) == []


def test_it_refuses_an_altered_body(store: sqlite3.Connection) -> None:
    envelope = sent()
    altered = Envelope(envelope.headers, envelope.body.replace(b"0007", b"0008"))
    assert take(altered, store) == 401


def test_it_names_the_sequences_that_never_came(store: sqlite3.Connection) -> None:
    for sequence in (1, 2, 5):
        take(sent(numbered(sequence)), store)
    assert receiver.missing_sequences(store) == [3, 4]


def test_it_keeps_every_push_of_a_batch_in_order(store: sqlite3.Connection) -> None:
    envelope = sent(numbered(1), numbered(2), numbered(3), batch=True)

    assert envelope.headers["content-type"] == "application/cloudevents-batch+json"
    assert take(envelope, store) == 204
    assert kept(store) == ["TS20261120-0001", "TS20261120-0002", "TS20261120-0003"]


def test_it_drops_what_another_batch_or_a_single_call_brought(store: sqlite3.Connection) -> None:
    take(sent(numbered(1)), store)
    take(sent(numbered(1), numbered(2), batch=True), store)
    take(sent(numbered(2), numbered(3), batch=True), store)

    assert kept(store) == ["TS20261120-0001", "TS20261120-0002", "TS20261120-0003"]


def test_it_refuses_an_altered_batch(store: sqlite3.Connection) -> None:
    envelope = sent(numbered(1), numbered(2), batch=True)

    assert take(Envelope(envelope.headers, envelope.body.replace(b"0002", b"0009")), store) == 401
    assert kept(store) == []


def test_it_ignores_a_test_call(store: sqlite3.Connection) -> None:
    assert take(ping("SCJG", "ping_1", [SECRET], at=datetime.now(UTC)), store) == 204
    assert kept(store) == []
