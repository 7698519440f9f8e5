"""Credit records: written once, then repaired, revoked or disputed; never deleted (RULES R6.10-R6.19)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models.functions import Length

from credit import rules
from credit.lifecycle import RECORD
from credit.models import CreditRecord, JointMeasure, Subject
from credit.policies import state_on
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays.calendar import today

Level = CreditRecord.Level
Category = CreditRecord.Category
Visibility = CreditRecord.Visibility

SERIES = "credit-record"
# Facts nobody may collect about a person (R6.18).
FORBIDDEN_WORDS = ("宗教信仰", "基因", "指纹", "血型", "病史")
NOT_PENALISED = "不予行政处罚"  # slight and corrected, or first time and slight: no failure record (R6.19)
OPENED_BY_LEVEL = {Level.MINOR: Visibility.GOVERNMENT}


class Fact(TypedDict):
    """One decided fact, as the deciding department states it."""

    level: str
    category: str
    document_name: str
    document_number: str
    decided_on: date
    facts: str
    result: str
    legal_basis: Sequence[str]
    fine_yuan: NotRequired[Decimal | None]
    published_on: NotRequired[date | None]
    visibility: NotRequired[str | None]
    related_item_code: NotRequired[str]
    ban_until: NotRequired[date | None]
    ban_basis: NotRequired[str]
    case_number: NotRequired[str]


@transaction.atomic
def record_fact(*, by: Actor, subject: Subject, authority: Department, **fact: Unpack[Fact]) -> CreditRecord:
    """Writes one record with the publicity dates of the edition its decision falls under (R6.10).

    With a `case_number` the fact follows from a case (broken commitment, abnormal inspection) and goes out as
    credit.changed; without one it needs the right to keep records. Raises Invalid for what may not be recorded,
    Refusal when this document is on record for the subject already.
    """
    case_number = fact.get("case_number", "")
    if not case_number:
        by.require(Permission.CREDIT_MANAGE)
    check_fact(fact)
    Subject.objects.select_for_update().get(pk=subject.pk)  # two reports of one document wait for each other
    known = find_same(subject, authority, fact)
    if known:
        raise Refusal("already_recorded", f"该文书已登记为信用记录 {known.number}，无需重复登记。")
    record = CreditRecord(
        subject=subject,
        authority=authority,
        level=fact["level"],
        category=fact["category"],
        document_name=fact["document_name"],
        document_number=fact["document_number"],
        decided_on=fact["decided_on"],
        facts=fact["facts"],
        result=fact["result"],
        legal_basis=list(fact["legal_basis"]),
        fine_yuan=fact.get("fine_yuan"),
        related_item_code=fact.get("related_item_code", ""),
        ban_until=fact.get("ban_until"),
        ban_basis=fact.get("ban_basis", ""),
        case_number=case_number,
        visibility=_visibility(subject, fact),
        repair_state=_repair_state(fact["level"]),
        created_by=by.key,
        created_by_name=by.name,
    )
    _set_publicity(record, fact.get("published_on"))
    record.number = _next_number(record.decided_on.year)
    record.save(force_insert=True)
    tell("credit.record", record, by=by, summary=f"{authority}登记信用记录：{record.get_category_display()}")
    return record


@transaction.atomic
def repair(record: CreditRecord, *, by: Actor, on: date) -> CreditRecord:
    """信用修复: from `on` the record counts no more and its measures are lifted with it (R6.12).

    Raises NotAllowed, StateForbids, and Invalid for a day before the shortest publicity ends, before the decision, or
    in the future. 轻微 has no shortest period: it is repaired as soon as the duty is done (R6.10).
    """
    by.require(Permission.CREDIT_MANAGE)
    record = _locked(record)
    _check_state(record, "repair")
    if record.level == Level.POSITIVE:
        raise Invalid("守信激励记录无需修复。", {"on": ["守信激励记录无需修复。"]})
    _check_day(record, on)
    if record.minimum_until and on < record.minimum_until:
        text = f"最短公示期至 {record.minimum_until}，期满前不能修复。"
        raise Invalid(text, {"on": [text]})
    record.repair_state = CreditRecord.Repair.REPAIRED
    record.repaired_on = on
    record.save(update_fields=["repair_state", "repaired_on"])
    _lift_measures(record, on)
    tell("credit.repair", record, by=by, summary="信用修复完成，不再影响办理")
    return record


@transaction.atomic
def revoke(record: CreditRecord, *, by: Actor, on: date, reason: str) -> CreditRecord:
    """The decision behind the record was quashed: void from `on`, measures lifted, history kept (R6.17, R13.3 no. 10).

    Raises NotAllowed, StateForbids, and Invalid for a missing reason or an impossible day.
    """
    by.require(Permission.CREDIT_MANAGE)
    record = _locked(record)
    _check_state(record, "revoke")
    if not reason.strip():
        raise Invalid("请填写撤销原因。", {"reason": ["请填写撤销原因。"]})
    _check_day(record, on)
    void(record, on=on, reason=reason)
    tell("credit.revoke", record, by=by, summary="信用记录撤销")
    return record


def void(record: CreditRecord, *, on: date, reason: str) -> None:
    """Writes the end of a locked record whose basis fell; the caller has checked and tells."""
    record.revoked_on = on
    record.revoke_reason = reason.strip()
    record.save(update_fields=["revoked_on", "revoke_reason"])
    _lift_measures(record, on)


def find_same(subject: Subject, authority: Department, fact: Fact) -> CreditRecord | None:
    """The record this very document already made, if any."""
    return CreditRecord.objects.filter(
        subject=subject,
        authority=authority,
        document_number=fact["document_number"],
        category=fact["category"],
    ).first()


def check_fact(fact: Fact) -> None:
    """Raises Invalid, with the field, for a fact that may not become a record."""
    errors: dict[str, list[str]] = {}
    if fact["level"] not in Level.values:
        errors["level"] = [f"“{fact['level']}”不是可选的等级。"]
    if fact["category"] not in Category.values:
        errors["category"] = [f"“{fact['category']}”不是可选的类别。"]
    if (fact["category"] == Category.COMMENDATION) != (fact["level"] == Level.POSITIVE):
        errors.setdefault("level", ["守信激励的等级应为“正面”，其他类别不得为“正面”。"])
    texts = {field: fact[field] for field in ("document_name", "document_number", "facts", "result")}
    errors.update({field: ["此项必填。"] for field, text in texts.items() if not text.strip()})
    if not fact["legal_basis"]:
        errors["legal_basis"] = ["请写明法律依据；没有依据的不得归集。"]
    if fact["decided_on"] > today():
        errors["decided_on"] = ["决定日期不能晚于今天。"]
    found = [word for word in FORBIDDEN_WORDS if word in fact["facts"]]
    if found:
        errors["facts"] = [f"依法不得归集“{'、'.join(found)}”信息，请删除后再登记。"]
    if NOT_PENALISED in fact["result"] and fact["level"] != Level.POSITIVE:
        errors["result"] = ["不予行政处罚的，不作为失信信息归集。"]
    if fact.get("ban_until") and not fact.get("ban_basis"):
        errors["ban_basis"] = ["有再申请限制的，须写明限制依据。"]
    if errors:
        raise Invalid("信用记录填写有误，请逐项修改。", errors)


def _locked(record: CreditRecord) -> CreditRecord:
    return CreditRecord.objects.select_for_update().get(pk=record.pk)


def _check_state(record: CreditRecord, action: str) -> None:
    check_move(RECORD, action, state_on(record, today()), CreditRecord.State)


def _check_day(record: CreditRecord, on: date) -> None:
    if not record.decided_on <= on <= today():
        text = f"日期应在决定日期 {record.decided_on} 与今天之间。"
        raise Invalid(text, {"on": [text]})


def _lift_measures(record: CreditRecord, on: date) -> None:
    """Repair and revocation lift what was applied because of the record, the same day (R6.12)."""
    record.joint_measures.filter(state=JointMeasure.State.ACTIVE).update(state=JointMeasure.State.LIFTED, ends_on=on)


def _set_publicity(record: CreditRecord, published_on: date | None) -> None:
    """Edition, and the first and last day of publicity; 轻微 and 正面 have none."""
    version = rules.version_for(
        category=record.category,
        authority_name=record.authority.name,
        decided_on=record.decided_on,
        legal_basis=record.legal_basis,
        fine_yuan=record.fine_yuan,
    )
    if record.level in version.spans:
        record.published_on = published_on or today()
    period = rules.publicity(
        version, level=record.level, decided_on=record.decided_on, published_on=record.published_on
    )
    record.rule_version = period.rule_version
    record.count_from = period.count_from
    record.minimum_until = period.minimum_until
    record.publicity_until = period.publicity_until


def _visibility(subject: Subject, fact: Fact) -> str:
    """Persons' records are 授权查询 whatever was asked for (R6.08); slight ones are not published (R6.10)."""
    if subject.is_person:
        return Visibility.AUTHORISED
    return fact.get("visibility") or OPENED_BY_LEVEL.get(Level(fact["level"]), Visibility.PUBLIC)


