"""Ending a case at the door: 不予受理 and 不受理 (RULES R1.01 ①②, R1.02)."""

from django.db import models, transaction
from django.utils import timezone

from approvals import policies
from approvals.actions import case_clocks, documents
from approvals.actions.cases import add_step, note, open_case, store
from approvals.law import REMEDY
from approvals.models import Application, ApplicationStep, Document
from shenguan import texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal


class Ground(models.TextChoices):
    """Why acceptance may be refused. The applicant's credit is not among the reasons (R6.02)."""

    NOT_OUR_POWER = "not_our_power", "不属于本机关职权范围"
    STILL_INCOMPLETE = "still_incomplete", "补正后仍不符合要求"
    BANNED = "banned", "依法不得再次申请"
    FALSE_MATERIALS = "false_materials", "隐瞒情况或者提供虚假材料"  # 行政许可法 78 (R1.21)


@transaction.atomic
def refuse_acceptance(
    application: Application,
    *,
    by: Actor,
    reason: str,
    right_office: str = "",
    ground: Ground = Ground.NOT_OUR_POWER,
    expected_version: int | None = None,
) -> Application:
    """不予受理, with a reasoned decision; NOT_OUR_POWER names the right office.

    Raises Invalid without a reason or office; Refusal when the ground does not hold (no correction notice was given,
    the credit check found no ban) or the fifth day is over, when the case counts as accepted (R1.04).
    """
    transition = open_case(
        application,
        "refuse_acceptance",
        by=by,
        permission=Permission.APPLICATION_INTAKE,
        expected_version=expected_version,
    )
    policies.check_not_accepted_by_law(application)
    texts.check_text("reason", reason, "请填写理由。")
    _check_ground(application, ground, right_office)
    body = {
        "ground": Ground(ground).label,
        "reason": reason.strip(),
        "right_office": right_office.strip(),
        "remedy": REMEDY,
    }
    case_clocks.cancel_all(application)
    now = timezone.now()
    add_step(
        application,
        ApplicationStep.Stage.INTAKE,
        by=by,
        at=now,
        conclusion=ApplicationStep.Conclusion.FAIL,
        opinion=reason.strip(),
    )
    application.concluded_at = now
    store(application, transition, "concluded_at")
    paper = documents.issue(application, Document.Kind.NON_ACCEPTANCE, by=by, at=now, body=body)
    note(
        application,
        "refuse_acceptance",
        "application.not_accepted",
        by=by,
        summary=f"不予受理（{Ground(ground).label}），出具 {paper.number}。",
        detail={"document": paper.number, **body},
    )
    return application


@transaction.atomic
def not_required(
    application: Application, *, by: Actor, reason: str, expected_version: int | None = None
) -> Application:
    """不受理: the matter needs no permit; told at once.

    Raises Invalid without a reason; Refusal after the fifth day, when the case counts as accepted (R1.04).
    """
    transition = open_case(
        application,
        "not_required",
        by=by,
        permission=Permission.APPLICATION_INTAKE,
        expected_version=expected_version,
    )
    policies.check_not_accepted_by_law(application)
    texts.check_text("reason", reason, "请填写理由。")
    case_clocks.cancel_all(application)
    now = timezone.now()
    application.concluded_at = now
    store(application, transition, "concluded_at")
    paper = documents.issue(application, Document.Kind.NOT_REQUIRED, by=by, at=now, body={"reason": reason.strip()})
    note(
        application,
        "not_required",
        "application.not_required",
        by=by,
        summary=f"依法不需要取得许可，不受理，出具 {paper.number}。",
        detail={"document": paper.number, "reason": reason.strip()},
    )
    return application


def _check_ground(application: Application, ground: Ground, right_office: str) -> None:
    if ground == Ground.NOT_OUR_POWER and not right_office.strip():
        text = "请填写有权受理的机关，以便申请人前往申请。"
        raise Invalid(text, {"right_office": [text]})
    if ground == Ground.STILL_INCOMPLETE and application.status != Application.Status.CORRECTING:
        raise Refusal("not_corrected", "须先一次性告知补正，补正后仍不符合要求的才能不予受理。")
    if ground == Ground.BANNED and not policies.is_banned(application):
        raise Refusal("not_banned", "信用核查未发现再申请限制；失信状况不得作为拒绝受理的理由。")
