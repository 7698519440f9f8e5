"""Proposals for the list, made from the two catalogues; what is in the draft already is said so."""

from dataclasses import dataclass

from approvals.models import ApprovalItem
from linkage.assistant import Assistant, Described, Proposal
from linkage.models import LinkageEntry, ListVersion
from supervision.models import SupervisionItem


@dataclass(frozen=True)
class Suggestion:
    """One proposal as the page shows it."""

    item: SupervisionItem
    proposal: Proposal
    is_listed: bool  # in the draft (without one: in the published list) already

    @property
    def percent(self) -> int:
        """The score for a bar."""
        return round(self.proposal.score * 100)


def suggestions(approval: ApprovalItem, version: ListVersion | None, limit: int = 10) -> list[Suggestion]:
    """The likeliest supervision items for an approval item; the list itself is no part of the reckoning."""
    rows = {one.code: one for one in SupervisionItem.objects.filter(is_active=True).select_related("department")}
    listed = set(
        LinkageEntry.objects.filter(version=version, approval_item=approval).values_list(
            "supervision_item__code", flat=True
        )
    )
    found = Assistant(described_supervision(one) for one in rows.values()).propose(described_approval(approval), limit)
    return [Suggestion(rows[one.code], one, one.code in listed) for one in found]


def described_approval(item: ApprovalItem) -> Described:
    """What the assistant reads of an approval item."""
    return Described(item.code, item.competent_department.code, (item.name, item.permit_name), tuple(item.legal_basis))


def described_supervision(item: SupervisionItem) -> Described:
    """What the assistant reads of a supervision item."""
    texts = (item.main_name, item.name, *item.object_types)
    return Described(item.code, item.department.code, texts, tuple(item.legal_basis))
