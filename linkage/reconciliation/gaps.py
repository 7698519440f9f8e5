"""The checks of the hourly gap scan (DESIGN §3.9), each one function from a look to gaps.

Two kinds: those over a window read only rows written since the last scan (`Look.window`) and known gaps; those over
open work read what partial indexes of open work hold. Neither grows with history. What the first look of a day asks in
full is bounded by open work.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from linkage.actions import duties
from linkage.actions.deliveries import GIVE_UP_AFTER
from linkage.models import Delivery, Endpoint, Lane, Push, Routing, UnmappedEvent, WithheldPush
from linkage.reconciliation.looks import MOST, STUCK, Gap, Look
from linkage.wording import kind_label
from shenguan.audit.models import AuditPending
from shenguan.events.kinds import ROUTABLE_KINDS
from shenguan.events.models import Event, PendingEvent
from shenguan.org.models import Department
from supervision.models import CheckTask, SupervisedObject

TOO_LONG = GIVE_UP_AFTER + STUCK * 4  # by then a delivery has arrived or was given up
CHUNK = 1000  # pushes held at once
UNSEALED_AFTER = STUCK / 3  # the sealer runs every few seconds


def unrouted(look: Look) -> Iterator[Gap]:
    """Events of a routable kind that have neither a routing nor a place in the queue: lost."""
    lost = (
        Event.objects.filter(look.window(), kind__in=ROUTABLE_KINDS, recorded_at__lte=look.settled_before)
        .exclude(Exists(Routing.objects.filter(event=OuterRef("pk"))))
        .exclude(Exists(PendingEvent.objects.filter(event=OuterRef("pk"))))
    )
    departments = _departments(lost)
    for event in lost.order_by("pk")[:MOST]:
        yield Gap(
            str(event.pk),
            f"{event.case_number or '无办件'} {kind_label(event.kind)}",
            f"{event.recorded_at.astimezone():%Y-%m-%d %H:%M} 记录的事件没有分流结果，也不在分流队列中。",
            department=departments.get(event.department_code),
        )


def routing_stuck(look: Look) -> Iterator[Gap]:
    """Events that have waited in the queue for long, whatever the reason."""
    waiting = PendingEvent.objects.filter(event__recorded_at__lt=look.now - STUCK).select_related("event")
    departments = _departments(Event.objects.filter(pending__in=waiting))
    for pending in waiting.order_by("event_id")[:MOST]:
        event = pending.event
        error = f"，最近错误：{pending.last_error[:200]}" if pending.last_error else ""
        yield Gap(
            str(event.pk),
            f"{event.case_number or '无办件'} {kind_label(event.kind)}",
            f"自 {event.recorded_at.astimezone():%m-%d %H:%M} 等待分流，已尝试 {pending.attempts} 次{error}",
            department=departments.get(event.department_code),
        )


def _departments(events: "QuerySet[Event]") -> dict[str, Department]:
    codes = events.order_by().values("department_code").distinct()
    return {row.code: row for row in Department.objects.filter(code__in=codes)}


def pushes_missing(look: Look) -> Iterator[Gap]:
    """Routings that say that pushes went out, with fewer pushes than they say. More there may be (改派).

    An old event that the unmapped worklist routed since is looked at like a new one: the journal says which.
    """
    rerouted = Event.objects.filter(pk__gt=look.after, kind="unmapped.reroute").exclude(case_number="")
    short = (
        Routing.objects.filter(
            look.window("event_id") | Q(pk__in=_routings_of(rerouted)),
            outcome=Routing.Outcome.PUSHED,
            event__recorded_at__lte=look.settled_before,
        )
        .annotate(found=Count("event__pushes"))
        .filter(found__lt=F("push_count"))
        .select_related("event")
    )
    for routing in short.order_by("event_id")[:MOST]:
        yield Gap(
            str(routing.event_id),
            f"{routing.event.case_number} {kind_label(routing.event.kind)}",
            f"分流记录为 {routing.push_count} 条推送，实有 {getattr(routing, 'found', 0)} 条。",
        )


def _routings_of(rerouted: "QuerySet[Event]") -> list[int]:
    """The routings of waiting events of these cases; read first, so that the question above keeps to its indexes."""
    cases = list(rerouted.values_list("case_number", flat=True).distinct())
    routed = UnmappedEvent.objects.filter(event__case_number__in=cases, status=UnmappedEvent.Status.ROUTED)
    return list(routed.values_list("event__routing", flat=True)) if cases else []


def delivery_missing(look: Look) -> Iterator[Gap]:
    """Pushes to a department with a system of its own that never entered the delivery queue, nor were withheld."""
    receiving = Endpoint.objects.filter(
        department=OuterRef("department"), is_active=True, created_at__lte=OuterRef("pushed_at")
    )
    missing = (
        Push.objects.filter(look.window(), Exists(receiving), pushed_at__lte=look.settled_before)
        .exclude(Exists(Delivery.objects.filter(push=OuterRef("pk"))))
        .exclude(Exists(WithheldPush.objects.filter(push=OuterRef("pk"))))  # on the desk, with its reason
        .select_related("department")
    )
    for push in missing.order_by("pk")[:MOST]:
        yield Gap(
            str(push.pk),
            push.number,
            f"{push.department}登记了接收地址，但这条推送没有投递记录。",
            department=push.department,
            push_id=push.pk,
        )


def delivery_stuck(look: Look) -> Iterator[Gap]:
    """Queues in which nothing moves although the recipient is neither paused nor down, or whose deliveries wait longer
    than any retry plan; one gap an endpoint."""
    running = Endpoint.objects.filter(is_active=True, paused_at__isnull=True)
    down = Lane.objects.exclude(breaker=Lane.Breaker.CLOSED)
    moving = Lane.objects.filter(
        Q(last_success_at__gte=look.now - STUCK) | Q(last_failure_at__gte=look.now - STUCK) | Q(resume_at__gt=look.now)
    )
    idle = running.exclude(pk__in=down.values("pk")).exclude(pk__in=moving.values("pk"))
    endpoints = running.select_related("department").in_bulk()
    for found, words in (
        (Delivery.objects.due(look.now - STUCK).filter(endpoint__in=idle), "到期后半小时以上无人执行"),
        (Delivery.objects.pending().filter(created_at__lt=look.now - TOO_LONG), "超过最长重试期仍未了结"),
    ):
        rows = found.order_by().values("endpoint").annotate(number=Count("pk"), oldest=Min("created_at"))
        for row in rows:
            endpoint = endpoints.pop(row["endpoint"], None)
            if endpoint is not None:
                yield Gap(
                    str(endpoint.pk),
                    f"{endpoint.department}业务系统",
                    f"{row['number']} 条投递{words}，最早 {row['oldest'].astimezone():%m-%d %H:%M}。",
                    department=endpoint.department,
                )


def not_taken_up(look: Look) -> Iterator[Gap]:
    """Arrived at the department's system, but not claimed or read in time."""
    steps = (Push.NextStep.CLAIM, Push.NextStep.READ)
    arrived = Delivery.objects.filter(push=OuterRef("pk"), status=Delivery.Status.DELIVERED)
    yield from _late(Push.objects.filter(Exists(arrived), next_step__in=steps), look)