def _repair_state(level: str) -> CreditRecord.Repair:
    return CreditRecord.Repair.NOT_APPLICABLE if level == Level.POSITIVE else CreditRecord.Repair.OPEN


def _next_number(year: int) -> str:
    """XY + year + four figures. Imported records brought numbers of their own; the series steps over those."""
    [number] = series.take(SERIES, year)
    taken = CreditRecord.objects.filter(number__startswith=f"XY{year}")
    if taken.filter(number=f"XY{year}{number:04d}").exists():
        highest = taken.order_by(Length("number").desc(), "-number").values_list("number", flat=True)[0]
        number = series.take(SERIES, year, int(highest[6:]) - number + 1)[-1]
    return f"XY{year}{number:04d}"


def tell(action: str, record: CreditRecord, *, by: Actor, summary: str) -> None:
    """Audit, and the timeline of the subject; what came out of a case also goes to the departments concerned.

    To be called last in the transaction of the change.
    """
    audit.record(action, by=by, target=record, detail={"subject": record.subject_id, "level": record.level})
    events.record(
        "credit.changed",
        by=by,
        case_number=record.case_number,
        summary=f"{summary}（{record.number}）",
        payload={"record_number": record.number, "level": record.level, "category": record.category},
        department=record.authority,
        subject_id=record.subject_id,
    )
