"""Permits: issuing them, and everything that happens to them afterwards (RULES R1.10, R1.17 – R1.20).

Every later fact keeps a PermitEvent and records permit.changed for the supervisors.
"""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from approvals import payloads, policies
from approvals.actions import case_clocks, permit_facts
from approvals.actions.cases import add_step, check_not_held, note, open_case, store
from approvals.actions.numbers import next_permit_number
from approvals.actions.permit_facts import Fact, Kind
from approvals.law import LICENSING_LAW
from approvals.models import Application, ApplicationStep, ItemVariant, Permit
from approvals.models.permit import FOREVER
from credit.actions import freezes
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import Transition
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar

Variant = ItemVariant.Kind
TOKEN_BYTES = 16


@transaction.atomic
def issue(
    application: Application, *, by: Actor, valid_from: date | None = None, expected_version: int | None = None
) -> Application:
    """制证送达: the permit is made and handed over, the case is concluded and the supervisors are told.

    `valid_from` defaults to the day of the decision. 变更, 延续 and 注销 act on the permit the subject holds; where the
    portal does not know it, 变更 and 延续 make a new row. NotAllowed when the same person did another stage.
    """
    transition = open_case(
        application, "issue", by=by, permission=Permission.APPLICATION_ISSUE, expected_version=expected_version
    )
    policies.check_posts_apart(application, by, ApplicationStep.Stage.ISSUE)
    check_not_held(application, by=by)
    now = timezone.now()
    application.concluded_at = now
    case_clocks.meet(application, "delivery_deadline", "publicity_deadline", on=calendar.today())
    add_step(application, ApplicationStep.Stage.ISSUE, by=by, at=now, conclusion=ApplicationStep.Conclusion.PASS)
    store(application, transition, "concluded_at")
    permit = _settle(application, by=by, valid_from=valid_from or application.decided_on or calendar.today())
    _note_issue(application, permit, transition, by=by)
    return application


def create(
    application: Application, *, number: str, name: str, valid_from: date, valid_to: date, content: str = ""
) -> Permit:
    """A permit row; also for permits a department's own system reports. The application is open and locked."""
    return Permit.objects.create(
        application=application,
        item=application.item,
        subject=application.subject,
        department=application.department,
        number=number,
        name=name,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        content=content,
        valid_from=valid_from,
        valid_to=valid_to,
        issued_at=timezone.now(),
    )


def valid_until(application: Application, valid_from: date) -> date:
    """Last day of a permit that begins on `valid_from`; 2099-12-31 where the item sets no term (13.3 no. 18)."""
    months = application.item.permit_months
    return calendar.add_months(valid_from, months) - timedelta(1) if months else FOREVER


def held_permit(application: Application) -> Permit | None:
    """The permit a change, renewal or cancellation is about: the newest the subject holds for the item here."""
    return (
        Permit.objects.filter(
            subject=application.subject,
            item=application.item,
            department=application.department,
            status__in=[Permit.Status.VALID, Permit.Status.SUSPENDED, Permit.Status.EXPIRED],
        )
        .order_by("-id")
        .first()
    )


@transaction.atomic
def revoke(
    permit: Permit,
    *,
    by: Actor,
    reason: str,
    legal_basis: str,
    document_number: str = "",
    happened_on: date | None = None,
    harms_public_interest: bool = False,
) -> Permit:
    """撤销 (行政许可法 69) by the deciding department; the cancellation must follow (R1.20) and people are told so.

    Raises Refusal when revoking may gravely harm the public interest (R1.19 ¶3); Invalid without reason and basis.
    """
    if harms_public_interest:
        raise Refusal("public_interest", "撤销可能对公共利益造成重大损害，依法不予撤销。请以维持许可答复并说明理由。")
    _check_basis(legal_basis)
    fact = Fact(reason, legal_basis, document_number, happened_on)
    permit_facts.apply(permit, "revoke", Kind.REVOKED, fact, by=by)
    permit_facts.ask_for_cancellation(permit)
    return permit


@transaction.atomic
def withdraw(
    permit: Permit,
    *,
    by: Actor,
    reason: str,
    legal_basis: str,
    document_number: str = "",
    happened_on: date | None = None,
) -> Permit:
    """撤回 because law or facts changed and the public interest asks for it (行政许可法 8, R1.18)."""
    _check_basis(legal_basis)
    fact = Fact(reason, legal_basis, document_number, happened_on)
    permit_facts.apply(permit, "withdraw", Kind.WITHDRAWN, fact, by=by)
    permit_facts.ask_for_cancellation(permit)
    return permit


@transaction.atomic
def cancel(
    permit: Permit,
    *,
    by: Actor,
    reason: str,
    legal_basis: str = f"{LICENSING_LAW}第七十条",
    document_number: str = "",
    happened_on: date | None = None,
) -> Permit:
    """注销 (行政许可法 70, R1.20)."""
    fact = Fact(reason, legal_basis, document_number, happened_on)
    return permit_facts.apply(permit, "cancel", Kind.CANCELLED, fact, by=by)


