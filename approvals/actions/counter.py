"""What the clerk does with one press at the window: several steps of one case that stand or fall together.

Every function takes a case that has not been accepted yet, wherever it stands, and runs the steps still missing before
the named one. When one of them is refused, none has happened; the caller's instance is stale then and must be reread.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from approvals.actions import acceptance, commitments, corrections, receipt, refusals
from approvals.actions.corrections import Request
from approvals.actions.refusals import Ground
from approvals.models import Application
from shenguan.access.actors import Actor

Status = Application.Status
Mode = Application.Mode


@dataclass(frozen=True)
class Terms:
    """How a case is accepted. `signed_by` signs the commitment (R2.06) or the promise of missing papers (R3.02)."""

    mode: Mode = Mode.STANDARD
    green_channel: bool = False
    ban_override_reason: str = ""
    signed_by: str = ""
    days: int | None = None  # 工作日 for the missing papers; None: the promised time


@transaction.atomic
def accept(
    application: Application, *, by: Actor, terms: Terms | None = None, expected_version: int | None = None
) -> Application:
    """收件, 补正齐全, 签署 where they are still to be done, then 受理. Raises what these raise."""
    wanted = terms or Terms()
    application.refresh_from_db()
    if application.status == Status.CORRECTING:
        corrections.complete(application, by=by, expected_version=expected_version)
        left = None
    else:
        left = _receive(application, by=by, expected_version=expected_version)
    if wanted.mode == Mode.COMMITMENT and not hasattr(application, "commitment"):
        commitments.sign(application, by=by, signed_by=wanted.signed_by, expected_version=left)
        left = None
    return acceptance.accept(
        application,
        by=by,
        mode=wanted.mode,
        green_channel=wanted.green_channel,
        ban_override_reason=wanted.ban_override_reason,
        promise=acceptance.Promise(wanted.signed_by, wanted.days) if wanted.mode == Mode.TOLERANCE else None,
        expected_version=left,
    )


@transaction.atomic
def request_correction(
    application: Application, *, by: Actor, requests: Sequence[Request], expected_version: int | None = None
) -> Application:
    """收件 where it is still to be done, then 出具补正告知."""
    application.refresh_from_db()
    left = _receive(application, by=by, expected_version=expected_version)
    return corrections.request(application, by=by, requests=requests, expected_version=left)


@transaction.atomic
def refuse_acceptance(
    application: Application,
    *,
    by: Actor,
    ground: Ground,
    reason: str,
    right_office: str = "",
    expected_version: int | None = None,
) -> Application:
    """收件 where it is still to be done, then 不予受理."""
    application.refresh_from_db()
    left = _receive(application, by=by, expected_version=expected_version)
    return refusals.refuse_acceptance(
        application, by=by, ground=ground, reason=reason, right_office=right_office, expected_version=left
    )


@transaction.atomic
def not_required(
    application: Application, *, by: Actor, reason: str, expected_version: int | None = None
) -> Application:
    """收件 where it is still to be done, then 不受理: the matter needs no permit."""
    application.refresh_from_db()
    left = _receive(application, by=by, expected_version=expected_version)
    return refusals.not_required(application, by=by, reason=reason, expected_version=left)


def _receive(application: Application, *, by: Actor, expected_version: int | None) -> int | None:
    """The version the next step has still to check: none once this step has checked it."""
    if application.status != Status.DRAFT:
        return expected_version
    receipt.receive(application, by=by, expected_version=expected_version)
    return None
