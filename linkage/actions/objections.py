"""Duty objections (职责异议, DESIGN §3.5): a wrong push goes back with a reason, a coordinator decides, once."""

from django.db import transaction
from django.utils import timezone

from linkage import links, policies
from linkage.actions import cards, duties, missed, moves, outgoing, pushes
from linkage.actions.context import Context
from linkage.actions.drafts import Draft, to_read
from linkage.lifecycle import OBJECTION
from linkage.models import DutyObjection, Push
from linkage.selectors import owners
from shenguan import audit, notify, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.org.models import Department, Office, Staff
from shenguan.refusals import Invalid
from shenguan.workdays import calendar, deadlines

DECISION_DAYS = 2  # working days for the coordinator; a house rule, the law names none
CARRIED = (
    "event",
    "application",
    "subject",
    "sender",
    "entry",
    "list_version",
    "supervision_item",
    "direction",
    "kind",
    "case_number",
    "credit_flag",
    "by_commitment",
    "is_backlog",
    "message",
)


@transaction.atomic
def raise_objection(
    push: Push,
    *,
    by: Actor,
    reason_code: str,
    reason: str,
    suggested_department: Department | None = None,
    expected_version: int | None = None,
) -> DutyObjection:
    """Returns a wrong push to the coordinators. Until they decide, the duty and its clock stay where they are.

    Raises Invalid without reason, Refusal on a second bounce, StateForbids, StaleVersion, NotAllowed.
    """
    policies.check_choice("reason_code", reason_code, DutyObjection.ReasonCode.values, "请选择退回理由的类别。")
    reason = texts.check_text("reason", reason, "请写明退回的理由。")
    if suggested_department is not None and suggested_department.pk == push.department_id:
        raise Invalid("建议的承接部门不能是本部门。", {"suggested_department": ["建议的承接部门不能是本部门。"]})
    push = moves.begin(push, "return", by=by, expected_version=expected_version)
    policies.check_may_object(push)
    clock = deadlines.start(
        kind="linkage.objection",
        case_number=push.case_number,
        start_on=calendar.today(),
        amount=DECISION_DAYS,
        law="审管联动职责异议裁定时限",
    )
    objection = DutyObjection.objects.create(
        push=push,
        suggested_department=suggested_department,
        owner=owners.coordinator(),
        deadline=clock,
        reason_code=reason_code,
        reason=reason,
        raised_by=by.name,
        raised_at=timezone.now(),
    )
    moves.move(push, "return", next_step=Push.NextStep.AWAIT)
    _tell_raised(objection, push, by=by)
    return objection


def _tell_raised(objection: DutyObjection, push: Push, *, by: Actor) -> None:
    """The timeline, and every coordinator, hear of a returned push."""
    label, reason = objection.get_reason_code_display(), objection.reason
    moves.tell(
        push,
        "push.objected",
        by=by,
        summary=f"{push.department}对推送 {push.number} 提出职责异议：{label}，{reason}",
        reason_code=objection.reason_code,
    )
    for person in owners.coordinators():
        notify.tell(
            person,
            kind="push.returned",
            title=f"{push.department}退回推送 {push.number}",
            body=f"{label}：{reason}。请于 {objection.deadline.due_on} 前裁定。",
            url=links.OBJECTIONS,
            case_number=push.case_number,
        )


