"""Withdrawal of a push by the approver: at once while nobody began, with the supervisor's consent afterwards."""

from django.db import transaction
from django.utils import timezone

from linkage import links, policies
from linkage.actions import merges, moves
from linkage.models import Push, PushWithdrawal
from shenguan import notify, texts
from shenguan.access.actors import Actor
from shenguan.org.models import Staff
from shenguan.refusals import Refusal
from shenguan.workdays import calendar, deadlines
from shenguan.workdays.models import Deadline

ANSWER_DAYS = 2  # 工作日 for the supervisor to agree or refuse; a house rule, as long as an arbitration
LAW = "审管联动推送撤回答复时限"
Status = PushWithdrawal.Status


@transaction.atomic
def withdraw(push: Push, *, by: Actor, reason: str, expected_version: int | None = None) -> PushWithdrawal:
    """Takes a push back that was sent by mistake, or asks for it when work has begun; nothing is deleted.

    Raises Invalid without a reason, Refusal while it is asked already, StateForbids, StaleVersion, NotAllowed for
    anybody but the sender.
    """
    reason = texts.check_text("reason", reason, "请写明撤回的理由。")
    policies.check_may(push, by, "withdraw")
    push = moves.lock(push)
    policies.check_version(push, expected_version)
    if not policies.may_be_withdrawn(push):
        moves.forbid(push, "withdraw")
    if _open(push) is not None:
        raise Refusal("already_asked", f"推送 {push.number} 已请求撤回，请等待{push.department}答复。")
    if policies.has_begun(push):
        return _ask(push, by=by, reason=reason)
    now = timezone.now()
    kept = PushWithdrawal.objects.create(
        push=push,
        reason=reason,
        status=Status.WITHDRAWN,
        asked_by=by.name,
        asked_at=now,
        decided_by=by.name,
        decided_at=now,
        decision="尚未开展工作，即时撤回",
    )
    _end(push, "withdraw", by=by, reason=reason)
    return kept


def _ask(push: Push, *, by: Actor, reason: str) -> PushWithdrawal:
    clock = deadlines.start(
        kind="linkage.withdrawal",
        case_number=push.case_number,
        start_on=calendar.today(),
        amount=ANSWER_DAYS,
        law=LAW,
    )
    kept = PushWithdrawal.objects.create(
        push=push, deadline=clock, reason=reason, asked_by=by.name, asked_at=timezone.now()
    )
    moves.write(push)
    moves.tell(
        push,
        "push.withdrawal_asked",
        by=by,
        summary=f"{push.sender}请求撤回推送 {push.number}：{reason}，请于 {clock.due_on} 前答复",
    )
    _tell_handler(push, f"{push.sender}请求撤回推送 {push.number}", f"{reason}。请于 {clock.due_on} 前答复是否同意。")
    return kept


@transaction.atomic
def agree(push: Push, *, by: Actor, decision: str = "", expected_version: int | None = None) -> Push:
    """The supervisor gives the push back. Raises StateForbids, StaleVersion, NotAllowed, Refusal without a request."""
    push, kept = _begin(push, "agree_withdrawal", by=by, expected_version=expected_version)
    _decide(kept, Status.WITHDRAWN, by=by, decision=decision.strip() or "同意")
    _end(push, "agree_withdrawal", by=by, reason=kept.reason)
    return push


@transaction.atomic
def refuse(push: Push, *, by: Actor, decision: str, expected_version: int | None = None) -> Push:
    """The supervisor keeps the push and says why.

    Raises Invalid without a reason, StateForbids, StaleVersion, NotAllowed, Refusal without a request.
    """
    decision = texts.check_text("decision", decision, "请写明不同意撤回的理由。")
    push, kept = _begin(push, "refuse_withdrawal", by=by, expected_version=expected_version)
    _decide(kept, Status.REFUSED, by=by, decision=decision)
    moves.move(push, "refuse_withdrawal")
    moves.tell(
        push,
        "push.withdrawal_refused",
        by=by,
        summary=f"{push.department}不同意撤回推送 {push.number}：{decision}",
    )
    _tell_sender(push, f"{push.department}不同意撤回推送 {push.number}", decision)
    return push


def lapse(kept: PushWithdrawal, *, by: Actor) -> None:
    """The push came to an end by itself while the request waited: there is nothing to answer any more."""
    moves.lock(kept.push)
    current = PushWithdrawal.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    if current.status == Status.ASKED:
        _decide(current, Status.LAPSED, by=by, decision="推送已了结")


def _begin(push: Push, action: str, *, by: Actor, expected_version: int | None) -> tuple[Push, PushWithdrawal]:
    locked = moves.begin(push, action, by=by, expected_version=expected_version)
    kept = _open(locked)
    if kept is None:
        raise Refusal("nothing_asked", f"推送 {locked.number} 没有待答复的撤回请求。")
    return locked, kept


def _open(push: Push) -> PushWithdrawal | None:
    return push.withdrawals.filter(status=Status.ASKED).select_related("deadline").first()


def _decide(kept: PushWithdrawal, status: Status, *, by: Actor, decision: str) -> None:
    kept.status, kept.decision, kept.decided_by, kept.decided_at = status, decision, by.name, timezone.now()
    kept.save(update_fields=["status", "decision", "decided_by", "decided_at"])
    if kept.deadline is not None and kept.deadline.state == Deadline.State.OPEN:
        deadlines.meet(kept.deadline, on=calendar.today())


def _end(push: Push, action: str, *, by: Actor, reason: str) -> None:
    merges.end(push, action, by=by, reason=f"审批部门撤回推送：{reason}")
    moves.tell(
        push, "push.withdrawn", by=by, summary=f"{push.sender}撤回推送 {push.number}（{push.department}）：{reason}"
    )
    _tell_handler(push, f"{push.sender}已撤回推送 {push.number}", f"{reason}。无需继续办理。")
    _tell_sender(push, f"推送 {push.number} 已撤回", reason)


def _tell_handler(push: Push, title: str, body: str) -> None:
    _tell(push, push.handler, title, body)


def _tell_sender(push: Push, title: str, body: str) -> None:
    """The approving liaison of the entry, if the list names one."""
    if push.entry is not None:
        _tell(push, push.entry.approval_liaison, title, body)


def _tell(push: Push, person: Staff, title: str, body: str) -> None:
    notify.tell(
        person,
        kind="push.withdrawal",
        title=title,
        body=body,
        url=links.push_url(push.number),
        case_number=push.case_number,
    )
