"""What the rules allow now. Questions answer with data for buttons; `check_…` raises the sentence people read.

Who may do a thing is a permission (shenguan.access.roles); whether the state allows it is in lifecycle.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approvals.models import (
    Application,
    ApplicationMaterial,
    ApplicationStep,
    ApprovalItem,
    Document,
    ItemMaterial,
)
from credit.models import CreditCheck
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, NotAllowed, Refusal
from shenguan.workdays import calendar

Mode = Application.Mode
Answer = CreditCheck.Answer
Stage = ApplicationStep.Stage
State = ApplicationMaterial.State

_ALLOWING = frozenset({Answer.YES, Answer.YES_WITH_WARNING})
# Conditions that leave open what else may be asked (R2.07).
CATCH_ALL = re.compile(r"其[他它](?:有关|相关|必要)?(?:的)?(?:材料|资料|文件|证明)|等(?:有关|相关)?(?:材料|资料|文件)")


@dataclass(frozen=True)
class Verdict:
    """Whether a mode or convenience may be used; the sentence says why not, or what to mind."""

    allowed: bool
    reason: str = ""


def allowed_modes(item: ApprovalItem, check: CreditCheck | None) -> dict[Mode, Verdict]:
    """What the credit check leaves of the item's modes (R2.04, R3.05, 6.1). Acceptance itself is never refused."""
    return {
        Mode.STANDARD: Verdict(True),
        Mode.TOLERANCE: _verdict("tolerance", Mode.TOLERANCE.label, item.tolerance_allowed, check),
        Mode.COMMITMENT: _verdict("commitment", Mode.COMMITMENT.label, item.commitment_allowed, check),
    }


def green_channel(check: CreditCheck | None) -> Verdict:
    """Whether the fast lane is open to this applicant (R6.02)."""
    return _verdict("green_channel", "绿色通道", True, check)


def check_mode(application: Application, mode: Mode) -> None:
    """Raises Invalid when this way of acceptance is not open to item or applicant (R2.04, R3.05)."""
    verdict = allowed_modes(application.item, application.credit_check)[mode]
    if not verdict.allowed:
        raise Invalid(verdict.reason, {"mode": [verdict.reason]}, code="mode_not_allowed")


def check_green_channel(application: Application) -> None:
    """Raises Invalid when the credit check closes the fast lane (R6.02)."""
    verdict = green_channel(application.credit_check)
    if not verdict.allowed:
        raise Invalid(verdict.reason, {"green_channel": [verdict.reason]}, code="green_channel_closed")


def check_credit_was_checked(application: Application) -> None:
    """Raises Refusal: the query is part of every case file (R6.01). An unreachable source counts as asked."""
    if application.credit_check is None:
        raise Refusal("credit_check_missing", "受理前须核查申请人信用状况，请先点“信用核查”。")


def is_banned(application: Application) -> bool:
    """Whether the law forbids to apply again for this permit now (R1.21, R1.22): the clerk decides with a reason."""
    check = application.credit_check
    return check is not None and check.acceptance == Answer.CLERK_DECIDES


def check_ban(application: Application, override_reason: str) -> None:
    """Raises Invalid when a banned applicant would be accepted without a reason (6.1)."""
    if is_banned(application) and not override_reason.strip():
        text = "申请人依法不得再次申请该许可。仍予受理的，请填写处理理由。"
        raise Invalid(text, {"ban_override_reason": [text]}, code="banned")


def check_papers(application: Application, mode: Mode) -> None:
    """Raises Refusal while papers are missing: all of them (R1.01 ⑤), only the main ones in tolerance (R3.02).

    Once everything the one notice named came in, what it forgot to name is no reason to wait (R1.05).
    """
    if mode == Mode.COMMITMENT:
        check_commitment_signed(application)
        return
    missing = missing_materials(application)
    if mode == Mode.TOLERANCE:
        if not missing:
            raise Refusal("nothing_to_tolerate", "材料已经齐全，请选择标准受理。")
        missing = [row for row in missing if row.material.necessity != ItemMaterial.Necessity.TOLERABLE]
        advice = "主要材料齐全有效才能容缺受理"
    elif application.corrected_on is not None:
        return
    else:
        advice = "可出具补正告知，或在条件允许时容缺受理"
    if missing:
        raise Refusal("papers_missing", f"材料未齐：{_names(missing)}。{advice}。")


def check_commitment_signed(application: Application) -> None:
    """Raises Refusal: the applicant promises in writing, and only if he wants to (R2.03, R2.06)."""
    if not hasattr(application, "commitment"):
        raise Refusal("commitment_missing", "申请人尚未签署告知承诺书，请先打印并签署。")


def missing_materials(application: Application) -> list[ApplicationMaterial]:
    """Papers that are neither received nor waived."""
    rows = application.materials.select_related("material")
    return [row for row in rows if row.state not in (State.RECEIVED, State.WAIVED)]


