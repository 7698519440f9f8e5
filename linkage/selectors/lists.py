"""Questions about the linkage list: what is in force, what a draft changes, whom it leaves out, who would be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, F, Q, QuerySet, When, prefetch_related_objects

from approvals.models import Application, ApprovalItem
from credit.models import Subject
from linkage import list_policies, matching, policies
from linkage.models import BasisPaper, LinkageEntry, ListVersion, Push
from linkage.selectors import owners
from shenguan.org.absences import Away, away_on
from shenguan.org.models import Department, Office, Staff
from shenguan.workdays import calendar

Key = tuple[int, int, int, str]
COMPARED = (
    "approval_office",
    "approval_liaison",
    "approval_deputy",
    "office",
    "liaison",
    "deputy",
    "stages",
    "claim_mode",
    "claim_days",
    "first_check_days",
    "feedback_days",
    "contents",
    "basis",
    "paper",
    "feedback_scope",
    "ladder",
)
LABELS = {column.name: column.verbose_name for column in LinkageEntry._meta.fields}
ATTNAMES = {column.name: column.attname for column in LinkageEntry._meta.concrete_fields}
ATTRIBUTES = {name: ATTNAMES[name] for name in COMPARED}  # keys instead of related rows
RELATIONS = (
    "approval_item__implementing_department",
    "approval_office",
    "approval_liaison__department",
    "supervision_item__department",
    "department",
    "office",
    "liaison__department",
    "deputy__department",
    "approval_deputy__department",
    "paper__file",
    "ladder",
)


@dataclass(frozen=True)
class FieldChange:
    """One field of one row, before and after."""

    name: str
    label: str
    old: object
    new: object


@dataclass(frozen=True)
class EntryChange:
    """A row that is in both versions and differs."""

    old: LinkageEntry
    new: LinkageEntry
    fields: list[FieldChange]


@dataclass(frozen=True)
class ListDiff:
    """What publishing the draft would change."""

    added: list[LinkageEntry]
    changed: list[EntryChange]
    removed: list[LinkageEntry]

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True)
class Coverage:
    """How far a version reaches."""

    item_count: int  # active items that need a supervisor
    covered_count: int
    without_supervisor: list[ApprovalItem]
    only_in_situations: list[ApprovalItem]  # every row has a condition: cases outside them become unmapped
    unified: list[ApprovalItem]  # 审管一体: nobody to push to, by law of the matter
    broken: dict[int, dict[str, list[str]]] = field(default_factory=dict)  # entry id -> what is wrong


@dataclass(frozen=True)
class Receiver:
    """Who would receive a push, and until when they owe what."""

    entry: LinkageEntry
    department: Department
    office: Office
    owner: Staff
    next_step: str
    due_on: date


def published() -> ListVersion | None:
    """The open-ended published version, which a new draft copies."""
    return ListVersion.objects.filter(status=ListVersion.Status.PUBLISHED, effective_to__isnull=True).first()


def in_force(day: date | None = None) -> ListVersion | None:
    """The version valid on a day, today by default."""
    return ListVersion.objects.valid_on(day or calendar.today()).order_by("-effective_from").first()


def draft() -> ListVersion | None:
    """The draft being edited."""
    return ListVersion.objects.filter(status=ListVersion.Status.DRAFT).first()


def papers() -> "QuerySet[BasisPaper]":
    """The signed papers, with in how many rows of the draft or an unended version each stands."""
    living = Q(entries__version__effective_to__isnull=True)
    return BasisPaper.objects.select_related("approval_department", "department", "file").annotate(
        row_count=Count("entries", filter=living)
    )


def versions() -> "QuerySet[ListVersion]":
    """Every version with its number of rows: the draft, then by day of effect, the latest first."""
    latest = F("effective_from").desc(nulls_first=True)
    return (
        ListVersion.objects.select_related("restored_from", "based_on")
        .annotate(entry_count=Count("entries"))
        .order_by(Case(When(status=ListVersion.Status.DRAFT, then=0), default=1), latest, "-id")
    )


def with_everything(entries: "QuerySet[LinkageEntry]") -> "QuerySet[LinkageEntry]":
    """Rows with all they refer to, in one query and one for roles."""
    return entries.select_related(*RELATIONS).order_by("sequence", "id")


def next_label(year: int) -> str:
    """2026-4 after 2026-3."""
    used = ListVersion.objects.filter(label__startswith=f"{year}-").values_list("label", flat=True)
    places = [int(tail) for label in used if (tail := label.removeprefix(f"{year}-")).isdigit()]
    return f"{year}-{max(places, default=0) + 1}"


def diff(new: ListVersion, old: ListVersion | None) -> ListDiff:
    """Rows added, changed field by field, and removed, from `old` to `new`."""
    return compare(by_key(old) if old else {}, by_key(new))


def compare(before: dict[Key, LinkageEntry], after: dict[Key, LinkageEntry]) -> ListDiff:
    """The same for rows already read, e.g. one version before and after an import."""
    pairs = [(before[key], entry) for key, entry in after.items() if key in before and _differ(before[key], entry)]
    fill(entry for pair in pairs for entry in pair)
    changed = [EntryChange(old, new, field_changes(old, new)) for old, new in pairs]
    return ListDiff(
        added=[entry for key, entry in after.items() if key not in before],
        changed=sorted(changed, key=lambda change: change.new.sequence),
        removed=[entry for key, entry in before.items() if key not in after],
    )


def field_changes(old: LinkageEntry, new: LinkageEntry) -> list[FieldChange]:
    """The fields in which two rows of one pair differ."""
    return [
        FieldChange(name, str(LABELS[name]), getattr(old, name), getattr(new, name))
        for name, attribute in ATTRIBUTES.items()
        if getattr(old, attribute) != getattr(new, attribute)
    ]


def _differ(old: LinkageEntry, new: LinkageEntry) -> bool:
    return any(getattr(old, attribute) != getattr(new, attribute) for attribute in ATTRIBUTES.values())


def coverage(version: ListVersion) -> Coverage:
    """Which active items have a supervisor in this version, and which rows would not work."""
    day = calendar.today()
    unconditional: set[int] = set()
    listed: set[int] = set()
    broken = {}
    for entry in entries_with_roles(version):
        listed.add(entry.approval_item_id)
        if entry.condition == LinkageEntry.ALWAYS:
            unconditional.add(entry.approval_item_id)
        if errors := list_policies.publishing_errors(entry, day):
            broken[entry.pk] = errors
    items = list(ApprovalItem.objects.filter(is_active=True).select_related("implementing_department"))
    unified = [item for item in items if item.linkage_state == ApprovalItem.LinkageState.UNIFIED]
    needing = [item for item in items if item.linkage_state != ApprovalItem.LinkageState.UNIFIED]
    return Coverage(
        item_count=len(needing),
        covered_count=sum(item.pk in listed for item in needing),
        without_supervisor=[item for item in needing if item.pk not in listed],
        only_in_situations=[item for item in needing if item.pk in listed - unconditional],
        unified=unified,
        broken=broken,
    )


def publishing_errors(version: ListVersion, day: date | None = None) -> dict[str, list[str]]:
    """Why this version may not be in force from a day on, today by default.

    `entry.<序号>.<field>` -> sentences, `entries` when it is empty.
    """
    day = day or calendar.today()
    errors = {
        f"entry.{entry.sequence}.{name}": [f"第 {entry.sequence} 条：{text}" for text in texts]
        for entry in entries_with_roles(version)
        for name, texts in list_policies.publishing_errors(entry, day).items()
    }
    if not errors and not version.entries.exists():
        return {"entries": ["清单没有任何条目，不能发布。"]}
    return errors


def dry_run(
    item: ApprovalItem,
    situations: Iterable[str],
    result: str,
    *,
    version: ListVersion | None = None,
    by_commitment: bool = False,
    subject: Subject | None = None,
) -> tuple[matching.Match, list[Receiver]]:
    """Were this accepted (`result` "") or decided ("granted", "refused") today: who would receive what, by when."""
    version, away = version or in_force(), away_on()
    entries = [] if version is None else list(with_everything(version.entries.filter(approval_item=item)))
    stage = LinkageEntry.Stage.ACCEPTED if result == "" else LinkageEntry.Stage.CONCLUDED
    held = matching.implied_situations(situations, subject=subject, by_commitment=by_commitment)
    found = matching.match(item, version, entries, stage=stage, situations=held)
    if result == Application.Result.REFUSED:
        # A refusal reaches those who heard of the acceptance.
        found = matching.match(item, version, entries, stage=LinkageEntry.Stage.ACCEPTED, situations=held)
        return found, [reader(entry, away) for entry in found.entries]
    return found, [_receiver(entry, away, stage=stage, by_commitment=by_commitment) for entry in found.entries]


def reader(entry: LinkageEntry, away: Away) -> Receiver:
    """Who would get a push of this row that has to be known and asks nothing else (签阅)."""
    return _due(entry, away, Push.NextStep.READ, policies.READ_DAYS)


def _receiver(entry: LinkageEntry, away: Away, *, stage: str, by_commitment: bool = False) -> Receiver:
    step, days = Push.NextStep.READ, policies.READ_DAYS
    if entry.claim_mode == LinkageEntry.ClaimMode.MANUAL:
        step, days = Push.NextStep.CLAIM, entry.claim_days
    elif stage == LinkageEntry.Stage.CONCLUDED:
        checks = []
        if entry.first_check_days:
            checks.append((entry.first_check_days, Push.NextStep.FIRST_CHECK))
        if by_commitment:
            item_days = entry.approval_item.commitment_check_days or policies.COMMITMENT_DAYS
            checks.append((item_days, Push.NextStep.COMMITMENT_CHECK))
        if checks:
            days, step = min(checks)
    return _due(entry, away, step, days)


def _due(entry: LinkageEntry, away: Away, step: str, days: int) -> Receiver:
    return Receiver(
        entry=entry,
        department=entry.department,
        office=entry.office,
        owner=owners.supervision_owner(entry.department, entry.office, entry.liaison, deputy=entry.deputy, away=away),
        next_step=step,
        due_on=calendar.add_workdays(calendar.today(), days).due_on,
    )


def entries_with_roles(version: ListVersion) -> "QuerySet[LinkageEntry]":
    """Rows whose people carry their roles, so that asking for rights costs no query a row."""
    return with_everything(version.entries.all()).prefetch_related(
        "liaison__roles", "approval_liaison__roles", "deputy__roles", "approval_deputy__roles"
    )


def departments_by_item(codes: Iterable[str]) -> dict[str, set[str]]:
    """The supervising departments the list in force names for these approval items, whatever the situation."""
    found: dict[str, set[str]] = {}
    rows = LinkageEntry.objects.filter(version=in_force(), approval_item__code__in=codes)
    for code, name in rows.values_list("approval_item__code", "department__name"):
        found.setdefault(code, set()).add(name)
    return found


def by_key(version: ListVersion) -> dict[Key, LinkageEntry]:
    """The rows of a version by what identifies a row across versions."""
    return _keyed(with_everything(version.entries.all()))


def bare_by_key(version: ListVersion) -> dict[Key, LinkageEntry]:
    """The same without what the rows refer to: a long list is read in a fraction of the time, see `fill`."""
    return _keyed(version.entries.order_by("sequence", "id"))


def fill(entries: Iterable[LinkageEntry]) -> None:
    """Gives bare rows what they refer to, by one query a relation; rows that have it cost none."""
    prefetch_related_objects(list(entries), *RELATIONS)


def _keyed(entries: "QuerySet[LinkageEntry]") -> dict[Key, LinkageEntry]:
    return {
        (entry.approval_item_id, entry.supervision_item_id, entry.department_id, entry.condition): entry
        for entry in entries
    }
