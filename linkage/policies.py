"""What the rules allow now with a push or an objection: questions that actions ask and pages show answered."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from approvals.models import Application
from linkage.lifecycle import CASE_ONLY, COORDINATORS, FORWARD_ONLY, PUSH, ROUTER_MOVES, SENDERS, WITH_REQUEST
from linkage.models import DutyObjection, LinkageEntry, Push, PushWithdrawal
from linkage.selectors.pushes import twins_of
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import allowed_actions
from shenguan.org.models import Department, Office, Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from supervision.models import Inspection

# Outcomes of an answer (R10.06); the first four change the permit.
PERMIT_OUTCOMES = frozenset({"revoke", "withdraw", "change", "cancel"})
ANSWER_OUTCOMES = {
    "revoke": "撤销",
    "withdraw": "撤回",
    "change": "变更",
    "cancel": "注销",
    "keep": "维持许可",
    "noted": "已知悉",
    "adopt": "采纳",
    "decline": "不采纳",
    "revise_guide": "需修订办事指南",
    "revise_list": "需修订联动清单",
    "replied": "已回复",
}
PROPOSAL_OUTCOMES = ("revoke", "withdraw", "change", "cancel", "keep")  # a proposal ends in a decision, R10.06
FEEDBACK_OUTCOMES = (*PROPOSAL_OUTCOMES, "noted")
OUTCOMES_OF: dict[str, tuple[str, ...]] = {
    "revocation.proposed": PROPOSAL_OUTCOMES,
    "freeze.requested": ("adopt", "decline"),
    "policy.changed": ("noted", "revise_guide", "revise_list"),
    "consultation.opened": ("replied",),
}
PROPOSALS = {"": "无建议", "revoke": "建议撤销", "withdraw": "建议撤回", "change": "建议变更", "cancel": "建议注销"}

READ_DAYS = 1  # 签阅, 工作日; RULES R10.03 sets the hard limit of one working day
COMMITMENT_DAYS = 40  # 工作日 to check a commitment, about two months (R2.10), where the item sets no limit of its own

# Rights behind the buttons; machine clients are held to scopes by the API instead.
PERMISSION_OF = {
    "claim": Permission.PUSH_CLAIM,
    "read": Permission.INBOX_VIEW,
    "assign": Permission.PUSH_ASSIGN,
    "transfer": Permission.PUSH_ASSIGN,
    "hand_over": Permission.PUSH_ASSIGN,
    "merge": Permission.PUSH_ASSIGN,
    "unmerge": Permission.PUSH_ASSIGN,
    "withdraw": Permission.PUSH_ANSWER,
    "agree_withdrawal": Permission.PUSH_RETURN,
    "refuse_withdrawal": Permission.PUSH_RETURN,
    "return": Permission.PUSH_RETURN,
    "feedback": Permission.PUSH_FEEDBACK,
    "measure": Permission.PUSH_FEEDBACK,
    "answer": Permission.PUSH_ANSWER,
    "note": Permission.INBOX_VIEW,
}


def permission_of(push: Push, action: str) -> Permission:
    """The right behind a button. What a supervising department is asked, its own people answer."""
    if action == "answer" and push.is_forward:
        return Permission.PUSH_FEEDBACK
    return PERMISSION_OF[action]


def outcomes(push: Push) -> dict[str, str]:
    """The answers a push may be given, with their words: a proposal needs a decision (R10.06), a notice other words."""
    found = {name: ANSWER_OUTCOMES[name] for name in OUTCOMES_OF.get(push.kind, FEEDBACK_OUTCOMES)}
    proposed = ANSWER_OUTCOMES.get(push.payload.get("proposal", ""), "")
    if proposed and "keep" in found:
        found["keep"] = f"不予{proposed}，维持许可"  # the refusal is a decision as well, RULES R13.3 no. 13
    return found


def allowed(push: Push) -> list[str]:
    """Names of what may be done with this push now, whoever asks, in the order of the table."""
    names = [name for name in allowed_actions(PUSH, push.status) if name not in ROUTER_MOVES]
    if not push.is_forward:
        names = [name for name in names if name not in FORWARD_ONLY]
    if push.application_id is None:  # a thread is answered or read; there is no duty to object to or report on
        names = [name for name in names if name not in CASE_ONLY]
    if push.next_step != Push.NextStep.READ:
        names = [name for name in names if name != "read"]
    names = [name for name in names if name not in SENDERS]
    if "merge" in names and not twins_of(push).exists():
        names.remove("merge")
    out_of_place = _out_of_place(push, names)
    return [name for name in names if name not in out_of_place]


def _out_of_place(push: Push, names: Iterable[str]) -> frozenset[str]:
    """Of these actions those that a request or an objection must go before, or may not: one query for both."""
    if not {"return", *WITH_REQUEST} & set(names):
        return frozenset()
    asked = PushWithdrawal.objects.filter(push=OuterRef("pk"), status=PushWithdrawal.Status.ASKED)
    objected = DutyObjection.objects.filter(Q(push=OuterRef("pk")) | Q(new_push=OuterRef("pk")))
    rows = Push.objects.filter(pk=push.pk).annotate(is_asked=Exists(asked), is_disputed=Exists(objected))
    is_asked, is_disputed = rows.values_list("is_asked", "is_disputed").get()
    return (frozenset() if is_asked else WITH_REQUEST) | (frozenset({"return"}) if is_disputed else frozenset())


def allowed_for(push: Push, by: Actor) -> list[str]:
    """The buttons of one person, the calls of one system: what the push allows, cut down to department and rights."""

    def may(action: str) -> bool:
        return by.staff is None or by.staff.may(permission_of(push, action))

    if by.department is not None and by.department.pk == push.department_id:
        return [name for name in allowed(push) if may(name)]
    if by.department is not None and by.department.pk == push.sender_id:
        asks = may_be_withdrawn(push) and may("withdraw") and not is_asked_for(push)
        return ["withdraw"] if asks else []
    if by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE):
        return [name for name in allowed(push) if name in COORDINATORS]
    return []


def may_be_withdrawn(push: Push) -> bool:
    """Forward pushes the recipient has not settled; one under arbitration waits for its decision."""
    return push.is_forward and push.application_id is not None and push.status in PUSH["withdraw"].sources


def is_asked_for(push: Push) -> bool:
    """The sender wants it back and waits for the answer."""
    return push.withdrawals.filter(status=PushWithdrawal.Status.ASKED).exists()


def has_work(push: Push) -> bool:
    """Somebody went out to check because of this push, or reported back."""
    return Inspection.objects.filter(task__push_number=push.number).exists() or push.replies.exists()


def has_begun(push: Push) -> bool:
    """The recipient took the push up by hand: claimed, read, or worked on it. 推送即认领 alone is nobody's doing."""
    claimed = bool(push.claimed_by) and push.claim_mode == LinkageEntry.ClaimMode.MANUAL
    return claimed or push.read_at is not None or has_work(push)


