"""The unmapped worklist: an event the list did not know is routed again, or set aside with a reason (DESIGN §3.3)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from approvals.models import Application
from linkage import links
from linkage.actions import missed, moves, routing
from linkage.actions.context import Context
from linkage.actions.drafts import Decision
from linkage.lifecycle import UNMAPPED
from linkage.models import Routing, UnmappedEvent
from shenguan import audit, events, notify, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.events.models import Event
from shenguan.lifecycle import check_move
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal
from shenguan.workdays import calendar, deadlines

BATCH = 300
SHOWN = 500  # waiting events looked at for the number on the page


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
    remedy = texts.check_text("remedy", remedy, "请写明无需推送的理由。")
    Routing.objects.filter(event=item.event).update(outcome=Routing.Outcome.NOT_APPLICABLE, reason=remedy[:200])
    return _settle(item, "dismiss", by=by, remedy=remedy)


@transaction.atomic
def hand_over(item: UnmappedEvent, *, by: Actor, owner: Staff) -> UnmappedEvent:
    """Somebody else answers for it from now on; the deadline stays. Raises Invalid, StateForbids, NotAllowed."""
    item = _begin(item, "hand_over", by=by)
    if not owner.is_active or not may_work(owner, item.application.department_id):
        text = "请选择在职的统筹协调员，或审批部门的清单管理员。"
        raise Invalid(text, {"owner": [text]})
    if owner.pk == item.owner_id:
        return item
    item.owner = owner
    item.save(update_fields=["owner"])
    audit.record("unmapped.hand_over", by=by, target=item, detail={"owner": owner.username})
    notify.tell(
        owner,
        kind="unmapped.opened",
        title=f"未对应事项：{item.application.item}",
        body=f"{by.name}将办件 {item.application.number} 移交给您：{item.reason}。请于 {item.deadline.due_on} 前处理。",
        url=links.UNMAPPED,
        case_number=item.event.case_number,
    )
    return item


def covered(*, by: Actor) -> list[UnmappedEvent]:
    """Waiting events the list knows by now, of the oldest SHOWN that `by` may work off. Writes nothing.

    Facts about permits follow their case and are not counted.
    """
    cases = ("application__subject", "application__permit", "application__variant", "application__department")
    waiting = list(
        worklist(by)
        .filter(event__kind__in=("approval.accepted", "approval.concluded"))
        .select_related("event", "application__item__office", *cases)
        .order_by("event_id")[:SHOWN]
    )
    context = Context(by=by)
    context.know({row.application_id: row.application for row in waiting}.values())
    return [row for row in waiting if _decision(row, row.application, context)]


def reroute_covered(*, by: Actor) -> int:
    """Routes every waiting event the list knows by now, those of one case in their order; how many.

    In batches, each a transaction of its own: what one batch cannot do stays on the worklist. Raises NotAllowed.
    """
    waiting = list(worklist(by).order_by("event_id").values_list("pk", "application_id"))
    done = 0
    while waiting:
        batch: dict[int, int] = {}
        rest = []
        for pk, case in waiting:
            if case in batch or len(batch) >= BATCH:
                rest.append((pk, case))
            else:
                batch[case] = pk
        waiting = rest
        done += _reroute_many(list(batch.values()), by=by)
    return done


@transaction.atomic
def _reroute_many(ids: list[int], *, by: Actor) -> int:
    """At most one event of each case. Locks cases, then the rows, like every other change."""
    facts = Event.objects.filter(unmapped__in=ids)
    context = Context(by=by)
    cases = routing.lock_cases(list(facts), context)
    rows = list(
        UnmappedEvent.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, status=UnmappedEvent.Status.OPEN)
        .select_related("event", "deadline")
        .order_by("event_id")
    )
    context.know(cases.values())
    found = []
    for row in rows:
        row.application = cases[row.event.case_number]
        if decision := _decision(row, row.application, context):
            found.append((row, decision))
    _keep(found)
    routing.carry_out([draft for _, decision in found for draft in decision.drafts], context)
    _settle_many(found, by=by)
    return len(found)


def _decision(row: UnmappedEvent, case: Application, context: Context) -> Decision | None:
    """What the list says now; None while it still does not know the item, or the event has to wait."""
    try:
        decision = routing.decide(row.event, case, context)
    except Refusal:
        return None
    return None if decision.outcome == Routing.Outcome.UNMAPPED else decision


def _keep(found: list[tuple[UnmappedEvent, Decision]]) -> None:
    """The new outcome of each event, in its one routing."""
    decisions = {row.event_id: decision for row, decision in found}
    routings = list(Routing.objects.filter(event__in=decisions))
    for kept in routings:
        decision = decisions[kept.event_id]
        kept.outcome, kept.reason, kept.list_version = decision.outcome, decision.reason, decision.list_version
        kept.push_count, kept.routed_at = len(decision.drafts), timezone.now()
    Routing.objects.bulk_update(routings, ["outcome", "reason", "list_version", "push_count", "routed_at"])


def _settle_many(found: list[tuple[UnmappedEvent, Decision]], *, by: Actor) -> None:
    for row, decision in found:
        pushed = len(decision.drafts)
        row.status, row.resolved_by, row.resolved_at = UnmappedEvent.Status.ROUTED, by.name, timezone.now()
        row.remedy = f"已推送 {pushed} 个部门" if pushed else decision.reason[:300]
    rows = [row for row, _ in found]
    UnmappedEvent.objects.bulk_update(rows, ["status", "remedy", "resolved_by", "resolved_at"])
    deadlines.meet_many([row.deadline for row in rows], on=calendar.today())
    missed.note(rows)
    audit.record_many((audit.Act("unmapped.reroute", row, detail={"remedy": row.remedy}) for row in rows), by=by)
    events.record_many((_settled_fact(row) for row in rows), by=by)


def _settled_fact(row: UnmappedEvent) -> events.Fact:
    return events.Fact(
        "unmapped.reroute",
        f"未对应事项处理：{UNMAPPED['reroute'].label}，{row.remedy}",
        case_number=row.event.case_number,
        subject_id=row.application.subject_id,
    )


def worklist(by: Actor) -> "QuerySet[UnmappedEvent]":
    """The open events `by` may work off. Raises NotAllowed for somebody who may work off none."""
    rows = UnmappedEvent.objects.filter(status=UnmappedEvent.Status.OPEN)
    if by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE):
        return rows
    by.require(Permission.LINKAGE_LIST_EDIT)
    return rows.filter(application__department=by.department)


def may_work(person: Staff, department_id: int) -> bool:
    """Coordinators, and the list administrators of the deciding department, work the list off."""
    if person.may(Permission.PUSH_ARBITRATE):
        return True
    return person.may(Permission.LINKAGE_LIST_EDIT) and person.department_id == department_id


def _begin(item: UnmappedEvent, action: str, *, by: Actor) -> UnmappedEvent:
    """Coordinators, and the list administrators of the deciding department, work the list off."""
    moves.lock_case(item.application_id)
    locked = (
        UnmappedEvent.objects.select_for_update(of=("self",))
        .select_related("event", "application__item", "deadline")
        .get(pk=item.pk)
    )
    if by.staff is None or not may_work(by.staff, locked.application.department_id):
        raise NotAllowed("未对应事项由审批部门的清单管理员或统筹协调员处理。")
    check_move(UNMAPPED, action, locked.status, UnmappedEvent.Status)
    return locked


def _settle(item: UnmappedEvent, action: str, *, by: Actor, remedy: str) -> UnmappedEvent:
    item.status = UNMAPPED[action].target or item.status
    item.remedy, item.resolved_by, item.resolved_at = remedy[:300], by.name, timezone.now()
    item.save(update_fields=["status", "remedy", "resolved_by", "resolved_at"])
    deadlines.meet(item.deadline, on=calendar.today())
    missed.note([item])
    audit.record(f"unmapped.{action}", by=by, target=item, detail={"remedy": remedy})
    events.record(
        f"unmapped.{action}",
        by=by,
        case_number=item.event.case_number,
        subject_id=item.application.subject_id,
        summary=f"未对应事项处理：{UNMAPPED[action].label}，{remedy}",
    )
    return item
