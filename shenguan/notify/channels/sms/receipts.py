"""Delivery receipts of an SMS provider: who is calling, and what the call says (docs/operations.md §10)."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shenguan.notify.channels.sms.config import ReceiptReading, fill, look_up, stands_at

FRESH_SECONDS = 300
MOST = 1000  # receipts in one call


@dataclass(frozen=True)
class DeliveryReceipt:
    """What became of one message after it left the provider."""

    uid: str  # ours, where the provider repeats it
    reference: str  # the provider's
    delivered: bool
    note: str


def is_genuine(reading: ReceiptReading, key: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the call carries the shared key, or the HMAC-SHA256 (hex) of what `signed` says; stale calls do not."""
    given = headers.get(reading.header, "").strip().removeprefix("Bearer ").removeprefix("sha256=")
    if not key or not given:
        return False
    if not reading.signed:
        return hmac.compare_digest(given.encode(), key.encode())
    at = headers.get(reading.time_header, "") if reading.time_header else ""
    if reading.time_header and not (at.isdecimal() and abs(time.time() - int(at[:15])) <= FRESH_SECONDS):
        return False
    before, _, after = reading.signed.partition("{body}")
    signed = str(fill(before, {"time": at})).encode() + body + str(fill(after, {"time": at})).encode()
    expected = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def read(reading: ReceiptReading, call: Any) -> list[DeliveryReceipt]:
    """The final receipts in a call; interim states and entries that name no message are passed over."""
    entries = stands_at(call, reading.items)
    found = []
    for entry in (entries if isinstance(entries, list) else [entries])[:MOST]:
        code = look_up(entry, reading.code)
        uid, reference = look_up(entry, reading.uid), look_up(entry, reading.reference)
        if code and code not in reading.interim and (uid or reference):
            said = look_up(entry, reading.message)
            note = f"{said}（{code}）" if said else code
            found.append(DeliveryReceipt(uid, reference, code in reading.delivered, note[:200]))
    return found
