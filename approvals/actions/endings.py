"""A running case that ends without a decision: the applicant withdraws, or there is nothing left to decide."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals import payloads
from approvals.actions import case_clocks, documents
from approvals.actions.cases import note, open_case, store
from approvals.models import Application, Document
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid


@transaction.atomic
def withdraw(application: Application, *, by: Actor, reason: str, expected_version: int | None = None) -> Application:
    """申请人撤回 before the decision. Raises Invalid without a reason."""
    return _end(application, "withdraw", by=by, reason=reason, result="withdrawn", expected_version=expected_version)


@transaction.atomic
def terminate(application: Application, *, by: Actor, reason: str, expected_version: int | None = None) -> Application:
    """终止办理 after acceptance, e.g. the applicant no longer exists. Raises Invalid without a reason."""
    return _end(application, "terminate", by=by, reason=reason, result="terminated", expected_version=expected_version)


def note_end(
    application: Application, action: str, *, by: Actor, result: str, summary: str, detail: Mapping[str, Any]
) -> None:
    """Supervisors who heard of the acceptance hear of the end; a case nobody heard of only gets its timeline."""
    accepted = application.accepted_on is not None
    note(
        application,
        action,
        "approval.concluded" if accepted else f"application.{result}",
        by=by,
        summary=summary,
        payload=payloads.approval(application, stage="concluded", result=result) if accepted else None,
        detail=detail,
    )


def _end(
    application: Application, action: str, *, by: Actor, reason: str, result: str, expected_version: int | None
) -> Application:
    transition = open_case(
        application, action, by=by, permission=Permission.APPLICATION_INTAKE, expected_version=expected_version
    )
    if not reason.strip():
        raise Invalid("请填写理由。", {"reason": ["请填写理由。"]})
    case_clocks.cancel_all(application)
    application.concluded_at = timezone.now()
    store(application, transition, "concluded_at")
    paper = documents.issue(
        application, Document.Kind.TERMINATION, by=by, at=application.concluded_at, body={"reason": reason.strip()}
    )
    note_end(
        application,
        action,
        by=by,
        result=result,
        summary=f"{transition.label}，出具 {paper.number}：{reason.strip()}",
        detail={"document": paper.number, "reason": reason.strip()},
    )
    return application