@transaction.atomic
def uphold(
    objection: DutyObjection, *, by: Actor, department: Department, office: Office, owner: Staff, decision: str
) -> Push:
    """The duty moves: the push ends at the old department and a new one, in hand at once, goes to the right one.

    Registers and checks move with it. Returns the new push. Raises Invalid for a recipient that does not fit, Refusal
    when that department has this push already, StateForbids on a second decision, NotAllowed.
    """
    objection, push = _begin(objection, "uphold", by=by)
    decision = texts.check_text("decision", decision, "请填写裁定意见。")
    policies.check_new_recipient(push, department, office, owner)
    policies.check_not_there_yet(push, department)
    missed.stop_clock(push, met=False)
    duties.give_up(push, by=by, reason="职责异议成立，改派其他部门")
    cards.void(push, by=by, reason="职责异议成立，不属于本部门职责")
    moves.move(
        push,
        "reroute",
        next_step=Push.NextStep.NONE,
        is_open=False,
        closed_at=timezone.now(),
        **moves.clock_fields(push),
    )
    (new_push,) = outgoing.send([_moved(push, department, office, owner)], Context(by=by))
    _decide(objection, "uphold", by=by, decision=decision, new_push=new_push)
    moves.tell(
        push,
        "push.rerouted",
        by=by,
        summary=f"{by.name} 裁定异议成立：推送 {push.number} 改派{department}（{new_push.number}），{decision}",
        new_push=new_push.number,
    )
    _tell_owner(push, title=f"职责异议成立：推送 {push.number} 已改派{department}", body=decision)
    return new_push


@transaction.atomic
def reject(objection: DutyObjection, *, by: Actor, decision: str) -> Push:
    """The duty stays: the push is in hand at the department as if claimed. Returns the push.

    Raises Invalid without a decision text, StateForbids on a second decision, NotAllowed.
    """
    objection, push = _begin(objection, "reject", by=by)
    decision = texts.check_text("decision", decision, "请填写裁定意见。")
    was_claimed = bool(push.claimed_by)
    missed.stop_clock(push, met=False)
    claimed = {} if was_claimed else {"claimed_by": push.owner.name, "claimed_at": timezone.now()}
    moves.move(push, "confirm", next_step=Push.NextStep.READ, **claimed, **moves.clock_fields(push))
    pushes.take_up(push, by=by)
    _decide(objection, "reject", by=by, decision=decision)
    moves.tell(
        push,
        "push.confirmed",
        by=by,
        summary=f"{by.name} 裁定异议不成立：推送 {push.number} 仍由{push.department}承担，{decision}",
    )
    _tell_owner(push, title=f"职责异议不成立：推送 {push.number} 仍由本部门承担", body=decision)
    return push


def _begin(objection: DutyObjection, action: str, *, by: Actor) -> tuple[DutyObjection, Push]:
    """Locks the case, the push and the objection for a decision."""
    by.require(Permission.PUSH_ARBITRATE)
    push = moves.lock(objection.push)
    locked = DutyObjection.objects.select_for_update(of=("self",)).select_related("deadline").get(pk=objection.pk)
    check_move(OBJECTION, action, locked.status, DutyObjection.Status)
    return locked, push


def _decide(objection: DutyObjection, action: str, *, by: Actor, decision: str, new_push: Push | None = None) -> None:
    objection.status = OBJECTION[action].target or objection.status
    objection.decision, objection.new_push = decision, new_push
    objection.decided_by, objection.decided_at = by.name, timezone.now()
    objection.save(update_fields=["status", "decision", "new_push", "decided_by", "decided_at"])
    deadlines.meet(objection.deadline, on=calendar.today())
    missed.note([objection])
    audit.record(f"objection.{action}", by=by, target=objection, label=objection.push.number)


def _moved(push: Push, department: Department, office: Office, owner: Staff) -> Draft:
    """The same push for another department, in hand at once: the arbitration takes the place of a claim."""
    now = timezone.now()
    moved = Push(
        department=department,
        office=office,
        owner=owner,
        payload=dict(push.payload),
        status=Push.Status.CLAIMED,
        next_step=Push.NextStep.READ,
        claim_mode="auto",
        claimed_by=owner.name,
        claimed_at=now,
        pushed_at=now,
        **{name: getattr(push, name) for name in CARRIED},
    )
    return to_read(moved)


def _tell_owner(push: Push, *, title: str, body: str) -> None:
    notify.tell(
        push.handler,
        kind="push.decided",
        title=title,
        body=body,
        url=links.push_url(push.number),
        case_number=push.case_number,
    )
