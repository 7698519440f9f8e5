"""Sending old pushes again (DESIGN §3.4): new deliveries, the same ids, so that a receiver drops what it has."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from linkage import contracts
from linkage.actions.outgoing import DELIVERING_TASK
from linkage.models import Delivery, Endpoint, ExchangeContract, Push
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.events import nudge
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from shenguan.workdays import calendar

BATCH = 1000


def replay(*, by: Actor, recipient: Department, since: datetime | None = None, dead: bool = False) -> int:
    """New deliveries, in push order, for the pushes a department received; how many were queued.

    `since`: only pushes from then on. `dead`: only pushes that never arrived. Those with a delivery under way are left
    alone. The old rows stay as they are. Raises Refusal without an active endpoint, NotAllowed.
    """
    if by.staff is None or not by.staff.may(Permission.PUSH_ARBITRATE):
        by.require(Permission.SYSTEM_MANAGE)
    endpoint = Endpoint.objects.filter(department=recipient, is_active=True).first()
    if endpoint is None:
        raise Refusal("no_endpoint", f"{recipient}没有登记接收地址，请先用 register_endpoint 登记。")
    queued, last_id = 0, 0
    while batch := _next(endpoint, since, dead=dead, after=last_id):
        with transaction.atomic():
            queued += _queue(endpoint, batch)
        last_id = batch[-1].pk
    detail = {"since": since.isoformat() if since else None, "dead": dead, "queued": queued}
    audit.record("delivery.replay", by=by, target=endpoint, label=str(recipient), detail=detail)
    return queued


def _next(endpoint: Endpoint, since: datetime | None, *, dead: bool, after: int) -> list[Push]:
    own = Delivery.objects.filter(push=OuterRef("pk"), endpoint=endpoint)
    pushes = Push.objects.filter(department=endpoint.department_id, pk__gt=after).exclude(
        Exists(own.filter(status=Delivery.Status.PENDING))
    )
    if since is not None:
        pushes = pushes.filter(pushed_at__gte=since)
    if dead:
        pushes = pushes.filter(Exists(own.filter(status=Delivery.Status.DEAD))).exclude(
            Exists(own.filter(status=Delivery.Status.DELIVERED))
        )
    return list(pushes.order_by("pk")[:BATCH])


def _queue(endpoint: Endpoint, pushes: list[Push]) -> int:
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
