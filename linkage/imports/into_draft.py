"""A workbook against the draft of the list: what it would change, row by row, and then the change itself.

The comparison runs while somebody waits, so a file may hold MOST_ROWS rows here; a longer one is imported by command.

The file never decides which edition it belongs to: label and date are those of the draft. Rows that are not in the file
stay in the draft, so that one department may send its part alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

from linkage.imports import engine, linkage_list, reader
from linkage.imports.problems import FileRefused
from linkage.imports.reader import Table, heading_key
from linkage.imports.report import Report
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists
from linkage.selectors.lists import EntryChange, ListDiff
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import StaleVersion
from shenguan.workdays import calendar

Fixes = Mapping[tuple[int, str], str]  # (line, heading) -> what the editor typed instead
LABEL, EFFECTIVE = "清单版本", "生效日期"
MOST_ROWS = 6000  # about two seconds of work; a whole city's list has some hundreds to two thousand
LISTED = 100  # rows named one by one; the numbers tell of all


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
    def changed(self) -> list[EntryChange]:
        """The changed rows that are named one by one."""
        return self.difference.changed[:LISTED]

    @property
    def added(self) -> list[LinkageEntry]:
        """The new rows that are named one by one."""
        return self.difference.added[:LISTED]

    @property
    def problem_lines(self) -> int:
        """How many rows are not taken over."""
        return len({problem.line for problem in self.problems})


def compare(draft: ListVersion, name: str, data: bytes, *, by: Actor, fixes: Fixes) -> Comparison:
    """Writes into the draft, looks at what changed, and takes it all back. Raises FileRefused, NotAllowed."""
    by.require(Permission.LINKAGE_LIST_EDIT)
    table = _table(draft, name, data, fixes)
    before = lists.bare_by_key(draft)
    with transaction.atomic():
        report = engine.run(linkage_list.KIND, table, by=by, partial=True)
        after = lists.bare_by_key(draft) if report.has_changes else before
        transaction.set_rollback(True)
    found = Comparison(report, lists.compare(before, after), _problems(table, report))
    lists.fill(found.added)
    return found


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
    if len(table.rows) > MOST_ROWS:
        raise FileRefused(f"文件有 {len(table.rows)} 行，一次最多导入 {MOST_ROWS} 行，请拆分后分次导入。")
    typed: dict[int, dict[str, str]] = {}
    for (line, column), text in fixes.items():
        typed.setdefault(line, {})[heading_key(column)] = text
    effective_from = draft.effective_from or calendar.today() + timedelta(days=1)
    own = {LABEL: draft.label, EFFECTIVE: effective_from.isoformat()}
    set_by_draft = {heading_key(key): text for key, text in own.items()}
    rows = [replace(row, cells=row.cells | typed.get(row.line, {}) | set_by_draft) for row in table.rows]
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
