"""Penalties (行政处罚) of departments' own systems: taken in once, put on the credit record, told to the approvers.

A penalty of a party whose permit this department supervises is an abnormal fact of that case: it goes back to the
approver through the journal (RULES R10.05). Quashed later, it and its credit record are void (R5.03, R6.17).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from credit.actions import records
from credit.models import CreditRecord, Subject
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import calendar
from supervision import policies, selectors
from supervision.lifecycle import PENALTY
from supervision.models import Penalty, SupervisedObject, SupervisionItem

Level = CreditRecord.Level


@dataclass(frozen=True)
class ReportedPenalty:
    """One decision, as the department's system tells it."""

    source_penalty_id: str
    document_name: str
    document_number: str
    kinds: Sequence[str]
    facts: str
    result: str
    legal_basis: Sequence[str]
    decided_on: date
    fine_yuan: Decimal | None = None  # 元
    credit_level: str = ""  # as the ministry's table has it; else by kind (R6.11)
    published_on: date | None = None


def report(
    *, by: Actor, department: Department, subject: Subject, where: selectors.Where, said: ReportedPenalty
) -> tuple[Penalty, bool]:
    """Takes one decision in; the penalty, and whether it was new here (201) or known (200).

    Raises Invalid, by field, for a decision without kind, basis or amount or in the future, an unknown supervision
    item, and for a document number that belongs to another source number.
    """
    known = _known(department, said.source_penalty_id)
    if known is not None:
        return known, False
    item = _item(department, where.item_code)
    errors = policies.penalty_errors(said.kinds, said.fine_yuan, decided_on=said.decided_on, today=calendar.today())
    twin = Penalty.objects.filter(department=department, document_number=said.document_number, subject=subject).first()
    if twin is not None:
        errors["document_number"] = [f"该决定书已以来源编号 {twin.source_penalty_id} 报送过。"]
    if errors:
        raise Invalid("处罚信息不能接收，请按 errors 逐项修改。", errors)
    try:
        return _take_in(department, subject, item, where, said, by=by), True
    except IntegrityError:  # the same report came twice at the same moment; the other call won
        known = _known(department, said.source_penalty_id)
        if known is None:
            raise
        return known, False


def _known(department: Department, source_id: str) -> Penalty | None:
    return Penalty.objects.filter(department=department, source_penalty_id=source_id).first()


def _item(department: Department, code: str) -> SupervisionItem | None:
    if not code:
        return None
    item = SupervisionItem.objects.filter(code=code, department=department).first()
    if item is None:
        text = f"本部门没有监管事项 {code}。"
        raise Invalid(text, {"supervision_item_code": [text]})
    return item


@transaction.atomic
def _take_in(
    department: Department,
    subject: Subject,
    item: SupervisionItem | None,
    where: selectors.Where,
    said: ReportedPenalty,
    *,
    by: Actor,
) -> Penalty:
    # One object per case: an approver is told once, however many items of his case the department watches.
    concerned = {watched.case_number: watched for watched in reversed(selectors.objects_meant(department, where))}
    penalty = Penalty.objects.create(
        department=department,
        subject=subject,
        item=item,
        number=_next_number(),
        source_penalty_id=said.source_penalty_id,
        document_name=said.document_name,
        document_number=said.document_number,
        kinds=list(said.kinds),
        facts=said.facts,
        result=said.result,
        legal_basis=list(said.legal_basis),
        fine_yuan=said.fine_yuan,
        case_numbers=sorted(concerned),
        decided_on=said.decided_on,
        reported_by=by.name[:150],
    )
    penalty.credit_record = _credit(penalty, said, by=by)
    penalty.save(update_fields=["credit_record"])
    audit.record("penalty.report", by=by, target=penalty, detail={"source": said.source_penalty_id})
    _tell(penalty, concerned, by=by)
    return penalty


