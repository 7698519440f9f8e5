"""Which entries of the list an approval fits. Pure: the router acts on it and the dry run shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from approvals.models import ApprovalItem
from credit.models import Subject
from linkage.models import LinkageEntry, ListVersion, Routing

BY_COMMITMENT, ORDINARY = "告知承诺方式", "一般方式"  # conditions of the list that follow from the mode of acceptance


@dataclass(frozen=True)
class Match:
    """The entries that apply, or the reason why there are none."""

    outcome: Routing.Outcome
    reason: str = ""
    entries: list[LinkageEntry] = field(default_factory=list)


def implied_situations(chosen: Iterable[str], *, subject: Subject | None, by_commitment: bool) -> set[str]:
    """The situations the clerk chose, plus those that follow from the kind of party and the mode of acceptance."""
    situations = set(chosen) | {BY_COMMITMENT if by_commitment else ORDINARY}
    if subject is not None:
        situations.add(subject.get_kind_display())
    return situations


def stage_of_change(change: str) -> LinkageEntry.Stage:
    """The stage of a later fact of a permit (PermitEvent.Kind): 变更, 延续, else 注销撤销 (it ends or halts)."""
    stages = LinkageEntry.Stage
    return {"changed": stages.CHANGED, "renewed": stages.RENEWED}.get(change, stages.ENDED)


def hears(entry: LinkageEntry | None, stage: LinkageEntry.Stage) -> bool:
    """Whether a department that supervises the holder hears of this later fact.

    The end of a permit always: it ends the duty (R1.20). Anything else unless the row names other facts than this one;
    a row that names none, as older lists do, leaves nothing out.
    """
    if entry is None or stage == LinkageEntry.Stage.ENDED or not entry.hears_of_permits:
        return True
    return stage in entry.stages


def match(
    item: ApprovalItem,
    version: ListVersion | None,
    entries: Sequence[LinkageEntry],
    *,
    stage: str,
    situations: Iterable[str],
) -> Match:
    """What the list says about this item at this stage (accepted, concluded, or a later fact of the permit).

    `entries` are all rows of the item in the version. An item nobody supervises is UNMAPPED, never silently passed by;
    so is a *concluded* case whose situations fit no row. NOT_APPLICABLE says why nothing needs to be pushed.
    """
    nothing = _nothing_to_match(item, version, entries)
    if nothing is not None:
        return nothing
    at_stage = [entry for entry in entries if stage in entry.stages]
    label = LinkageEntry.Stage(stage).label
    if not at_stage:
        return Match(Routing.Outcome.NOT_APPLICABLE, f"清单 {version} 规定该事项{label}环节不推送")
    held = set(situations)
    fitting: dict[tuple[int, int], LinkageEntry] = {}
    for entry in at_stage:
        if entry.applies_to(held):
            fitting.setdefault((entry.department_id, entry.supervision_item_id), entry)
    if fitting:
        return Match(Routing.Outcome.PUSHED, entries=list(fitting.values()))
    if stage == LinkageEntry.Stage.CONCLUDED:
        return Match(Routing.Outcome.UNMAPPED, "清单列有该事项，但没有与本办件适用情形相符的条目")
    later = "，办结时再行推送" if stage == LinkageEntry.Stage.ACCEPTED else ""
    return Match(Routing.Outcome.NOT_APPLICABLE, f"{label}环节没有与本办件适用情形相符的条目{later}")


def _nothing_to_match(item: ApprovalItem, version: ListVersion | None, entries: Sequence[LinkageEntry]) -> Match | None:
    """The answer when the list need not, or cannot, be asked."""
    if item.linkage_state == ApprovalItem.LinkageState.UNIFIED:
        return Match(Routing.Outcome.NOT_APPLICABLE, "审管一体事项，由审批部门自行监管")
    if version is None:
        return Match(Routing.Outcome.UNMAPPED, "没有正在生效的审管联动事项清单")
    if not entries:
        return Match(Routing.Outcome.UNMAPPED, f"清单 {version} 未列入该事项")
    return None
