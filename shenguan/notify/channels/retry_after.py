"""The Retry-After header of HTTP (RFC 9110 §10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=4)  # a gateway that asks for more is asked again after four hours


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait asked for, in seconds or as a date, at most LONGEST; None when absent, unreadable or past."""
    if not header:
        return None
    if header.strip().isdecimal():
        wait = timedelta(seconds=min(int(header), int(LONGEST.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(header)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(wait, LONGEST) if wait > timedelta(0) else None
