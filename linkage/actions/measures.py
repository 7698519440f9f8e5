"""Measures a supervising department took (RULES R10.05): told to the approver, on the credit record by rule.

An order to mend, a seizure or a decision not to penalise establishes no failure (R6.19); a penalty counts by its
kind (R6.11), an entry on a list as such. The record can be disputed, repaired and revoked like any other.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from credit.actions import records
from credit.models import CreditRecord
from linkage import policies
from linkage.actions import feedback, moves
from linkage.lifecycle import PUSH
from linkage.models import Push
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.files.actions import store_upload
from shenguan.refusals import Invalid
from shenguan.workdays import calendar
from supervision.models import Penalty
from supervision.policies import credit_level

Category, Level = CreditRecord.Category, CreditRecord.Level
LISTS: dict[str, tuple[str, str]] = {
    "abnormal_list": (Category.ABNORMAL_LIST, Level.GENERAL),
    "severe_list": (Category.SEVERE_LIST, Level.SEVERE),
}
MEASURES: dict[str, str] = {
    "rectify": "责令改正",
    "seizure": "查封、扣押",
    "not_penalised": "不予行政处罚",
    **{kind.value: str(kind.label) for kind in Penalty.Kind},
    "abnormal_list": "列入经营异常名录",
    "severe_list": "列入严重失信主体名单",
}
MEASURE_CHOICES = list(MEASURES.items())


@dataclass(frozen=True)
class Measure:
    """One measure as the department decided it."""

    kind: str  # a key of MEASURES
    document_name: str
    document_number: str
    decided_on: date
    facts: str
    result: str
    legal_basis: str
    fine_yuan: Decimal | None = None  # 元


def report(
    push: Push,
    *,
    by: Actor,
    measure: Measure,
    uploaded: UploadedFile | None = None,
    expected_version: int | None = None,
) -> CreditRecord | None:
    """Tells the deciding department; the credit record the measure leads to, or None where it establishes no failure.

    Raises Invalid by field, StateForbids before a claim or when the push is over, StaleVersion, NotAllowed.
    """
    by.require(policies.PERMISSION_OF["measure"])
    policies.check_recipient(push, by)
    _check(measure)
    _check_state(push)  # before a file is kept, and again under the lock
    stored = store_upload(uploaded, by=by, purpose="push.measure") if uploaded else None
    with transaction.atomic():
        push = moves.lock(push)
        _check_state(push)
        policies.check_version(push, expected_version)
        label = MEASURES[measure.kind]
        feedback.send_back(
            push,
            by=by,
            text=f"{label}（{measure.document_name} {measure.document_number}）：{measure.facts}。{measure.result}",
            proposal="",
            stored=stored,
            measure={
                "kind": measure.kind,
                "document_number": measure.document_number,
                "decided_on": measure.decided_on.isoformat(),
            },
        )
        audit.record("push.measure", by=by, target=push, detail={"kind": measure.kind})
        return _record(push, measure, by=by)


def _record(push: Push, measure: Measure, *, by: Actor) -> CreditRecord | None:
    """The credit fact, once per document: a department's own system may have reported it already."""
    if measure.kind in LISTS:
        category, level = LISTS[measure.kind]
    elif measure.kind in Penalty.Kind.values:
        category, level = Category.PENALTY, credit_level([measure.kind])
    else:
        return None
    fact = records.Fact(
        level=level,
        category=category,
        document_name=measure.document_name,
        document_number=measure.document_number,
        decided_on=measure.decided_on,
        facts=measure.facts,
        result=measure.result,
        legal_basis=[measure.legal_basis],
        fine_yuan=measure.fine_yuan,
        related_item_code=push.payload.get("item_code", ""),
        case_number=push.case_number,
    )
    known = records.find_same(push.party, push.department, fact)
    return known or records.record_fact(by=by, subject=push.party, authority=push.department, **fact)


def _check_state(push: Push) -> None:
    if not push.is_forward or push.application_id is None or push.status not in PUSH["measure"].sources:
        moves.forbid(push, "measure")


def _check(measure: Measure) -> None:
    """Raises Invalid with every field that is wrong."""
    errors: dict[str, list[str]] = {}
    if measure.kind not in MEASURES:
        errors["kind"] = ["请选择措施种类。"]
    for field in ("document_name", "document_number", "facts", "result", "legal_basis"):
        if not texts.is_written(getattr(measure, field)):
            errors[field] = ["此项必填。"]
    if measure.decided_on > calendar.today():
        errors["decided_on"] = ["决定日期不能晚于今天。"]
    if (measure.kind == Penalty.Kind.FINE) != bool(measure.fine_yuan and measure.fine_yuan > 0):
        errors["fine_yuan"] = ["措施为罚款的填写罚款金额，其他措施不填。"]
    if errors:
        raise Invalid("处理措施填写有误，请逐项修改。", errors)
