"""Who will receive a push, told before anything happens: for intake, the workbench and the dry run of the list."""

from collections.abc import Iterable
from dataclasses import dataclass

from approvals.models import ApprovalItem
from credit.models import Subject
from linkage.matching import BY_COMMITMENT, ORDINARY
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from linkage.selectors.lists import Receiver

# Conditions nobody ticks: they follow from the mode of acceptance and from the kind of party.
IMPLIED = frozenset({LinkageEntry.ALWAYS, BY_COMMITMENT, ORDINARY, *Subject.Kind.labels})
GRANTED = "granted"


@dataclass(frozen=True)
class Stage:
    """What the list says for one stage: who receives, or why nobody does."""

    title: str
    receivers: list[Receiver]
    reason: str
    is_unmapped: bool


@dataclass(frozen=True)
class Target:
    """Everything a clerk wants to know about an item's supervision before pressing 受理."""

    item: ApprovalItem
    version: ListVersion | None
    situations: list[tuple[str, bool]]  # conditions the clerk chooses among, and whether ticked
    stages: list[Stage]


def target(
    item: ApprovalItem,
    situations: Iterable[str],
    *,
    by_commitment: bool = False,
    subject: Subject | None = None,
    version: ListVersion | None = None,
) -> Target:
    """The receivers of an item at both stages in these situations, by the list in force or by `version`."""
    version = version or lists.in_force()
    chosen = set(situations)
    offered = [name for name in conditions(item, version) if name not in IMPLIED]
    stages = []
    for title, result in (("受理时", ""), ("办结时", GRANTED)):
        found, receivers = lists.dry_run(
            item, chosen, result, version=version, by_commitment=by_commitment, subject=subject
        )
        stages.append(Stage(title, receivers, found.reason, found.outcome == "unmapped"))
    return Target(item, version, [(name, name in chosen) for name in offered], stages)


def conditions(item: ApprovalItem, version: ListVersion | None) -> list[str]:
    """The conditions (适用情形) under which the list has rows for an item, in list order."""
    if version is None:
        return []
    rows = version.entries.filter(approval_item=item).order_by("sequence").values_list("condition", flat=True)
    return list(dict.fromkeys(rows))
