"""作出决定: granting or refusing (RULES R1.06, R1.14, R2.08, R3.06)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from approvals import payloads, policies
from approvals.actions import case_clocks, documents
from approvals.actions.cases import add_step, check_not_held, note, open_case, store
from approvals.law import REMEDY
from approvals.models import Application, ApplicationStep, ApprovalItem, Decision, Document
from shenguan import texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import Transition
from shenguan.refusals import Invalid
from shenguan.workdays import calendar

Result = Application.Result
Conclusion = ApplicationStep.Conclusion
Stage = ApplicationStep.Stage


@transaction.atomic
def decide(
    application: Application,
    *,
    by: Actor,
    result: str,
    reason: str = "",
    remedy: str = REMEDY,
    expected_version: int | None = None,
) -> Application:
    """准予 or 不予, by who did no other stage of the case. A refusal ends the case at once and tells the supervisors.

    Raises Invalid for a refusal without reason or remedy text (R1.14); Refusal for a grant that papers, survey,
    opinion or the order of acceptance stand against. In commitment mode no examination comes first (R2.08).
    """
    if result not in Result.values:
        raise Invalid("请选择准予或者不予。", {"result": ["请选择准予或者不予。"]})
    granted = result == Result.GRANTED
    transition = open_case(
        application,
        "decide" if granted else "refuse",
        by=by,
        permission=Permission.APPLICATION_DECIDE,
        expected_version=expected_version,
    )
    policies.check_posts_apart(application, by, Stage.DECIDE)
    if granted:
        policies.check_can_grant(application)
        check_not_held(application, by=by)
        remedy = ""
    else:
        _check_reasons(reason, remedy)
    now = timezone.now()
    application.result = Result(result)
    application.decided_on = calendar.today()
    case_clocks.meet(application, *case_clocks.HANDLING, "tolerance_deadline", on=application.decided_on)
    add_step(
        application,
        Stage.DECIDE,
        by=by,
        at=now,
        conclusion=Conclusion.PASS if granted else Conclusion.FAIL,
        opinion=reason.strip(),
    )
    if granted:
        _grant(application, transition, by=by, at=now, reason=reason)
    else:
        _refuse(application, transition, by=by, at=now, reason=reason, remedy=remedy)
    return application


def _grant(application: Application, transition: Transition, *, by: Actor, at: datetime, reason: str) -> None:
    """Clocks for delivery, publication (licences only) and the check of a commitment start."""
    day = calendar.today()
    application.delivery_deadline = case_clocks.start_delivery(application, day)
    if application.item.item_type == ApprovalItem.ItemType.LICENCE:
        application.publicity_deadline = case_clocks.start_publicity(application, day)
    if application.mode == Application.Mode.COMMITMENT:
        start_commitment_check(application)
    store(application, transition, "result", "decided_on", "delivery_deadline", "publicity_deadline")
    paper = _issue_decision(application, Document.Kind.GRANT, by=by, at=at, reason=reason, remedy="")
    note(
        application,
        "decide",
        "application.decided",
        by=by,
        summary=f"准予许可，决定书 {paper.number}。",
        payload={"result": Result.GRANTED.value},
        detail={"document": paper.number},
    )


def _refuse(
    application: Application, transition: Transition, *, by: Actor, at: datetime, reason: str, remedy: str
) -> None:
    application.concluded_at = at
    case_clocks.cancel_all(application)
    store(application, transition, "result", "decided_on", "concluded_at")
    paper = _issue_decision(application, Document.Kind.REFUSAL, by=by, at=at, reason=reason, remedy=remedy)
    note(
        application,
        "refuse",
        "approval.concluded",
        by=by,
        summary=f"不予许可，决定书 {paper.number}。",
        payload=payloads.approval(application, stage="concluded", result=Result.REFUSED.value),
        detail={"document": paper.number, "reason": reason.strip()},
    )


def start_commitment_check(application: Application) -> None:
    """The promise is checked within its days after the decision (R2.09, R2.10). The application is open and decided."""
    commitment = application.commitment
    if application.decided_on is None:
        raise ValueError("a commitment is checked after the decision")
    commitment.check_deadline = case_clocks.start_commitment_check(
        application, application.decided_on, commitment.check_days
    )
    commitment.save(update_fields=["check_deadline"])


def _issue_decision(
    application: Application, kind: Document.Kind, *, by: Actor, at: datetime, reason: str, remedy: str
) -> Document:
    body = {"reason": reason.strip(), "remedy": remedy.strip()}
    paper = documents.issue(application, kind, by=by, at=at, body=body)
    Decision.objects.create(
        application=application,
        document=paper,
        result=application.result,
        reason=reason.strip(),
        remedy=remedy.strip(),
        decided_by=by.key,
        decided_by_name=by.name[:150],
        decided_at=at,
    )
    return paper


def _check_reasons(reason: str, remedy: str) -> None:
    texts.check_text("reason", reason, "不予许可应当说明理由。")
    texts.check_text("remedy", remedy, "请写明申请行政复议或者提起行政诉讼的权利。")
