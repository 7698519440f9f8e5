"""Extending the time to decide, once (行政许可法 42, RULES R1.07)."""

from django.db import transaction
from django.utils import timezone

from approvals.actions import documents
from approvals.actions.cases import note, open_case, store
from approvals.law import EXTENSION_DAYS
from approvals.models import Application, Document
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid
from shenguan.workdays import calendar, deadlines


@transaction.atomic
def extend(application: Application, *, by: Actor, reason: str, expected_version: int | None = None) -> Application:
    """延长审批期限 by ten 工作日, approved now by who decides, with a notice to the applicant.

    Raises Refusal a second time or after the statutory due day; Invalid without a reason. The promised date moves as
    well unless it has passed: a broken promise stays broken.
    """
    transition = open_case(
        application, "extend", by=by, permission=Permission.APPLICATION_DECIDE, expected_version=expected_version
    )
    if not reason.strip():
        raise Invalid("延长期限应当说明理由。", {"reason": ["延长期限应当说明理由。"]})
    statutory, promised = application.statutory_deadline, application.promised_deadline
    if statutory is None or promised is None:
        raise ValueError("an accepted application has its clocks")
    deadlines.extend(statutory, amount=EXTENSION_DAYS, reason=reason)
    if promised.is_paused or calendar.today() <= promised.due_on:
        deadlines.extend(promised, amount=EXTENSION_DAYS, reason=reason)
    store(application, transition)
    body = {"reason": reason.strip(), "days": EXTENSION_DAYS, "statutory_due_on": statutory.due_on.isoformat()}
    paper = documents.issue(application, Document.Kind.EXTENSION, by=by, at=timezone.now(), body=body)
    note(
        application,
        "extend",
        "application.extended",
        by=by,
        summary=f"经批准延长审批期限 {EXTENSION_DAYS} 个工作日至 {statutory.due_on}，告知书 {paper.number}。",
        detail={"document": paper.number, **body},
    )
    return application
