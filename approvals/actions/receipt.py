"""Receiving an application: it gets its number, and the five days to say what is missing begin."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from approvals.actions import case_clocks, documents
from approvals.actions.cases import note, open_case, store
from approvals.actions.numbers import next_case_number
from approvals.models import Application, Document
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.workdays import calendar


@transaction.atomic
def receive(
    application: Application, *, by: Actor, at: datetime | None = None, expected_version: int | None = None
) -> Application:
    """收件 at `at` (default now). On a rest day or after closing time it counts for the next working day (R1.45)."""
    transition = open_case(
        application, "receive", by=by, permission=Permission.APPLICATION_INTAKE, expected_version=expected_version
    )
    now = at or timezone.now()
    application.received_at = now
    application.received_on = calendar.received_on(now)
    application.number = next_case_number(application.department, application.received_on)
    application.correction_deadline = case_clocks.start_correction(application)
    store(application, transition, "received_at", "received_on", "number", "correction_deadline")
    voucher = documents.issue(
        application, Document.Kind.RECEIPT, by=by, at=now, body={"received_on": application.received_on.isoformat()}
    )
    note(
        application,
        "receive",
        "application.received",
        by=by,
        summary=f"收件：{application.variant.name}，收件日 {application.received_on}，收件凭证 {voucher.number}。",
        detail={"document": voucher.number},
    )
    if application.credit_check is not None:  # asked while the case was a draft and had no timeline yet
        note_credit_check(application, by=by)
    return application


def note_credit_check(application: Application, *, by: Actor) -> None:
    """Puts the check in force on the timeline: the outcome only, never the records (R6.07)."""
    check = application.credit_check
    if check is None:
        raise ValueError("there is no credit check to note")
    note(
        application,
        "check_credit",
        "application.credit_checked",
        by=by,
        summary=f"信用核查：{check.get_outcome_display()}，核查编号 {check.number}。",
        payload={"check_number": check.number, "outcome": check.outcome, "credit_flag": check.push_flag},
        detail={"check": check.number},
    )
