"""Addresses of the linkage that notices and messages point to."""

from django.conf import settings

INBOX = "/linkage/inbox/"
UNMAPPED = "/linkage/unmapped/"
OBJECTIONS = "/linkage/objections/"
LIST = "/linkage/list/"


def push_url(number: str) -> str:
    """The page of one push."""
    return f"/linkage/pushes/{number}/"


def push_api_url(number: str) -> str:
    """Where a department's own system reads one push (CONTRACT §3), as a full address."""
    return f"{settings.PORTAL_URL}/api/v1/pushes/{number}/"
