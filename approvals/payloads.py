"""What approval events tell other floors. Plain JSON, without ID numbers and phones."""

from typing import Any

from approvals.models import Application, Permit
from credit.models import CreditCheck


def approval(application: Application, *, stage: str, result: str = "", permit: Permit | None = None) -> dict[str, Any]:
    """Payload of approval.accepted and approval.concluded.

    `result` is granted or refused, and terminated or withdrawn when an accepted case ended without a decision.
    """
    return {
        "application_id": application.pk,
        "stage": stage,
        "result": result,
        "item_code": application.item.code,
        "variant": application.variant.kind,
        "subject_id": application.subject_id,
        "by_commitment": application.mode == Application.Mode.COMMITMENT,
        "credit_flag": credit_flag(application),
        "situations": application.situations,
        "mode": application.mode,
        "permit_number": permit.number if permit else "",
        "permit_valid_to": permit.valid_to.isoformat() if permit else "",
    }


def permit_changed(permit: Permit, *, change: str, reason: str) -> dict[str, Any]:
    """Payload of permit.changed; `change` is a PermitEvent.Kind value."""
    return {
        "application_id": permit.application_id,
        "permit_number": permit.number,
        "permit_valid_to": permit.valid_to.isoformat(),
        "change": change,
        "reason": reason,
        "subject_id": permit.subject_id,
        "item_code": permit.item.code,
    }


def credit_flag(application: Application) -> str:
    """What the supervisor should mind; a case nobody could check yet is to be checked later (6.1)."""
    check = application.credit_check
    return check.push_flag if check is not None else CreditCheck.PushFlag.RECHECK.value
