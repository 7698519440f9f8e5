"""What a department's own system, or somebody for it, tells about a case: plain values, no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

ACCEPTED, CONCLUDED = "accepted", "concluded"
OWN_SYSTEM, OFFLINE, BACKLOG = "own_system", "offline", "backlog"
MARKS = {OWN_SYSTEM: "【自建系统】", OFFLINE: "【线下】", BACKLOG: "【存量】"}


@dataclass(frozen=True)
class ReportedPermit:
    """The permit of a granted case. Without an end it is 长期."""

    number: str
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class ReportedDocument:
    """One paper the department issued itself; only its name and number are kept."""

    name: str
    number: str


@dataclass(frozen=True)
class ReportedCase:
    """One stage of one case, as the department's system tells it."""

    source_case_id: str
    item_code: str
    stage: str  # accepted or concluded
    result: str = ""  # granted or refused, with concluded
    decided_on: date | None = None
    by_commitment: bool = False
    commitment_text: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    situations: Sequence[str] = field(default_factory=tuple)
    permit: ReportedPermit | None = None
    documents: Sequence[ReportedDocument] = field(default_factory=tuple)
    via: str = OWN_SYSTEM  # OFFLINE: by letter or at a meeting, entered by hand; BACKLOG: by file, from before cut-over
    accepted_on: date | None = None  # without it the day of the decision, else today

    @property
    def mark(self) -> str:
        """How timeline and inbox mark where the case came from."""
        return MARKS[self.via]
