"""A workbook against the draft of the list: what it would change, row by row, and then the change itself.

The file never decides which edition it belongs to: label and date are those of the draft. Rows that are not in the file
stay in the draft, so that one department may send its part alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from linkage.imports import engine, linkage_list, reader
from linkage.imports.reader import Table, heading_key
from linkage.imports.report import Report
from linkage.models import ListVersion
from linkage.selectors import lists
from linkage.selectors.lists import ListDiff
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import StaleVersion
from shenguan.workdays import calendar

Fixes = Mapping[tuple[int, str], str]  # (line, heading) -> what the editor typed instead
LABEL, EFFECTIVE = "清单版本", "生效日期"


@dataclass(frozen=True)
class Problem:
    """One cell, or one row (no column), that is not taken over, with what stood there."""

    line: int
    column: str
    reason: str
    item: str
    value: str


@dataclass(frozen=True)
class MarkedRow:
    """One line of the file as text, with what is wrong: (heading or "", sentence)."""

    cells: list[str]
    problems: list[tuple[str, str]]


@dataclass(frozen=True)
class Marked:
    """The file with its errors, to be handed back."""

    headings: list[str]
    rows: list[MarkedRow]


@dataclass(frozen=True)
class Comparison:
    """What writing the file into the draft would do."""

    report: Report
    difference: ListDiff
    problems: list[Problem]

    @property
    def problem_lines(self) -> int:
        """How many rows are not taken over."""
        return len({problem.line for problem in self.problems})


def compare(draft: ListVersion, name: str, data: bytes, *, by: Actor, fixes: Fixes) -> Comparison:
    """Writes into the draft, looks at what changed, and takes it all back. Raises FileRefused, NotAllowed."""
    by.require(Permission.LINKAGE_LIST_EDIT)
    table = _table(draft, name, data, fixes)
    before = lists.by_key(draft)
    with transaction.atomic():
        report = engine.run(linkage_list.KIND, table, by=by, partial=True)
        difference = lists.compare(before, lists.by_key(draft))
        transaction.set_rollback(True)
    return Comparison(report, difference, _problems(table, report))


def write(
    draft: ListVersion, name: str, data: bytes, *, by: Actor, fixes: Fixes, expected_version: int | None = None
) -> Report:
    """Writes the good rows into the draft; the others are named in the report.

    Raises StaleVersion when the draft changed since it was compared, FileRefused, NotAllowed.
    """
    by.require(Permission.LINKAGE_LIST_EDIT)
    table = _table(draft, name, data, fixes)
    with transaction.atomic():
        locked = ListVersion.objects.select_for_update().get(pk=draft.pk)
        if expected_version is not None and expected_version != locked.row_version:
            raise StaleVersion("清单草稿在校对之后又被修改，请重新校对后再写入。")
        return engine.run(linkage_list.KIND, table, by=by, partial=True)


def mark(draft: ListVersion, name: str, data: bytes, *, by: Actor, fixes: Fixes) -> Marked:
    """Every line of the file, what was typed instead of wrong cells in place, with the problems that are left.

    Raises FileRefused, NotAllowed.
    """
    found = compare(draft, name, data, by=by, fixes=fixes)
    table = _table(draft, name, data, fixes)
    own = {heading_key(key) for key in (LABEL, EFFECTIVE)}
    keys = [key for key in table.headings if key not in own and key != heading_key(linkage_list.PROBLEMS)]
    wrong: dict[int, list[tuple[str, str]]] = {}
    for problem in found.problems:
        written = table.headings.get(heading_key(problem.column), problem.column)
        wrong.setdefault(problem.line, []).append((written, problem.reason))
    return Marked(
        headings=[table.headings[key] for key in keys],
        rows=[MarkedRow([row.cells.get(key, "") for key in keys], wrong.get(row.line, [])) for row in table.rows],
    )


def _table(draft: ListVersion, name: str, data: bytes, fixes: Fixes) -> Table:
    table = reader.read(name, data, linkage_list.KIND.known_keys())
    effective_from = draft.effective_from or calendar.today() + timedelta(days=1)
    own = {LABEL: draft.label, EFFECTIVE: effective_from.isoformat()}
    rows = []
    for row in table.rows:
        typed = {heading_key(column): text for (line, column), text in fixes.items() if line == row.line}
        rows.append(replace(row, cells=row.cells | typed | {heading_key(key): text for key, text in own.items()}))
    return replace(table, headings=table.headings | {heading_key(key): key for key in own}, rows=rows)


def _problems(table: Table, report: Report) -> list[Problem]:
    rows = {row.line: row.cells for row in table.rows}
    names = [heading_key(heading) for heading in ("审批事项名称", "审批事项编码")]
    return [
        Problem(
            found.line,
            found.column,
            found.reason,
            item=next((text for key in names if (text := rows[found.line].get(key, ""))), ""),
            value=rows[found.line].get(heading_key(found.column), "") if found.column else "",
        )
        for found in report.rejections
    ]
