"""The approver answers what supervision reported (R10.06): a decision on the permit, a reason, the credit record."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals.actions import permits
from approvals.models import Permit, PermitEvent
from credit.actions import freezes, records
from credit.models import CreditRecord
from linkage import policies
from linkage.actions import consultation_replies, missed, moves, policies_changed
from linkage.models import Push
from linkage.selectors.cases import permit_of_case
from shenguan import events, texts
from shenguan.access.actors import Actor
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid
from shenguan.workdays import calendar
from supervision.models import Inspection

PERMIT_ACTIONS: dict[str, Callable[..., Permit]] = {
    "revoke": permits.revoke,
    "withdraw": permits.withdraw,
    "change": partial(permits.change, proposed_by_supervision=True),
    "cancel": permits.cancel,
}
DONE_AS = {
    "revoke": PermitEvent.Kind.REVOKED,
    "withdraw": PermitEvent.Kind.WITHDRAWN,
    "change": PermitEvent.Kind.CHANGED,
    "cancel": PermitEvent.Kind.CANCELLED,
}
CREDIT_LAW = "国务院办公厅关于加快推进社会信用体系建设构建以信用为基础的新型监管机制的指导意见（国办发〔2019〕35号）"
COMMITMENT_LAW = "国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见（国办发〔2020〕42号）"


def _ask(push: Push) -> str:
    """The sentence for an answer the push does not know."""
    return f"请选择答复结果：{'、'.join(policies.outcomes(push).values())}。"


@transaction.atomic
def answer(
    push: Push,
    *,
    by: Actor,
    outcome: str,
    text: str,
    legal_basis: str = "",
    document_number: str = "",
    file: StoredFile | None = None,
    expected_version: int | None = None,
) -> Push:
    """Closes a reverse push with a recorded result, acts on the permit if the outcome says so, and writes credit.

    All in one transaction: an answer "revoked" exists only together with the revocation. Raises Invalid (outcome, text,
    legal basis, no permit), StateForbids on a second answer, StaleVersion, NotAllowed.
    """
    policies.check_choice("outcome", outcome, policies.outcomes(push), _ask(push))
    text = texts.check_text("text", text, "请填写答复理由：作出这一处理的事实和依据。")
    push = moves.begin(push, "answer", by=by, expected_version=expected_version)
    if push.application is None:
        return _answer_thread(push, by=by, outcome=outcome, text=text, file=file)
    _act_on_permit(push, by=by, outcome=outcome, reason=text, legal_basis=legal_basis, document_number=document_number)
    _close(push, by=by, outcome=outcome, text=text)
    _record_credit(push, by=by, outcome=outcome)
    _tell(push, by=by, outcome=outcome, text=text)
    return push


def _answer_thread(push: Push, *, by: Actor, outcome: str, text: str, file: StoredFile | None) -> Push:
    """The answer to a push that belongs to no case goes into its thread, which tells the other side."""
    _close(push, by=by, outcome=outcome, text=text)
    label = policies.ANSWER_OUTCOMES[outcome]
    moves.tell(
        push, "push.answered", by=by, summary=f"{push.department} {by.name} 答复：{label}，{text}", outcome=outcome
    )
    if push.kind == "freeze.requested":
        freezes.answer(push.case_number, by=by, adopted=outcome == "adopt", text=text)
    elif push.kind == "policy.changed":
        policies_changed.tell_answer(push, by=by, outcome=outcome, text=text)
    elif push.kind == "consultation.opened":
        consultation_replies.keep_reply(push.case_number, by=by, text=text, file=file)
    return push


def _close(push: Push, *, by: Actor, outcome: str, text: str) -> None:
    """Writes the answer into the locked push; its clock is met."""
    missed.stop_clock(push)
    now = timezone.now()
    moves.move(
        push,
        "answer",
        next_step=Push.NextStep.NONE,
        is_open=False,
        answer_outcome=outcome,
        answer_text=text,
        answered_by=by.name,
        answered_at=now,
        closed_at=now,
        **moves.clock_fields(push),
    )


def _act_on_permit(push: Push, *, by: Actor, outcome: str, reason: str, legal_basis: str, document_number: str) -> None:
    """Revokes, withdraws, changes or cancels the permit; other outcomes leave it as it is.

    What was done on the permit's own page since the push came is done: the answer records it and does nothing twice.
    """
    if outcome not in policies.PERMIT_OUTCOMES:
        return
    permit = _permit_of(push)
    if permit.events.filter(kind=DONE_AS[outcome], recorded_at__gte=push.pushed_at).exists():
        return
    basis = texts.check_text("legal_basis", legal_basis, "变动许可须写明法律依据。")
    PERMIT_ACTIONS[outcome](permit, by=by, reason=reason, legal_basis=basis, document_number=document_number)


def _tell(push: Push, *, by: Actor, outcome: str, text: str) -> None:
    """Audit and timeline, and the event that carries the answer to the supervisor."""
    label = policies.ANSWER_OUTCOMES[outcome]
    moves.tell(
        push, "push.answered", by=by, summary=f"{push.department} {by.name} 答复：{label}，{text}", outcome=outcome
    )
    events.record(
        "proposal.answered",
        by=by,
        case_number=push.case_number,
        subject_id=push.subject_id,
        department=push.department,
        summary=f"{push.department}对{push.sender}的反馈作出答复：{label}",
        payload={
            "reverse_push": push.number,
            "forward_push": push.answers_push.number if push.answers_push else "",
            "outcome": outcome,
            "text": text,
        },
    )


def _permit_of(push: Push) -> Permit:
    """The permit of the case. Raises Invalid where there is none."""
    permit = permit_of_case(push.case)
    if permit is None:
        raise Invalid("该办件没有核发证照，不能选择撤销、撤回、变更或注销。", {"outcome": ["该办件没有核发证照。"]})
    return permit


def _record_credit(push: Push, *, by: Actor, outcome: str) -> None:
    """The credit fact behind the report, if an inspection established one (R2.15, R10.07).

    A broken commitment counts as such; any other abnormal inspection is a minor fact. A report by hand, without an
    inspection, establishes nothing.
    """
    fact = _credit_fact(push.payload)
    if fact is None:
        return
    level, category, law = fact
    document = {"authority": push.sender, "document_number": push.payload["inspection_number"]}
    if CreditRecord.objects.filter(subject=push.party, **document).exists():
        return  # a second report of the same inspection
    records.record_fact(
        by=by,
        subject=push.party,
        **document,
        level=level,
        category=category,
        document_name="监督检查结果",
        decided_on=_checked_on(push),
        facts=push.message,
        result=f"审批部门答复：{policies.ANSWER_OUTCOMES[outcome]}",
        legal_basis=[law],
        related_item_code=push.payload.get("item_code", ""),
        case_number=push.case_number,
    )


def _credit_fact(payload: dict[str, Any]) -> tuple[str, str, str] | None:
    """Level, category and law of the credit record a report leads to; None for none."""
    result = payload.get("commitment_result", "")
    if not payload.get("inspection_number"):
        return None
    if result == Inspection.CommitmentResult.FALSE:
        return CreditRecord.Level.SEVERE, CreditRecord.Category.FALSE_COMMITMENT, COMMITMENT_LAW
    if result == Inspection.CommitmentResult.UNMET:
        return CreditRecord.Level.GENERAL, CreditRecord.Category.COMMITMENT_UNMET, COMMITMENT_LAW
    if payload.get("is_abnormal", True):
        return CreditRecord.Level.MINOR, CreditRecord.Category.INSPECTION_ABNORMAL, CREDIT_LAW
    return None


def _checked_on(push: Push) -> date:
    inspection = Inspection.objects.filter(number=push.payload["inspection_number"]).first()
    return inspection.checked_on if inspection and inspection.checked_on else calendar.today()