def check_may(push: Push, by: Actor, action: str) -> None:
    """Right and side of whoever acts: the recipient, the sender for a withdrawal, a coordinator for a merge.

    Raises NotAllowed.
    """
    if action in COORDINATORS and by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE):
        return
    by.require(permission_of(push, action))
    if action == "note":
        check_party(push, by)
    elif action not in SENDERS:
        check_recipient(push, by)
    elif by.department is None or by.department.pk != push.sender_id:
        raise NotAllowed(f"推送 {push.number} 由{push.sender}发出，只能由{push.sender}撤回。")


def is_backlog(application: Application) -> bool:
    """Whether a case was accepted before the city's cut-over (CUTOVER_ON): pushed and shown, but not on a clock."""
    began_on = application.accepted_on or application.decided_on
    return bool(settings.CUTOVER_ON and began_on and began_on < settings.CUTOVER_ON)


def is_rerouted(push: Push) -> bool:
    """Whether this push came from an upheld objection: it may not bounce a second time (DESIGN §3.5)."""
    return DutyObjection.objects.filter(new_push=push).exists()


def check_recipient(push: Push, by: Actor) -> None:
    """Only the recipient department acts on a push. Raises NotAllowed."""
    if by.kind != "system" and (by.department is None or by.department.pk != push.department_id):
        raise NotAllowed(f"推送 {push.number} 由{push.department}办理，您不能代为操作。")