def _credit(penalty: Penalty, said: ReportedPenalty, *, by: Actor) -> CreditRecord:
    """The record by rule (DESIGN §3.8). A document already reported as a credit record is that record."""
    fact = records.Fact(
        level=said.credit_level or policies.credit_level(said.kinds),
        category=CreditRecord.Category.PENALTY,
        document_name=said.document_name,
        document_number=said.document_number,
        decided_on=said.decided_on,
        facts=said.facts,
        result=said.result,
        legal_basis=said.legal_basis,
        fine_yuan=said.fine_yuan,
        published_on=said.published_on,
        case_number=penalty.case_numbers[0] if penalty.case_numbers else "",
    )
    known = records.find_same(penalty.subject, penalty.department, fact)
    return known or records.record_fact(by=by, subject=penalty.subject, authority=penalty.department, **fact)


def _tell(penalty: Penalty, concerned: dict[str, SupervisedObject], *, by: Actor) -> None:
    """The timeline of every case concerned, and its approver."""
    text = f"{penalty.document_name} {penalty.document_number}：{penalty.kinds_text}"
    for case_number in sorted(concerned) or [""]:
        events.record(
            "penalty.recorded",
            by=by,
            case_number=case_number,
            subject_id=penalty.subject_id,
            department=penalty.department,
            summary=f"{penalty.department}对{penalty.subject}作出行政处罚：{text}",
            payload={"penalty_number": penalty.number},
        )
    for case_number, watched in concerned.items():
        payload = policies.report_payload(
            watched, summary=f"行政处罚：{text}。{penalty.facts}", severity=policies.severity_of(penalty)
        )
        events.record(
            "finding.reported",
            by=by,
            case_number=case_number,
            subject_id=penalty.subject_id,
            department=penalty.department,
            summary=f"{penalty.department}向审批部门反馈行政处罚：{text}",
            payload=payload | {"penalty_number": penalty.number},
        )


@transaction.atomic
def withdraw(penalty: Penalty, *, by: Actor, on: date, reason: str) -> Penalty:
    """The decision was quashed or withdrawn: the penalty and its credit record are void from `on` (R5.03, R6.17).

    Raises NotAllowed for another department, StateForbids a second time, Invalid for a missing reason or an
    impossible day.
    """
    by.require(Permission.INSPECTION_MANAGE)
    locked = Penalty.objects.select_for_update(of=("self",)).get(pk=penalty.pk)
    if by.department is None or by.department.pk != locked.department_id:
        raise NotAllowed("这是其他部门的处罚决定，您不能操作。")
    locked.status = check_move(PENALTY, "withdraw", locked.status, Penalty.Status).target or locked.status
    errors = policies.withdrawal_errors(locked.decided_on, on, reason, today=calendar.today())
    if errors:
        raise Invalid("处罚撤销不能登记。", errors)
    locked.withdrawn_on, locked.withdrawn_reason = on, reason.strip()
    locked.save(update_fields=["status", "withdrawn_on", "withdrawn_reason"])
    if locked.credit_record is not None and locked.credit_record.revoked_on is None:
        record = CreditRecord.objects.select_for_update(of=("self",)).get(pk=locked.credit_record.pk)
        records.void(record, on=on, reason=f"处罚决定撤销：{reason}")
        records.tell("credit.revoke", record, by=by, summary="处罚决定撤销，信用记录同时撤销")
    audit.record("penalty.withdraw", by=by, target=locked, detail={"reason": reason})
    for case_number in locked.case_numbers or [""]:
        events.record(
            "penalty.withdrawn",
            by=by,
            case_number=case_number,
            subject_id=locked.subject_id,
            department=locked.department,
            summary=f"{locked.department}撤销行政处罚 {locked.document_number}：{locked.withdrawn_reason}",
            payload={"penalty_number": locked.number},
        )
    return locked


def _next_number() -> str:
    today = calendar.today()
    (count,) = series.take(f"penalty:{today:%Y%m%d}", today.year)
    return f"CF{today:%Y%m%d}-{count:04d}"
