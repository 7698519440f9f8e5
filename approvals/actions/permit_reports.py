"""What a department's own system reports about its permits (CONTRACT §3 `permit-events/`)."""

from datetime import date, timedelta

from django.db import transaction

from approvals.actions import permit_facts
from approvals.actions.permit_facts import Fact, Kind
from approvals.law import LICENSING_LAW
from approvals.models import Application, Permit, PermitEvent
from credit.actions import freezes
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar

# kind of fact -> row of lifecycle.PERMIT and the law it rests on where the report names none
REPORTABLE: dict[Kind, tuple[str, str]] = {
    Kind.REVOKED: ("revoke", f"{LICENSING_LAW}第六十九条"),
    Kind.WITHDRAWN: ("withdraw", f"{LICENSING_LAW}第八条"),
    Kind.CHANGED: ("change", f"{LICENSING_LAW}第四十九条"),
    Kind.RENEWED: ("renew", f"{LICENSING_LAW}第五十条"),
    Kind.CANCELLED: ("cancel", f"{LICENSING_LAW}第七十条"),
    Kind.SUSPENDED: ("suspend", ""),
    Kind.EXPIRED: ("expire", f"{LICENSING_LAW}第七十条"),
}
GRANTS = frozenset({Kind.CHANGED, Kind.RENEWED})  # what a freeze would have held in the portal (ADR 0049)


@transaction.atomic
def report(
    application: Application, *, by: Actor, kind: Kind, fact: Fact, valid_to: date | None = None
) -> tuple[PermitEvent, bool]:
    """The kept fact, and whether it is new: the same kind under the same document number has no second effect.

    Raises Refusal for a case without a permit; Invalid for a renewal without a later end, a date in the future, or an
    expiry before the last day is over.
    """
    permit = Permit.objects.select_for_update().filter(application=application).first()
    if permit is None:
        raise Refusal("no_permit", "该办件没有证照，无法登记证照变动。")
    known = permit.events.filter(kind=kind, document_number=fact.document_number).first()
    if known is not None:
        return known, False
    _check(permit, kind, fact, valid_to)
    action, basis = REPORTABLE[kind]
    said = Fact(
        reason=fact.reason or "部门自建系统报送",
        legal_basis=fact.legal_basis or basis,
        document_number=fact.document_number,
        happened_on=fact.happened_on,
    )
    permit_facts.apply(permit, action, kind, said, by=by, valid_to=valid_to if kind == Kind.RENEWED else None)
    if kind in GRANTS:
        freezes.tell_passed(
            subject_id=permit.subject_id,
            department_id=permit.department_id,
            item_code=permit.item.code,
            case_number=application.number or "",
            what=f"{permit.name} {permit.number} {kind.label}",
            by=by,
        )
    if kind in (Kind.REVOKED, Kind.WITHDRAWN):
        permit_facts.ask_for_cancellation(permit)
    return permit.events.get(kind=kind, document_number=fact.document_number), True


def _check(permit: Permit, kind: Kind, fact: Fact, valid_to: date | None) -> None:
    on = fact.happened_on
    if on is None or on > calendar.today():
        raise Invalid("请填写不晚于今天的日期。", {"date": ["请填写不晚于今天的日期。"]})
    if kind == Kind.RENEWED and (valid_to is None or valid_to <= permit.valid_to):
        text = f"延续须报送晚于 {permit.valid_to} 的有效期至。"
        raise Invalid(text, {"valid_to": [text]})
    if kind == Kind.EXPIRED and on < permit.valid_to + timedelta(1):
        text = f"该证照有效期至 {permit.valid_to}，次日起才到期。"
        raise Invalid(text, {"date": [text]})
