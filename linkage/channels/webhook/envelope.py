"""The envelope: a CloudEvent as JSON, signed as Standard Webhooks demand."""

from dataclasses import dataclass
from datetime import datetime

from cloudevents.core.bindings.http import to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

from linkage.channels.base import Parcel

TYPE = "cn.shenguan.push.v1"


@dataclass(frozen=True)
class Envelope:
    """Headers and body of one POST."""

    headers: dict[str, str]
    body: bytes


def seal(parcel: Parcel, *, at: datetime) -> Envelope:
    """Body and signed headers of one attempt at `at` (UTC).

    CloudEvents `id` is the event's own id; together with `source`, which names the push, it is unique. `webhook-id`
    joins the two, because receivers drop repeats by that header alone. Neither changes over retries and replays.
    """
    event = CloudEvent(
        attributes={
            "id": parcel.event_id,
            "source": f"/linkage/pushes/{parcel.data['number']}",
            "type": TYPE,
            "subject": parcel.data["case_number"],
            "time": parcel.event_at,
            "datacontenttype": "application/json",
        },
        data=parcel.data,
    )
    message = to_structured(event, JSONFormat())
    text = message.body.decode()
    signatures = [Webhook(secret).sign(parcel.message_id, at, text) for secret in parcel.secrets]
    headers = message.headers | {
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "user-agent": "shenguan-webhook/1",
    }
    return Envelope(headers, message.body)
