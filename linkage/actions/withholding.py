"""Keeping pushes outside a contract from a department's own system, and letting them go once a contract covers them.

The duty to push stays: the push is in the recipient's inbox here with its clock and owner (ADR 0026). Only the copy for
the other system waits, on the coordinators' desk, with its reason.
"""

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linkage import contracts
from linkage.actions.context import Context
from linkage.models import Delivery, Endpoint, ExchangeContract, Push, WithheldPush
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.events import nudge
from shenguan.org.models import Department
from shenguan.workdays import calendar

DELIVERING_TASK = "linkage.tasks.deliver_due"
BATCH = 500
WEBHOOK = ExchangeContract.Mode.WEBHOOK


def within_contracts(pushes: Sequence[Push], endpoints: Collection[int], context: Context) -> list[Push]:
    """The pushes that may go to their recipients' own systems; the others are listed as withheld.

    For the routing transaction. `endpoints` are all departments with an address of their own; pushes to others are not
    asked about and not returned.
    """
    outgoing = [push for push in pushes if push.department_id in endpoints]
    if not outgoing:
        return []
    known = ("terms", context.today, settings.CONTRACTS_REQUIRED)
    terms = context.directory.keep(known, lambda: contracts.terms_on(context.today, endpoints))
    reasons = {push.pk: contracts.refusal(terms, push, WEBHOOK) for push in outgoing}
    if any(reasons.values()):
        WithheldPush.objects.bulk_create(
            [
                WithheldPush(push=push, department=push.department, reason=reasons[push.pk], withheld_at=context.now)
                for push in outgoing
                if reasons[push.pk]
            ],
            ignore_conflicts=True,  # a push that is put into the queue once more was withheld before
        )
    return [push for push in outgoing if not reasons[push.pk]]


@transaction.atomic
def release(department: Department, *, by: Actor) -> tuple[int, int]:
    """Queues the withheld pushes of a department that its contract covers now; (released, still withheld).

    The reason of those that stay is brought up to date. Raises NotAllowed.
    """
    by.require(Permission.CONTRACT_MANAGE)
    return release_covered(department, by=by)


def release_covered(department: Department, *, by: Actor) -> tuple[int, int]:
    """As release, for the transaction that put a contract into force."""
    endpoint = Endpoint.objects.filter(department=department, is_active=True).first()
    terms = contracts.terms_on(calendar.today(), [department.pk])
    released = stay = 0
    rows = WithheldPush.objects.filter(department=department, status=WithheldPush.Status.OPEN)
    locked = list(rows.select_for_update(of=("self",)).select_related("push").order_by("id"))
    for start in range(0, len(locked), BATCH):
        free: list[WithheldPush] = []
        kept: list[WithheldPush] = []
        for row in locked[start : start + BATCH]:
            row.reason = contracts.refusal(terms, row.push, WEBHOOK)
            (kept if row.reason or endpoint is None else free).append(row)
        if endpoint is not None:
            _queue(free, endpoint)
        WithheldPush.objects.bulk_update([row for row in kept if row.reason], ["reason"])
        released, stay = released + len(free), stay + len(kept)
    if released:
        audit.record("withheld.release", by=by, target=department, detail={"released": released, "kept": stay})
        nudge.after_commit(DELIVERING_TASK)
    return released, stay


def _queue(rows: Sequence[WithheldPush], endpoint: Endpoint) -> None:
    """Deliveries in the order of the pushes; a push that was sent another way meanwhile is not sent twice."""
    now = timezone.now()
    Delivery.objects.bulk_create(
        [
            Delivery(push=row.push, endpoint=endpoint, case_number=row.push.case_number, next_attempt_at=now)
            for row in rows
        ],
        ignore_conflicts=True,
    )
    WithheldPush.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=WithheldPush.Status.RELEASED, released_at=now
    )
