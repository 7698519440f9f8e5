"""The unmapped worklist: an event the list did not know is routed again, or set aside with a reason (DESIGN §3.3)."""

from django.db import transaction
from django.utils import timezone

from linkage import policies
from linkage.actions import moves, routing
from linkage.actions.context import Context
from linkage.lifecycle import UNMAPPED
from linkage.models import Routing, UnmappedEvent
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.refusals import NotAllowed, Refusal
from shenguan.workdays import calendar, deadlines


@transaction.atomic
def reroute(item: UnmappedEvent, *, by: Actor) -> UnmappedEvent:
    """Routes the waiting event by the list as it is now. Raises Refusal while the list still does not know it,
    StateForbids when it is settled, NotAllowed."""
    item = _begin(item, "reroute", by=by)
    decision, pushes = routing.route(item.event, Context(by=by))
    if decision.outcome == Routing.Outcome.UNMAPPED:
        raise Refusal("still_unmapped", f"{decision.reason}。请先在清单中补充该事项并发布，再重新推送。")
    Routing.objects.filter(event=item.event).update(
        outcome=decision.outcome,
        reason=decision.reason,
        list_version=decision.list_version,
        push_count=len(pushes),
        routed_at=timezone.now(),
    )
    remedy = f"已推送 {len(pushes)} 个部门" if pushes else decision.reason
    return _settle(item, "reroute", by=by, remedy=remedy)


@transaction.atomic
def dismiss(item: UnmappedEvent, *, by: Actor, remedy: str) -> UnmappedEvent:
    """Nobody needs to supervise this; says why. Raises Invalid without a reason, StateForbids, NotAllowed."""
    item = _begin(item, "dismiss", by=by)
    remedy = policies.check_text("remedy", remedy, "请写明无需推送的理由。")
    Routing.objects.filter(event=item.event).update(outcome=Routing.Outcome.NOT_APPLICABLE, reason=remedy[:200])
    return _settle(item, "dismiss", by=by, remedy=remedy)


def _begin(item: UnmappedEvent, action: str, *, by: Actor) -> UnmappedEvent:
    """Coordinators, and the list administrators of the deciding department, work the list off."""
    moves.lock_case(item.application_id)
    locked = (
        UnmappedEvent.objects.select_for_update(of=("self",))
        .select_related("event", "application", "deadline")
        .get(pk=item.pk)
    )
    if by.staff is None or not by.staff.may(Permission.PUSH_ARBITRATE):
        by.require(Permission.LINKAGE_LIST_EDIT)
        if by.department is None or by.department.pk != locked.application.department_id:
            raise NotAllowed("未对应事项由审批部门的清单管理员或统筹协调员处理。")
    check_move(UNMAPPED, action, locked.status, UnmappedEvent.Status)
    return locked


def _settle(item: UnmappedEvent, action: str, *, by: Actor, remedy: str) -> UnmappedEvent:
    item.status = UNMAPPED[action].target or item.status
    item.remedy, item.resolved_by, item.resolved_at = remedy[:300], by.name, timezone.now()
    item.save(update_fields=["status", "remedy", "resolved_by", "resolved_at"])
    deadlines.meet(item.deadline, on=calendar.today())
    audit.record(f"unmapped.{action}", by=by, target=item, detail={"remedy": remedy})
    events.record(
        f"unmapped.{action}",
        by=by,
        case_number=item.event.case_number,
        subject_id=item.application.subject_id,
        summary=f"未对应事项处理：{UNMAPPED[action].label}，{remedy}",
    )
    return item
