"""The envelope: CloudEvents as JSON, signed as Standard Webhooks demand.

The JSON is written here and not by the cloudevents library, which costs more than the call itself; the tests read it
back with that library.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from standardwebhooks import Webhook

from linkage.channels.base import Parcel

TYPE = "cn.shenguan.push.v1"
PING_TYPE = "cn.shenguan.ping.v1"
ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Envelope:
    """Headers and body of one POST."""

    headers: dict[str, str]
    body: bytes


def seal(parcels: Sequence[Parcel], secrets: Sequence[str], *, at: datetime, batch: bool) -> Envelope:
    """Body and signed headers of one attempt at `at` (UTC): one event, or in batch mode an array of them, in order."""
    events = [event_of(parcel) for parcel in parcels]
    message_id = batch_id(parcels) if batch else parcels[0].message_id
    return sign(events if batch else events[0], message_id, secrets, at=at)


def event_of(parcel: Parcel) -> dict[str, Any]:
    """The CloudEvent of a parcel.

    `id` is the event's own id; together with `source`, which names the push, it is unique. `webhook-id` joins the two,
    because receivers drop repeats by that header alone. Neither changes over retries and replays.
    """
    return {
        "specversion": "1.0",
        "id": parcel.event_id,
        "source": f"/linkage/pushes/{parcel.data['number']}",
        "type": TYPE,
        "subject": parcel.case_number,
        "time": _moment(parcel.event_at),
        "datacontenttype": "application/json",
        "data": parcel.data,
    }


def ping(department_code: str, ping_id: str, secrets: Sequence[str], *, at: datetime) -> Envelope:
    """A test call: a signed event of a type of its own, without any data of a case."""
    event = {
        "specversion": "1.0",
        "id": ping_id,
        "source": "/linkage/deliveries/",
        "type": PING_TYPE,
        "time": _moment(at),
        "datacontenttype": "application/json",
        "data": {"department": department_code, "text": "审管联动平台测试调用，收到后请应答 2xx。"},
    }
    return sign(event, ping_id, secrets, at=at)


def sign(content: Any, message_id: str, secrets: Sequence[str], *, at: datetime) -> Envelope:
    """JSON with one signature a secret over the whole body."""
    text = _dumps(content)
    headers = {
        "content-type": MANY if isinstance(content, list) else ONE,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(_signer(secret).sign(message_id, at, text) for secret in secrets),
        "user-agent": "shenguan-webhook/1",
    }
    return Envelope(headers, text.encode())


def batch_id(parcels: Sequence[Parcel]) -> str:
    """Names a batch by what is in it: the same parcels again are the same message."""
    return "batch_" + hashlib.sha256("\n".join(parcel.message_id for parcel in parcels).encode()).hexdigest()[:40]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=512)
def _signer(secret: str) -> Webhook:
    return Webhook(secret)
