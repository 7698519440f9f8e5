"""Compares a day with the portal and fetches what is missing, for the developers of a department's own system.

Run it every morning after 02:00. It reports our digest; where the portal's differs it reports the lines, pulls every
push that is missing or older here, and reports again. Standard library only; the table is that of `receiver.py`.

usage: PORTAL=https://… CLIENT_ID=… CLIENT_SECRET=… python reconcile.py [YYYY-MM-DD] [FILE]
The client needs the scopes pushes:read, reconciliation:read and reconciliation:write.
"""

import base64
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

CHINA = timezone(timedelta(hours=8))
TO_FETCH = {"missing_there", "version_differs"}  # as the portal sees us: "there" is here
Call = Callable[[str, str, dict[str, Any] | None], dict[str, Any]]  # method, path, body -> answer


def lines_of(store: sqlite3.Connection, day: date, direction: str) -> list[str]:
    """Our `number:version` lines of a day, by the time of pushing in China, in the order the digest wants."""
    lines = []
    for (data,) in store.execute("SELECT data FROM pushes"):
        push = json.loads(data)
        pushed_on = datetime.fromisoformat(push["pushed_at"]).astimezone(CHINA).date()
        if pushed_on == day and push["direction"] == direction:
            lines.append(f"{push['number']}:{push['version']}")
    return sorted(lines)


def digest(lines: list[str]) -> str:
    """SHA-256 over the sorted lines, each ended by a line feed."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def reconcile(store: sqlite3.Connection, day: date, call: Call) -> dict[str, dict[str, Any]]:
    """The portal's last answer per direction; afterwards only what we hold and it does not know is left."""
    return {direction: _reconcile(store, day, direction, call) for direction in ("forward", "reverse")}


def _reconcile(store: sqlite3.Connection, day: date, direction: str, call: Call) -> dict[str, Any]:
    lines = lines_of(store, day, direction)
    report = {"date": day.isoformat(), "direction": direction}
    answer = call("POST", "reconciliation/", {**report, "count": len(lines), "digest": digest(lines)})
    if answer["result"] == "lines_wanted":
        answer = call("POST", "reconciliation/", {**report, "count": len(lines), "lines": lines})
    while wanted := [row["number"] for row in answer.get("differences", ()) if row["kind"] in TO_FETCH]:
        before = lines
        for number in wanted:
            keep(store, call("GET", f"pushes/{quote(number)}/", None))
        lines = lines_of(store, day, direction)
        if lines == before:
            break
        answer = call("POST", "reconciliation/", {**report, "count": len(lines), "lines": lines})
    return answer


def keep(store: sqlite3.Connection, push: dict[str, Any]) -> None:
    """Writes a pulled push under the same key as the webhook would have, over an older state of it."""
    key = f"{push['event_id']}_{push['number']}"
    with store:
        store.execute(
            "INSERT OR REPLACE INTO pushes VALUES (?, ?, ?, ?)",
            (key, push["sequence"], push["number"], json.dumps(push, ensure_ascii=False)),
        )


def portal(address: str, client_id: str, client_secret: str) -> Call:
    """Calls with a token fetched once; an answer that is no 2xx is raised, run the comparison again later."""
    basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    form = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    token = _send(address, "POST", "/oauth2/token/", "grant_type=client_credentials", form)["access_token"]

    def call(method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return _send(address, method, f"/api/v1/{path}", json.dumps(body) if body is not None else None, headers)

    return call


def _send(address: str, method: str, path: str, body: str | None, headers: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(kind(parts.netloc, timeout=60)) as connection:
        connection.request(method, parts.path + path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]}")
        return dict(json.loads(text))


def main(day: str = "", path: str = "pushes.sqlite3") -> None:
    """Yesterday's comparison, or that of the day given."""
    wanted = date.fromisoformat(day) if day else datetime.now(CHINA).date() - timedelta(days=1)
    call = portal(os.environ["PORTAL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    for direction, answer in reconcile(sqlite3.connect(path), wanted, call).items():
        rows = "".join(f" {row['kind']}:{row['number']}" for row in answer["differences"])
        sys.stdout.write(f"{wanted} {direction} {answer['result']}{rows}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