def check_posts_apart(application: Application, by: Actor, stage: Stage) -> None:
    """Raises NotAllowed when this person already did another of the five stages of the case (五分设)."""
    check_person_apart(application, by.key, by.name, stage)


def check_person_apart(application: Application, key: str, name: str, stage: Stage) -> None:
    """The same for somebody named by the actor, e.g. the second surveyor."""
    other = application.steps.filter(staff_key=key).exclude(stage=stage).first()
    if other is not None:
        raise NotAllowed(
            f"{name}已办理本件“{other.get_stage_display()}”环节，五分设要求“{stage.label}”由他人办理。",
            code="posts_not_apart",
        )


def check_correction_given_once(application: Application) -> None:
    """Raises Refusal on a second correction notice (R1.03)."""
    if application.documents.filter(kind=Document.Kind.CORRECTION).exists():
        raise Refusal("corrected_before", "补正告知只能一次。补正后仍不符合要求的，请作出不予受理决定并说明理由。")


def check_not_accepted_by_law(application: Application) -> None:
    """Raises Refusal once five days passed without a word: the case counts as accepted and is decided (R1.04)."""
    deadline = application.correction_deadline
    is_silent = application.status == Application.Status.RECEIVED and application.corrected_on is None
    if is_silent and deadline is not None and calendar.today() > deadline.due_on:
        raise Refusal(
            "accepted_by_law", f"告知期限已于 {deadline.due_on} 届满，依法自收到申请材料之日起视为受理，请按受理办理。"
        )


def check_no_catch_all(texts: Iterable[str], field: str) -> None:
    """Raises Invalid for "其他材料" and the like (R2.07): everything asked for has a name."""
    for text in texts:
        if found := CATCH_ALL.search(text):
            sentence = f"不得使用“{found.group()}”等兜底表述，请逐项写明。"
            raise Invalid(sentence, {field: [sentence]}, code="catch_all")


def check_can_grant(application: Application) -> None:
    """Raises Refusal while papers, survey or opinion stand against a grant (R3.06, R1.12, R1.26)."""
    _check_supplemented(application)
    _check_opinion(application)
    _check_survey(application)
    _check_turn(application)


def survey_needed(application: Application) -> bool:
    """Whether the facts are checked on site before the decision; a commitment is checked afterwards (R2.08)."""
    return application.variant.needs_survey and application.mode != Mode.COMMITMENT


def _verdict(convenience: str, label: str, item_allows: bool, check: CreditCheck | None) -> Verdict:
    """The answer the check gave for one convenience, with its own sentence where it gave one."""
    if not item_allows:
        return Verdict(False, f"该事项不适用{label}。")
    if check is None:
        return Verdict(False, f"尚未完成信用核查，不能适用{label}。")
    answer = getattr(check, convenience)
    if answer == Answer.NOT_APPLICABLE:
        return Verdict(False, f"该事项不适用{label}。")
    said = check.convenience_reasons.get(convenience, "")
    if answer in _ALLOWING:
        return Verdict(True, said if answer == Answer.YES_WITH_WARNING else "")
    return Verdict(False, said or f"信用核查结论为“{check.get_outcome_display()}”，不适用{label}。")


def _check_supplemented(application: Application) -> None:
    """Tolerated papers come before the result (R3.06)."""
    rows = application.materials.filter(state=State.TOLERATED).select_related("material")
    if rows:
        raise Refusal("supplement_missing", f"容缺材料尚未补齐：{_names(rows)}。补齐后才能作出准予决定。")


def _check_opinion(application: Application) -> None:
    last = application.steps.filter(stage=Stage.EXAMINE).last()
    if last is not None and last.conclusion == ApplicationStep.Conclusion.FAIL:
        raise Refusal("examined_negative", "审查意见为不通过。请不予许可，或退回审查。")


def _check_survey(application: Application) -> None:
    """A survey with a negative conclusion stands against the grant even where the item does not ask for one."""
    last = application.steps.filter(stage=Stage.SURVEY).last()
    if last is None and survey_needed(application):
        raise Refusal("survey_missing", "该事项需现场踏勘，请先由踏勘员录入踏勘意见。")
    if last is not None and last.conclusion == ApplicationStep.Conclusion.FAIL:
        raise Refusal("survey_negative", "踏勘意见为不通过。请不予许可，或退回审查。")


def _check_turn(application: Application) -> None:
    """Where numbers are limited, the earlier acceptance is decided first (行政许可法 57, R1.26)."""
    if not application.item.is_quantity_limited:
        return
    earlier = (
        Application.objects.filter(
            item=application.item,
            department=application.department,
            status__in=[Application.Status.ACCEPTED, Application.Status.EXAMINED],
        )
        .before(application)
        .first()
    )
    if earlier is not None:
        raise Refusal("not_its_turn", f"该事项有数量限制，应先对受理在先的 {earlier.number} 作出决定。")


def _names(rows: Sequence[ApplicationMaterial] | Iterable[ApplicationMaterial]) -> str:
    return "、".join(row.material.name for row in rows)
