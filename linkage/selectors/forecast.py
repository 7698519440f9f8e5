"""The dry run: were this to happen today, who would receive what, by when – without anything happening."""

from collections.abc import Iterable

from approvals.models import Application, ApprovalItem
from credit.models import Subject
from linkage import matching
from linkage.models import PERMIT_STAGES, LinkageEntry, ListVersion, Routing
from linkage.selectors import lists
from linkage.selectors.lists import Receiver
from linkage.selectors.targets import IMPLIED, Stage, Target, conditions
from shenguan.org.absences import away_on

STEPS = (
    ("受理时", ""),
    ("办结时（准予）", Application.Result.GRANTED),
    ("办结时（不予许可）", Application.Result.REFUSED),
)


def forecast(
    item: ApprovalItem,
    situations: Iterable[str],
    version: ListVersion | None,
    *,
    kind: str = "",
    by_commitment: bool = False,
) -> Target:
    """All steps of a case and of its permit, for one kind of party (Subject.Kind) and one mode, by one version."""
    chosen = set(situations)
    subject = Subject(kind=kind) if kind in Subject.Kind.values else None
    offered = [name for name in conditions(item, version) if name not in IMPLIED]
    stages = []
    for title, result in STEPS:
        found, receivers = lists.dry_run(
            item, chosen, result, version=version, by_commitment=by_commitment, subject=subject
        )
        stages.append(Stage(title, receivers, found.reason, found.outcome == Routing.Outcome.UNMAPPED))
    held = matching.implied_situations(chosen, subject=subject, by_commitment=by_commitment)
    entries = [] if version is None else list(lists.with_everything(version.entries.filter(approval_item=item)))
    stages += [
        _permit_stage(item, version, entries, stage, held) for stage in LinkageEntry.Stage if stage in PERMIT_STAGES
    ]
    return Target(item, version, [(name, name in chosen) for name in offered], stages)


def _permit_stage(
    item: ApprovalItem,
    version: ListVersion | None,
    entries: list[LinkageEntry],
    stage: LinkageEntry.Stage,
    held: set[str],
) -> Stage:
    """Those who supervise the holder and want to hear of it, and those whose row names the stage."""
    duties = matching.match(item, version, entries, stage=LinkageEntry.Stage.CONCLUDED, situations=held).entries
    hearing = [entry for entry in duties if matching.hears(entry, stage)]
    known = {(entry.department_id, entry.supervision_item_id) for entry in duties}
    named = matching.match(item, version, entries, stage=stage, situations=held)
    hearing += [entry for entry in named.entries if (entry.department_id, entry.supervision_item_id) not in known]
    away = away_on()
    receivers: list[Receiver] = [lists.reader(entry, away) for entry in hearing]
    reason = f"清单规定许可{stage.label}时不推送" if duties else "没有部门承担该许可的监管职责，也没有条目指定该环节"
    return Stage(f"许可{stage.label}时", receivers, "" if receivers else reason, False)
