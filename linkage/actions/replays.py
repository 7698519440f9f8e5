"""Sending old pushes again (DESIGN §3.4): new deliveries, the same ids, so that a receiver drops what it has."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from linkage import contracts
from linkage.actions.outgoing import DELIVERING_TASK
from linkage.models import Delivery, Endpoint, ExchangeContract, Push
from linkage.models.push import PushQuerySet
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.events import nudge
from shenguan.org.models import Department
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar

BATCH = 1000


def replay(
    *,
    by: Actor,
    recipient: Department,
    since: datetime | None = None,
    until: datetime | None = None,
    dead: bool = False,
) -> int:
    """New deliveries, in push order, for the pushes a department received; how many were queued.

    `since`, `until`: only pushes from then on, and before then. `dead`: only pushes that never arrived. Those with a
    delivery under way are left alone. The old rows stay as they are. Raises Refusal without an active endpoint,
    Invalid for a window that ends before it begins, NotAllowed.
    """
    endpoint = _endpoint(by, recipient)
    wanted = wanted_pushes(endpoint, since=since, until=until, dead=dead)
    queued, last_id = 0, 0
    while batch := list(wanted.filter(pk__gt=last_id).order_by("pk")[:BATCH]):
        with transaction.atomic():
            queued += _queue(endpoint, batch)
        last_id = batch[-1].pk
    detail = {
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "dead": dead,
        "queued": queued,
    }
    with transaction.atomic():
        audit.record("delivery.replay", by=by, target=endpoint, label=str(recipient), detail=detail)
    return queued


@transaction.atomic
def replay_chosen(*, by: Actor, deliveries: Sequence[int]) -> int:
    """New deliveries for these given-up ones, if nothing of their pushes is under way; how many were queued.

    Raises Invalid when none is chosen, Refusal for a recipient without an active endpoint, NotAllowed.
    """
    rows = Delivery.objects.filter(pk__in=deliveries, status=Delivery.Status.DEAD).select_related(
        "endpoint__department"
    )
    by_endpoint: dict[Endpoint, list[int]] = {}
    for row in rows.order_by("push_id"):
        by_endpoint.setdefault(row.endpoint, []).append(row.push_id)
    if not by_endpoint:
        raise Invalid("请先勾选要补发的推送。", {"delivery": ["请先勾选要补发的推送。"]})
    queued = 0
    for endpoint, push_ids in by_endpoint.items():
        _endpoint(by, endpoint.department)
        count = _queue(endpoint, list(wanted_pushes(endpoint, dead=True).filter(pk__in=push_ids).order_by("pk")))
        detail = {"chosen": len(push_ids), "queued": count}
        audit.record("delivery.replay", by=by, target=endpoint, label=str(endpoint.department), detail=detail)
        queued += count
    return queued


def wanted_pushes(
    endpoint: Endpoint, *, since: datetime | None = None, until: datetime | None = None, dead: bool = False
) -> PushQuerySet:
    """The pushes a replay would send. Raises Invalid for a window that ends before it begins."""
    if since is not None and until is not None and until <= since:
        raise Invalid("结束时间应晚于开始时间。", {"until": ["结束时间应晚于开始时间。"]})
    own = Delivery.objects.filter(push=OuterRef("pk"), endpoint=endpoint)
    pushes = Push.objects.filter(department=endpoint.department_id).exclude(
        Exists(own.filter(status=Delivery.Status.PENDING))
    )
    if since is not None:
        pushes = pushes.filter(pushed_at__gte=since)
    if until is not None:
        pushes = pushes.filter(pushed_at__lt=until)
    if dead:
        pushes = pushes.filter(Exists(own.filter(status=Delivery.Status.DEAD))).exclude(
            Exists(own.filter(status=Delivery.Status.DELIVERED))
        )
    return pushes


def _endpoint(by: Actor, recipient: Department) -> Endpoint:
    """Checks right and address."""
    if by.staff is None or not by.staff.may(Permission.PUSH_ARBITRATE):
        by.require(Permission.SYSTEM_MANAGE)
    endpoint = Endpoint.objects.filter(department=recipient, is_active=True).first()
    if endpoint is None:
        raise Refusal("no_endpoint", f"{recipient}没有登记接收地址，请先用 register_endpoint 登记。")
    return endpoint


def _queue(endpoint: Endpoint, pushes: Sequence[Push]) -> int:
    """Rows of the queue; a replay somebody else queued meanwhile is not doubled (unique constraint)."""
    now = timezone.now()
    terms = contracts.terms_on(calendar.today(), [endpoint.department_id])
    mode = ExchangeContract.Mode.WEBHOOK  # what no contract covers stays withheld
    rows = Delivery.objects.bulk_create(
        [
            Delivery(push=push, endpoint=endpoint, case_number=push.case_number, is_replay=True, next_attempt_at=now)
            for push in pushes
            if not contracts.refusal(terms, push, mode)
        ],
        ignore_conflicts=True,
    )
    nudge.after_commit(DELIVERING_TASK)
    return len(rows)
