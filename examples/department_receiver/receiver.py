"""A small working receiver of pushes, for the developers of a department's own system.

It checks the signature, drops what it has already, keeps the rest in SQLite and answers fast; work on a push belongs
behind the table, not into the call. It takes single events and batches,
whichever the portal was told to send. Needs the public libraries `standardwebhooks` and `cloudevents`, nothing of ours.

usage: WEBHOOK_SECRET=whsec_… python receiver.py [PORT] [FILE]
"""

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook, WebhookVerificationError

ACCEPTED_TYPE = "cn.shenguan.push.v1"
BATCH = "application/cloudevents-batch+json"
LONGEST_BODY = 1_000_000  # bytes
SCHEMA = """CREATE TABLE IF NOT EXISTS pushes (
    message_id TEXT PRIMARY KEY,  -- event id and push number: the same over retries, replays and batches
    sequence INTEGER NOT NULL,    -- numbered per department without gaps; a gap means: GET /api/v1/pushes/
    number TEXT NOT NULL,
    data TEXT NOT NULL
)"""


def receive(headers: Mapping[str, str], body: bytes, *, secret: str, store: sqlite3.Connection) -> int:
    """Takes one call in; the HTTP status to answer with.

    204 for new pushes, those we have, and event types we do not know; 401 for a signature that does not hold (the
    portal does not try again); any error of our own is a 500 (the portal tries again for a day). A batch is taken as a
    whole or not at all: the signature covers the whole body and one answer counts for all of its events.
    """
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return 401
    with store:
        for event in events_of(headers, body):
            if event.get_type() == ACCEPTED_TYPE:
                push = event.get_data()
                store.execute(
                    "INSERT OR IGNORE INTO pushes VALUES (?, ?, ?, ?)",
                    (
                        f"{event.get_id()}_{push['number']}",
                        push["sequence"],
                        push["number"],
                        json.dumps(push, ensure_ascii=False),
                    ),
                )
    return 204


def events_of(headers: Mapping[str, str], body: bytes) -> list[BaseCloudEvent]:
    """The events of a call, in their order: one, or those of a batch."""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if not kind.startswith(BATCH):
        return [from_structured(HTTPMessage(dict(headers), body), JSONFormat())]
    return [JSONFormat().read(None, json.dumps(one)) for one in json.loads(body)]


def missing_sequences(store: sqlite3.Connection) -> list[int]:
    """Sequences between the first and the last we have that never arrived, to be pulled from the portal."""
    have = {row[0] for row in store.execute("SELECT sequence FROM pushes")}
    return sorted(set(range(min(have, default=0), max(have, default=0))) - have)


class Handler(BaseHTTPRequestHandler):
    """POST on any path."""

    secret: str
    store: sqlite3.Connection

    def do_POST(self) -> None:
        """Answers what `receive` says."""
        length = int(self.headers.get("Content-Length", 0))
        if length > LONGEST_BODY:
            self.send_error(413)
            return
        status = receive(dict(self.headers), self.rfile.read(length), secret=self.secret, store=self.store)
        self.send_response(status)
        self.end_headers()


def main(port: int = 9009, path: str = "pushes.sqlite3") -> None:
    """Serves until Ctrl-C."""
    Handler.secret = os.environ["WEBHOOK_SECRET"]
    Handler.store = sqlite3.connect(path)
    Handler.store.execute(SCHEMA)
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(*(kind(given) for kind, given in zip((int, str), sys.argv[1:], strict=False)))
