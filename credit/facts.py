"""What a decision is made from and what it says: plain values, no database."""

from dataclasses import dataclass, field
from datetime import date

from credit.models import CreditCheck, CreditRecord


@dataclass(frozen=True)
class ItemTerms:
    """What the item itself settles; a copy stays with the check so that a later recheck decides by the same terms."""

    item_code: str
    item_name: str = ""
    commitment_allowed: bool = False
    tolerance_allowed: bool = False
    is_safety_critical: bool = False  # 直接关系公共安全、人身健康、生命财产安全 (R1.21, R1.22)
    on_general_failure: str = "allow_with_warning"  # allow_with_warning, refuse or not_applicable
    conveniences_during_objection: bool = True


@dataclass(frozen=True)
class RecordFact:
    """One credit record as a source reports it."""

    number: str
    level: str
    category: str
    authority: str
    document_name: str
    document_number: str
    facts: str
    result: str
    legal_basis: tuple[str, ...]
    visibility: str
    objection: str
    decided_on: date
    publicity_until: date | None = None
    repaired_on: date | None = None
    revoked_on: date | None = None
    related_item_code: str = ""
    ban_until: date | None = None
    ban_basis: str = ""

    @property
    def is_broken_promise(self) -> bool:
        """不实承诺, 承诺未履行 or 容缺逾期 (R2.15, R3.05)."""
        return self.category in CreditRecord.BROKEN_PROMISE


@dataclass(frozen=True)
class MeasureFact:
    """One published measure, alone or as applied to the subject because of `record_number`."""

    code: str
    name: str
    category: str
    legal_basis: tuple[str, ...]
    is_active: bool
    effective_on: date
    record_number: str = ""
    term: str = ""
    implemented_by: str = ""
    is_lifted: bool = False
    starts_on: date | None = None
    ends_on: date | None = None

    def is_published(self, day: date) -> bool:
        """Whether the list holds it on `day`; others must not be used (R6.03)."""
        return self.is_active and self.effective_on <= day

    def runs(self, day: date) -> bool:
        """Whether this application of it runs on `day`, both ends included; without an end until it is lifted."""
        if self.ends_on is None:
            return not self.is_lifted and (self.starts_on is None or self.starts_on <= day)
        return (self.starts_on is None or self.starts_on <= day) and day <= self.ends_on


@dataclass(frozen=True)
class CreditData:
    """Everything a source knows about one subject, and the digest that names this version of it (R6.01)."""

    records: tuple[RecordFact, ...] = ()
    applied: tuple[MeasureFact, ...] = ()  # 联合惩戒 of this subject
    catalogue: tuple[MeasureFact, ...] = ()  # the published list, for citing
    version: str = ""


@dataclass(frozen=True)
class Decision:
    """The answer of one check. `reasons` are sentences for the clerk; `convenience_reasons` one per convenience."""

    outcome: CreditCheck.Outcome
    acceptance: CreditCheck.Answer
    commitment: CreditCheck.Answer
    tolerance: CreditCheck.Answer
    green_channel: CreditCheck.Answer
    push_flag: CreditCheck.PushFlag
    reasons: tuple[str, ...]
    convenience_reasons: dict[str, str] = field(default_factory=dict)
    hits: tuple[RecordFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    ban_until: date | None = None