@transaction.atomic
def change(
    permit: Permit,
    *,
    by: Actor,
    reason: str,
    legal_basis: str = f"{LICENSING_LAW}第四十九条",
    document_number: str = "",
    happened_on: date | None = None,
    proposed_by_supervision: bool = False,
) -> Permit:
    """变更 by the deciding department (R1.17).

    Raises Refusal while a freeze stands (ADR 0049), but not for a change that supervision proposed itself.
    """
    if not proposed_by_supervision:
        _check_not_held(permit, by=by)
    fact = Fact(reason, legal_basis, document_number, happened_on)
    return permit_facts.apply(permit, "change", Kind.CHANGED, fact, by=by)


@transaction.atomic
def renew(
    permit: Permit,
    *,
    by: Actor,
    valid_to: date,
    reason: str,
    document_number: str = "",
    happened_on: date | None = None,
) -> Permit:
    """延续 until `valid_to` (行政许可法 50). Raises Invalid when that is not later, Refusal while a freeze stands."""
    _check_not_held(permit, by=by)
    if valid_to <= permit.valid_to:
        text = f"延续后的有效期至应晚于 {permit.valid_to}。"
        raise Invalid(text, {"valid_to": [text]})
    fact = Fact(reason, f"{LICENSING_LAW}第五十条", document_number, happened_on)
    return permit_facts.apply(permit, "renew", Kind.RENEWED, fact, by=by, valid_to=valid_to)


@transaction.atomic
def suspend(
    permit: Permit,
    *,
    by: Actor,
    reason: str,
    legal_basis: str,
    document_number: str = "",
    happened_on: date | None = None,
) -> Permit:
    """暂扣. Raises Invalid without reason and basis."""
    _check_basis(legal_basis)
    fact = Fact(reason, legal_basis, document_number, happened_on)
    return permit_facts.apply(permit, "suspend", Kind.SUSPENDED, fact, by=by)


@transaction.atomic
def restore(permit: Permit, *, by: Actor, reason: str, happened_on: date | None = None) -> Permit:
    """恢复 after a suspension."""
    return permit_facts.apply(permit, "restore", Kind.RESTORED, Fact(reason, happened_on=happened_on), by=by)


@transaction.atomic
def expire(
    permit: Permit, *, by: Actor, reason: str, document_number: str = "", happened_on: date | None = None
) -> Permit:
    """到期 without renewal. Raises Invalid before the last day is over."""
    if calendar.today() <= permit.valid_to:
        text = f"该证照有效期至 {permit.valid_to}，尚未到期。"
        raise Invalid(text, {"happened_on": [text]})
    fact = Fact(reason, document_number=document_number, happened_on=happened_on)
    return permit_facts.apply(permit, "expire", Kind.EXPIRED, fact, by=by)


def _settle(application: Application, *, by: Actor, valid_from: date) -> Permit | None:
    """The permit the case leads to; None for a cancellation of a permit the portal never knew."""
    kind, held = application.variant.kind, held_permit(application)
    fact = Fact(f"办件 {application.number}", "", application.decision.document.number, from_case=True)
    if kind == Variant.CANCELLATION:
        return permit_facts.apply(held, "cancel", Kind.CANCELLED, fact, by=by) if held else None
    if held is not None and kind == Variant.RENEWAL and held.valid_to < FOREVER:
        until = valid_until(application, max(held.valid_to + timedelta(1), valid_from))
        return permit_facts.apply(held, "renew", Kind.RENEWED, fact, by=by, valid_to=until)
    if held is not None and kind in (Variant.RENEWAL, Variant.CHANGE):
        return permit_facts.apply(held, "change", Kind.CHANGED, fact, by=by)
    return create(
        application,
        number=next_permit_number(application.department, calendar.today().year),
        name=application.item.permit_name or application.item.name,
        valid_from=valid_from,
        valid_to=valid_until(application, valid_from),
        content=application.variant.name,
    )


def _note_issue(application: Application, permit: Permit | None, transition: Transition, *, by: Actor) -> None:
    what = f"{permit.name} {permit.number}" if permit else application.variant.name
    note(
        application,
        "issue",
        "approval.concluded",
        by=by,
        summary=f"{transition.label}：{what}，办结。",
        payload=payloads.approval(application, stage="concluded", result=application.result, permit=permit),
        detail={"permit": permit.number if permit else ""},
    )


def _check_not_held(permit: Permit, *, by: Actor) -> None:
    """Raises Refusal while a freeze stands against granting anything on this permit outside a case."""
    freezes.check_not_held(
        subject_id=permit.subject_id,
        department_id=permit.department_id,
        item_code=permit.item.code,
        case_number=permit.application.number or "",
        by=by,
    )


def _check_basis(legal_basis: str) -> None:
    if not legal_basis.strip():
        raise Invalid("请填写法律依据。", {"legal_basis": ["请填写法律依据。"]})
