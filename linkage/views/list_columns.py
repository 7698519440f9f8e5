"""The columns of the list as a sheet: the same that the import reads, so that an export comes back unchanged."""

from collections.abc import Sequence

from linkage.imports.kinds import Column
from linkage.imports.linkage_list import KIND
from linkage.models import LinkageEntry, ListVersion
from linkage.views.sheets import Cell

STAGE_WORDS = {value: str(label) for value, label in LinkageEntry.Stage.choices}
COLUMNS: tuple[str, ...] = tuple(column.heading for column in KIND.columns)
PUBLIC_COLUMNS = (
    "序号",
    "审批事项",
    "审批部门",
    "审批责任科室",
    "审批联络人",
    "审批联系电话",
    "监管事项",
    "监管部门",
    "监管责任科室",
    "监管联络人",
    "监管联系电话",
    "适用情形",
    "推送环节",
    "权责依据",
)


def row(entry: LinkageEntry, version: ListVersion) -> list[Cell]:
    """One entry under COLUMNS, in the words the import understands."""
    return [_cell(column, entry, version) for column in KIND.columns]


def _cell(column: Column, entry: LinkageEntry, version: ListVersion) -> Cell:
    beside: dict[str, Cell] = {
        "label": version.label,
        "effective_from": version.effective_from.isoformat() if version.effective_from else "",
        "approval_item": entry.approval_item.code,
        "approval_item_name": entry.approval_item.name,
        "supervision_item": entry.supervision_item.code,
        "supervision_item_name": entry.supervision_item.name,
        "approval_office": entry.approval_office.code,
        "office": entry.office.code,
        "approval_liaison": entry.approval_liaison.username,
        "liaison": entry.liaison.username,
        "approval_deputy": entry.approval_deputy.username if entry.approval_deputy else "",
        "deputy": entry.deputy.username if entry.deputy else "",
        "ladder": entry.ladder.name if entry.ladder else "",
        "paper": entry.paper.number if entry.paper else "",
        "department": entry.department.code,
        "stages": stage_words(entry),
        "claim_mode": entry.get_claim_mode_display(),
        "feedback_scope": entry.get_feedback_scope_display(),
        "contents": "|".join(entry.contents),
    }
    return beside[column.field] if column.field in beside else getattr(entry, column.field)


def stage_words(entry: LinkageEntry, joint: str = "|") -> str:
    """受理|办结."""
    return joint.join(STAGE_WORDS[stage] for stage in entry.stages)


def public_row(entry: LinkageEntry) -> Sequence[Cell]:
    """One entry as everybody may read it: persons by name (R10.01), offices' telephones, no mobile numbers."""
    return [
        entry.sequence,
        entry.approval_item.name,
        entry.approval_item.implementing_department.name,
        entry.approval_office.name,
        entry.approval_liaison.name,
        entry.approval_office.phone,
        entry.supervision_item.name,
        entry.department.name,
        entry.office.name,
        entry.liaison.name,
        entry.office.phone,
        entry.condition,
        stage_words(entry, "、"),
        entry.get_basis_display(),
    ]