def answer_overdue(look: Look) -> Iterator[Gap]:
    """Feedback and proposals whose answer is overdue (R10.06)."""
    yield from _late(Push.objects.filter(next_step=Push.NextStep.ANSWER), look)


def _late(pushes: "QuerySet[Push]", look: Look) -> Iterator[Gap]:
    late = pushes.filter(is_open=True, due_on__lt=look.today).select_related("department", "owner", "assignee")
    for push in late.order_by("due_on", "pk")[:MOST]:
        yield Gap(
            str(push.pk),
            push.number,
            f"应于 {push.due_on} 前{push.get_next_step_display()}，责任人 {push.handler.name}。",
            department=push.department,
            owner=push.handler,
            push_id=push.pk,
        )


def duty_unregistered(look: Look) -> Iterator[Gap]:
    """Granted cases whose holder is not on the register of the department that must supervise (R10.12)."""
    registered = SupervisedObject.objects.filter(
        subject=OuterRef("subject"),
        item=OuterRef("supervision_item"),
        department=OuterRef("department"),
        case_number=OuterRef("case_number"),
    )
    orphans = _duties().filter(pushed_at__lte=look.settled_before).exclude(Exists(registered))
    yield from _duty_gaps(orphans, [Q(pk__gt=look.after)], look, "办结推送未在监管部门纳管登记中留下记录。")