def check_party(push: Push, by: Actor) -> None:
    """Sender and recipient may speak about a push. Raises NotAllowed for everybody else."""
    if by.department is None or by.department.pk not in (push.department_id, push.sender_id):
        raise NotAllowed(f"推送 {push.number} 与您所在的部门无关，您不能操作。")


def check_version(push: Push, expected: int | None) -> None:
    """Raises StaleVersion when the push changed since the form was opened."""
    if expected is not None and expected != push.version:
        raise StaleVersion


def check_step(push: Push, step: str, label: str) -> None:
    """Raises StateForbids unless the push waits for exactly this step."""
    if push.next_step != step:
        raise StateForbids(
            f"该推送当前待办为“{push.get_next_step_display()}”，不能{label}。",
            state=push.status,
            allowed=allowed(push),
        )


def check_assignee(push: Push, assignee: Staff) -> None:
    """Somebody on duty in the same department who may work on it. Raises Invalid for the field `assignee`."""
    needed = Permission.INBOX_VIEW if push.is_forward else Permission.PUSH_ANSWER
    if push.is_forward and push.status == Push.Status.WAITING_ANSWER:
        needed = Permission.PUSH_FEEDBACK
    if assignee.department_id != push.department_id:
        raise _invalid("assignee", f"{assignee.name}不是本部门人员，请选择{push.department}的人员。")
    if not assignee.is_active:
        raise _invalid("assignee", f"{assignee.name}已离岗，请选择在职人员。")
    if not assignee.may(needed):
        raise _invalid("assignee", f"{assignee.name}没有“{needed.label}”权限，请选择其他人员。")


def check_office(push: Push, office: Office) -> None:
    """Another office of the same department. Raises Invalid for the field `office`."""
    if office.department_id != push.department_id:
        raise _invalid("office", f"“{office}”不是{push.department}的科室；应由其他部门承担的，请提出职责异议。")
    if office.pk == push.office_id:
        raise _invalid("office", f"该推送已由“{office}”承办，请选择其他科室。")


def check_may_object(push: Push) -> None:
    """One bounce at most. Raises Refusal when this push was objected to before or came from an arbitration."""
    if DutyObjection.objects.filter(push=push).exists():
        raise Refusal("already_objected", "该推送已提出过职责异议，不能再次退回；如有新情况请用备注说明。")
    if is_rerouted(push):
        raise Refusal("one_bounce", "该推送是经统筹协调员裁定改派的，不能再次退回；请联系统筹协调员。")


def check_new_recipient(push: Push, department: Department, office: Office, owner: Staff) -> None:
    """The recipient an arbitration names: another department, its office, its person. Raises Invalid by field."""
    if department.pk == push.department_id:
        raise _invalid("department", "改派的部门与原部门相同；如应由原部门承担，请裁定异议不成立。")
    if not department.is_active:
        raise _invalid("department", f"{department}已停用，请选择其他部门。")
    if office.department_id != department.pk:
        raise _invalid("office", f"“{office}”不是{department}的科室，请重新选择。")
    if owner.department_id != department.pk:
        raise _invalid("owner", f"{owner.name}不是{department}的人员，请重新选择。")
    if not owner.is_active:
        raise _invalid("owner", f"{owner.name}已离岗，请选择在职人员。")


def check_not_there_yet(push: Push, department: Department) -> None:
    """Raises Refusal when the department already has a push of the same event and supervision item."""
    there = Push.objects.filter(event=push.event_id, department=department, supervision_item=push.supervision_item_id)
    if known := there.first():
        raise Refusal("already_pushed", f"{department}已收到同一推送（{known.number}），请选择其他部门。")


def check_choice(field: str, value: str, allowed_values: Iterable[str], message: str) -> None:
    """Raises Invalid unless the value is one of those allowed."""
    if value not in allowed_values:
        raise _invalid(field, message)


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
