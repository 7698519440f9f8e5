"""What a receiver's answer means (CONTRACT §4), as one table."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from linkage.models import Attempt

RETRIED = frozenset({408, 425, 429})  # too slow, too early, too many: the same call may succeed later
LONGEST_RETRY_AFTER = timedelta(hours=24)  # a receiver that asks for more is asked again after a day


def outcome_of(status: int) -> Attempt.Outcome:
    """2xx received; 408, 425, 429 and 5xx to be tried again; everything else is final.

    A redirect is final too: it is not followed, and only an operator can register another address.
    """
    if 200 <= status < 300:
        return Attempt.Outcome.DELIVERED
    if status in RETRIED or status >= 500:
        return Attempt.Outcome.RETRY
    return Attempt.Outcome.DEAD


def error_of(status: int) -> str:
    """The sentence kept with a failed attempt; empty for success."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"应答 {status}：不跟随重定向，请登记最终地址"
    return f"应答 {status}"


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait a receiver asks for, in seconds or as a date; None when absent or unreadable."""
    if not header:
        return None
    if header.strip().isdigit():
        wait = timedelta(seconds=min(int(header), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(header)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return max(min(wait, LONGEST_RETRY_AFTER), timedelta(0))
