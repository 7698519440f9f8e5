"""What an item settles about credit, in the words of the credit floor."""

from approvals.models import ApprovalItem
from credit.facts import ItemTerms


def terms_of(item: ApprovalItem) -> ItemTerms:
    """The terms a credit check decides by."""
    return ItemTerms(
        item_code=item.code,
        item_name=item.name,
        commitment_allowed=item.commitment_allowed,
        tolerance_allowed=item.tolerance_allowed,
        is_safety_critical=item.is_safety_critical,
        on_general_failure=item.on_general_failure,
        conveniences_during_objection=item.conveniences_during_objection,
    )


def terms_of_code(item_code: str) -> ItemTerms | None:
    """The same by item code, for checks a department's system asks for; None for an unknown code."""
    item = ApprovalItem.objects.filter(code=item_code).first()
    return terms_of(item) if item is not None else None
