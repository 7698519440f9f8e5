"""What sets a discrepancy right. Every remedy may be applied any number of times without a second effect.

`AUTOMATIC` ones the scan applies by itself; the others are one click for the coordinator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from linkage import contracts, links
from linkage.actions import duties, moves, outgoing
from linkage.actions.context import Context
from linkage.actions.outgoing import DELIVERING_TASK
from linkage.models import Delivery, Discrepancy, Endpoint, ExchangeContract, Push
from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.events import nudge
from shenguan.events.kinds import ROUTING_TASK
from shenguan.events.models import PendingEvent
from shenguan.workdays import calendar
from supervision.models import CheckTask

Kind = Discrepancy.Kind
Done = dict[int, str]  # primary key of the discrepancy -> what was done


@dataclass(frozen=True)
class Remedy:
    """The words on the button and what it does; `apply` answers for which rows it did something."""

    label: str
    apply: Callable[[Sequence[Discrepancy], Actor], Done]


def queue_events(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Puts lost events back into the queue; one that was routed meanwhile is found routed there and passed."""
    now = timezone.now()
    PendingEvent.objects.bulk_create(
        [PendingEvent(event_id=int(row.key), due_at=now) for row in rows], ignore_conflicts=True
    )
    nudge.after_commit(ROUTING_TASK)
    return {row.pk: "事件已重新进入分流队列" for row in rows}


def hurry_events(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Makes waiting events due now."""
    waiting = PendingEvent.objects.filter(event_id__in=[int(row.key) for row in rows])
    waiting.update(due_at=timezone.now())
    nudge.after_commit(ROUTING_TASK)
    return {row.pk: "已安排立即重新分流" for row in rows}


def create_deliveries(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Enters pushes into the delivery queue that never got there (unique per push and endpoint)."""
    pushes = list(
        Push.objects.filter(pk__in=[int(row.key) for row in rows]).exclude(deliveries__isnull=False).order_by("pk")
    )
    with transaction.atomic():
        outgoing.deliver(pushes, Context(by=by))
    return {row.pk: "已补建投递" for row in rows}


def wake_deliveries(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Wakes the workers; leases of dead ones have run out by then."""
    nudge.after_commit(DELIVERING_TASK)
    return {row.pk: "已唤醒投递任务" for row in rows}


def remind(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Tells whoever works on the push once more."""
    pushes = {row.pk: row for row in Push.objects.select_related("owner", "assignee").filter(pk__in=_pushes(rows))}
    notify.tell_many(
        notify.Telling(
            push.handler,
            kind="reconciliation.reminder",
            title=f"催办：推送 {push.number}",
            body=f"应于 {push.due_on} 前{push.get_next_step_display()}，已逾期，请立即办理。",
            url=links.push_url(push.number),
            case_number=push.case_number,
            urgent=True,
        )
        for push in pushes.values()
    )
    return {row.pk: f"已催办 {pushes[row.push_id].handler.name}" for row in rows if row.push_id in pushes}


def take_up_duties(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Registers the holder and opens the checks the list wants, as routing and claiming would have."""
    done = {}
    for row in rows:
        push = moves.lock(Push.objects.get(pk=int(row.key)))
        if not duties.is_duty(push) or push.status == Push.Status.REROUTED:
            continue
        taken_up = duties.register([push], by=by)
        is_checked = CheckTask.objects.filter(push_number=push.number).exists()
        if push.status == Push.Status.CLAIMED and push.is_open and not is_checked:
            duties.open_checks(taken_up, by=by)
            moves.write(push, next_step=push.next_step, **moves.clock_fields(push))
            done[row.pk] = "已补登纳管并生成检查任务"
        else:
            done[row.pk] = "已补登纳管"
    return done


def send_again(rows: Sequence[Discrepancy], by: Actor) -> Done:
    """Queues the pushes for the department's system once more, under the same ids; none twice at a time, and none that
    its exchange contract does not cover."""
    pushes = Push.objects.filter(pk__in=_pushes(rows)).order_by("pk")
    endpoints = {row.department_id: row for row in Endpoint.objects.filter(is_active=True)}
    now = timezone.now()
    terms = contracts.terms_on(calendar.today(), list(endpoints))
    mode = ExchangeContract.Mode.WEBHOOK
    sent = [push for push in pushes if push.department_id in endpoints and not contracts.refusal(terms, push, mode)]
    Delivery.objects.bulk_create(
        [
            Delivery(
                push=push,
                endpoint=endpoints[push.department_id],
                case_number=push.case_number,
                is_replay=True,
                next_attempt_at=now,
            )
            for push in sent
        ],
        ignore_conflicts=True,
    )
    nudge.after_commit(DELIVERING_TASK)
    keys = {push.pk for push in sent}
    return {row.pk: "已安排补发" for row in rows if row.push_id in keys}


def _pushes(rows: Sequence[Discrepancy]) -> list[int]:
    return [row.push_id for row in rows if row.push_id is not None]


AUTOMATIC: dict[str, Remedy] = {
    Kind.UNROUTED: Remedy("重新分流", queue_events),
    Kind.DELIVERY_MISSING: Remedy("补建投递", create_deliveries),
}
ON_REQUEST: dict[str, Remedy] = {
    Kind.ROUTING_STUCK: Remedy("立即重试分流", hurry_events),
    Kind.DELIVERY_STUCK: Remedy("唤醒投递", wake_deliveries),
    Kind.NOT_TAKEN_UP: Remedy("催办", remind),
    Kind.ANSWER_OVERDUE: Remedy("催办", remind),
    Kind.DUTY_UNREGISTERED: Remedy("补登纳管", take_up_duties),
    Kind.CHECK_MISSING: Remedy("生成检查任务", take_up_duties),
    Kind.MISSING_THERE: Remedy("补发", send_again),
    Kind.VERSION_DIFFERS: Remedy("补发", send_again),
}


def of(kind: str) -> Remedy | None:
    """The remedy of a kind, automatic or on request."""
    return AUTOMATIC.get(kind) or ON_REQUEST.get(kind)
