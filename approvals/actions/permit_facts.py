"""Writing one later fact about a permit: status, paper, event for the supervisors. The verbs are in permits.py."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from approvals import payloads
from approvals.actions import documents
from approvals.actions.cases import check_department
from approvals.lifecycle import PERMIT
from approvals.links import application_url
from approvals.models import Document, Permit, PermitEvent
from approvals.selectors.people import cancellers_of
from shenguan import audit, events, notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import Transition, check_move
from shenguan.refusals import Invalid
from shenguan.workdays import calendar

Kind = PermitEvent.Kind
PAPERS = {
    Kind.CHANGED: Document.Kind.CHANGE,
    Kind.SUSPENDED: Document.Kind.SUSPENSION,
    Kind.REVOKED: Document.Kind.REVOCATION,
    Kind.WITHDRAWN: Document.Kind.WITHDRAWAL,
    Kind.CANCELLED: Document.Kind.CANCELLATION,
}


@dataclass(frozen=True)
class Fact:
    """What is said about one change. Without a document number the portal issues the paper itself.

    `from_case`: the change follows from a concluded application, whose own rights were checked there.
    """

    reason: str
    legal_basis: str = ""
    document_number: str = ""
    happened_on: date | None = None
    from_case: bool = False


def apply(permit: Permit, action: str, kind: Kind, fact: Fact, *, by: Actor, valid_to: date | None = None) -> Permit:
    """Lock, checks, write, audit and event of every change; `action` is a row of lifecycle.PERMIT.

    Raises NotAllowed, StateForbids, and Invalid without a reason. Call it in the verb's transaction.
    """
    if not fact.from_case:
        by.require(Permission.PERMIT_MANAGE)
    permit.refresh_from_db(from_queryset=Permit.objects.select_for_update())
    check_department(permit.department, by)
    transition = check_move(PERMIT, action, permit.status, Permit.Status)
    if not fact.reason.strip():
        raise Invalid("请填写理由。", {"reason": ["请填写理由。"]})
    permit.status = transition.target or permit.status
    permit.valid_to = valid_to or permit.valid_to
    permit.save(update_fields=["status", "valid_to"])
    number = fact.document_number.strip() or _issue_paper(permit, kind, fact, by=by)
    PermitEvent.objects.create(
        permit=permit,
        kind=kind,
        document_number=number,
        reason=fact.reason.strip()[:500],
        legal_basis=fact.legal_basis[:300],
        by_name=by.name[:150],
        happened_on=fact.happened_on or calendar.today(),
        recorded_at=timezone.now(),
    )
    _tell(permit, action, kind, transition, fact, number, by=by)
    return permit


def _issue_paper(permit: Permit, kind: Kind, fact: Fact, *, by: Actor) -> str:
    """The decision of the office itself; empty for changes that need no paper of their own."""
    if kind not in PAPERS:
        return ""
    body = {"permit": permit.number, "reason": fact.reason.strip(), "legal_basis": fact.legal_basis}
    return documents.issue(permit.application, PAPERS[kind], by=by, at=timezone.now(), body=body).number


def _tell(
    permit: Permit, action: str, kind: Kind, transition: Transition, fact: Fact, number: str, *, by: Actor
) -> None:
    audit.record(f"permit.{action}", by=by, target=permit, detail={"document": number, "reason": fact.reason.strip()})
    paper = f"（{number}）" if number else ""
    events.record(
        "permit.changed",
        by=by,
        case_number=permit.application.number or "",
        summary=f"{permit.name} {permit.number} {transition.label}{paper}：{fact.reason.strip()}",
        payload=payloads.permit_changed(permit, change=kind.value, reason=fact.reason.strip()),
        department=permit.department,
        subject_id=permit.subject_id,
    )


def ask_for_cancellation(permit: Permit) -> None:
    """A revoked or withdrawn permit must be cancelled as well (R1.20); the row waits in `awaiting_cancellation`."""
    for person in cancellers_of(permit.department_id):
        notify.tell(
            person,
            kind="permit.awaiting_cancellation",
            title=f"{permit.name} {permit.number} 已{permit.get_status_display().removeprefix('已')}，待办理注销",
            body="依行政许可法第七十条办理注销手续。",
            url=application_url(permit.application.number),
            case_number=permit.application.number or "",
        )
