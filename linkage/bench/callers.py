"""A department's own system that reports cases through the real API while the portal is being killed under it.

Each report is sent again, with the same Idempotency-Key, until it is answered with 200 or 201 (CONTRACT §3).
"""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from approvals.models import ApprovalItem
from credit.models import Subject
from linkage.bench import routes
from shenguan.access.actions.clients import create_client
from shenguan.access.models import MachineClient
from shenguan.workdays import calendar

THREADS = 6
TIMEOUT_SECONDS = 10
WAIT_SECONDS = 0.5  # before the next try, unless the portal says otherwise


@dataclass
class Callers:
    """Threads that report cases until told to stop; every case that was begun is brought to its end."""

    base: str
    mark: str  # of this run: its source case numbers begin with it
    most: int
    numbers: dict[str, set[str]] = field(default_factory=dict)  # source case -> every number it was ever told
    tries: int = 0
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        item = ApprovalItem.objects.filter(pk__in=routes.items_to_three()).earliest("pk")
        self._client, self._secret = _credentials(item)
        subject = Subject.objects.exclude(kind="person").exclude(uscc="").earliest("pk")
        self._body = {
            "item_code": item.code,
            "subject": {"kind": subject.kind, "name": subject.name, "uscc": subject.uscc, "address": "云州市临江区"},
        }
        self._today = calendar.today().isoformat()
        self._token, self._next, self._lock = "", 0, threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]

    def start(self) -> None:
        """Begins to report."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Begins no other case; returns when those begun are done."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            with self._lock:
                place, self._next = self._next, self._next + 1
            if place >= self.most:
                return
            self._report(f"{self.mark}-{place:06d}")

    def _report(self, case: str) -> None:
        """Both stages of one case."""
        told: set[str] = set()
        permit = {"number": f"证{case}", "name": "许可证", "valid_from": self._today}
        concluded = {"stage": "concluded", "result": "granted", "decided_on": self._today, "permit": permit}
        for said in ({"stage": "accepted"}, concluded):
            told.add(self._until_taken({**self._body, "source_case_id": case, **said}, f"{case}-{said['stage']}"))
        with self._lock:
            self.numbers[case] = told

    def _until_taken(self, body: dict[str, Any], key: str) -> str:
        """The number the portal answers with in the end; empty for a report it refuses for good."""
        while True:
            with self._lock:
                self.tries += 1
            wait = WAIT_SECONDS
            try:
                answer = _post(f"{self.base}/api/v1/cases/", json.dumps(body).encode(), self._headers(key))
                return str(answer["number"])
            except urllib.error.HTTPError as error:
                wait = float(error.headers.get("Retry-After") or wait)
                if error.code == 401:
                    self._token = ""
                elif error.code < 500 and error.code not in (408, 409, 429):
                    self.refused.append(f"{error.code} {error.read().decode()[:300]}")
                    return ""
            except (OSError, ValueError, EOFError):  # nobody there, or gone in the middle of the answer
                pass
            time.sleep(min(wait, TIMEOUT_SECONDS))

    def _headers(self, key: str) -> dict[str, str]:
        if not self._token:
            basic = b64encode(f"{self._client.client_id}:{self._secret}".encode()).decode()
            form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "cases:write"}).encode()
            headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
            self._token = str(_post(f"{self.base}/oauth2/token/", form, headers)["access_token"])
        return {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }


def _credentials(item: ApprovalItem) -> tuple[MachineClient, str]:
    return create_client(department=item.implementing_department, scopes=["cases:write"], by=routes.SYSTEM)


def _post(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found
