"""Objections to a credit record (RULES R6.09): marked 异议中 at once, decided within working days set per city."""

from datetime import date

from django.db import transaction

from credit.actions import records
from credit.lifecycle import OBJECTION, RECORD
from credit.models import CreditRecord
from credit.policies import state_on
from shenguan import texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.refusals import Invalid
from shenguan.workdays.calendar import add_workdays, today

Objection = CreditRecord.Objection
DECISION_WORKDAYS = 5  # own error decided in 5 wd (Shanghai 36); R6.09 leaves the number to each city


@transaction.atomic
def raise_objection(record: CreditRecord, *, by: Actor, on: date, reason: str) -> CreditRecord:
    """Marks the record 异议中 and sets the day the objection must be decided by.

    Raises NotAllowed, StateForbids for a record without effect or with a running objection, Invalid without reason or
    for a day in the future.
    """
    by.require(Permission.CREDIT_MANAGE)
    record = _locked(record)
    check_move(RECORD, "raise_objection", state_on(record, today()), CreditRecord.State)
    check_move(OBJECTION, "raise_objection", record.objection, Objection)
    texts.check_text("reason", reason, "请填写异议理由。")
    _check_day(on, record.decided_on)
    record.objection = Objection.RUNNING
    record.objection_reason = reason.strip()
    record.objection_on = on
    record.objection_due_on = add_workdays(on, DECISION_WORKDAYS).due_on
    record.objection_decided_on = None
    record.objection_decision = ""
    record.save(
        update_fields=[
            "objection",
            "objection_reason",
            "objection_on",
            "objection_due_on",
            "objection_decided_on",
            "objection_decision",
        ]
    )
    records.tell("credit.raise_objection", record, by=by, summary="信用记录提出异议，处理期间标注“异议中”")
    return record


@transaction.atomic
def decide_objection(record: CreditRecord, *, by: Actor, on: date, upheld: bool, decision: str) -> CreditRecord:
    """Ends the objection: upheld voids the record from `on`, rejected lets it count again.

    Raises NotAllowed, StateForbids without a running objection, Invalid without a decision text or for a wrong day.
    """
    by.require(Permission.CREDIT_MANAGE)
    record = _locked(record)
    action = "uphold_objection" if upheld else "reject_objection"
    check_move(OBJECTION, action, record.objection, Objection)
    texts.check_text("decision", decision, "请填写处理意见。")
    _check_day(on, record.objection_on or record.decided_on)
    record.objection = Objection.UPHELD if upheld else Objection.REJECTED
    record.objection_decision = decision.strip()
    record.objection_decided_on = on
    record.save(update_fields=["objection", "objection_decision", "objection_decided_on"])
    if upheld:
        records.void(record, on=on, reason=f"异议成立：{decision.strip()}")
    summary = "异议成立，信用记录失效" if upheld else "异议不成立，信用记录维持"
    records.tell(f"credit.{action}", record, by=by, summary=summary)
    return record


def _locked(record: CreditRecord) -> CreditRecord:
    return CreditRecord.objects.select_for_update().get(pk=record.pk)


def _check_day(on: date, earliest: date) -> None:
    if not earliest <= on <= today():
        text = f"日期应在 {earliest} 与今天之间。"
        raise Invalid(text, {"on": [text]})