def check_missing(look: Look) -> Iterator[Gap]:
    """Duties in hand for which the list wants a first check and none was ever opened.

    Claims leave a fact in the journal: between the full looks only cases are read in which something happened.
    """
    orphans = (
        _duties()
        .filter(
            is_open=True,
            status=Push.Status.CLAIMED,
            entry__first_check_days__isnull=False,
            claimed_at__lte=look.settled_before,
        )
        .exclude(Exists(CheckTask.objects.filter(push_number=OuterRef("number"))))
    )
    fresh = [Q()] if look.is_full else [Q(case_number__in=cases) for cases in _touched_cases(look)]
    yield from _duty_gaps(orphans, fresh, look, "已认领，但清单要求的首次检查任务没有生成。")


def _touched_cases(look: Look) -> Iterator[list[str]]:
    """The cases something happened in, in handfuls: as a subquery they would tempt PostgreSQL to read all open work."""
    touched = Event.objects.filter(pk__gt=look.after).exclude(case_number="")
    cases = list(touched.order_by("case_number").values_list("case_number", flat=True).distinct())
    for begin in range(0, len(cases), CHUNK):
        yield cases[begin : begin + CHUNK]


def _duties() -> "QuerySet[Push]":
    return Push.objects.duties().filter(supervision_item__isnull=False, payload__result="granted")


def _duty_gaps(orphans: "QuerySet[Push]", fresh: Iterable[Q], look: Look, detail: str) -> Iterable[Gap]:
    """Duties among the fresh orphans; known gaps by one question, and judged anew by a full look."""
    left, known = MOST, set(look.known_ids)
    if look.is_full:
        fresh = [*fresh, Q(pk__in=known)]
    else:
        for pk, number in orphans.filter(pk__in=known).values_list("pk", "number"):
            left -= 1
            yield Gap(str(pk), number, detail)
    seen = set() if look.is_full else known
    for part in fresh:
        for push in _judged(orphans.filter(part), left, seen):
            left -= 1
            yield Gap(str(push.pk), push.number, detail, department=push.department, push_id=push.pk)


def _judged(orphans: "QuerySet[Push]", most: int, seen: set[int]) -> Iterator[Push]:
    """The first `most` of them, but for those seen, that bring a duty: changes and renewals of watched holders do not,
    however many they are. Keys first, so that the many columns are read of few rows."""
    everything = Push.objects.select_related("department", "application__variant", "application__permit")
    keys = orphans.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while most > 0 and (chunk := list(islice(keys, CHUNK))):
        found = duties.duties_among(list(everything.filter(pk__in=set(chunk) - seen).order_by("pk")))[:most]
        seen.update(chunk)
        most -= len(found)
        yield from found


def audit_unsealed(look: Look) -> Iterator[Gap]:
    """The tail of the audit trail that no seal covers yet grows old."""
    oldest = AuditPending.objects.select_related("entry").order_by("entry_id").first()
    if oldest is not None and oldest.entry.at < look.now - UNSEALED_AFTER:
        yield Gap("audit", "审计链", f"自 {oldest.entry.at.astimezone():%m-%d %H:%M} 起的审计记录尚未封存。")
