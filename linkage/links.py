"""Addresses of the linkage that notices and messages point to."""

from datetime import date

from django.conf import settings

INBOX = "/linkage/inbox/"
UNMAPPED = "/linkage/unmapped/"
OBJECTIONS = "/linkage/objections/"
LIST = "/linkage/list/"
RECONCILIATION = "/linkage/reconciliation/"
DISCREPANCIES = "/linkage/reconciliation/discrepancies/"
DELIVERIES = "/linkage/deliveries/"
WITHHELD = "/linkage/withheld/"


def push_url(number: str) -> str:
    """The page of one push."""
    return f"/linkage/pushes/{number}/"


THREADS = {"freeze": "freezes", "policy": "policies", "consultation": "consultations"}


def thread_url(kind: str, number: str) -> str:
    """The page of the freeze, notice or consultation a push without a case stands in; empty for other kinds."""
    folder = THREADS.get(kind.split(".", maxsplit=1)[0], "")
    return f"/linkage/{folder}/{number}/" if folder and number else ""


def push_api_url(number: str) -> str:
    """Where a department's own system reads one push (CONTRACT §3), as a full address."""
    return f"{settings.PORTAL_URL}/api/v1/pushes/{number}/"


def day_url(day: date, code: str) -> str:
    """The page of one department's day."""
    return f"{RECONCILIATION}days/{day}/{code}/"


def statement_url(pk: int) -> str:
    """The page of one statement."""
    return f"{RECONCILIATION}statements/{pk}/"
