"""Runs one kind of list over one table: convert, check, build, compare, write, and account for every row."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from linkage.imports import store
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run
from linkage.imports.lookups import Lookups
from linkage.imports.problems import CellError, FileRefused
from linkage.imports.reader import Row, Table, heading_key
from linkage.imports.report import Report
from shenguan import audit
from shenguan.access.actors import Actor


def run(
    kind: Kind, table: Table, *, by: Actor, dry_run: bool = False, partial: bool = False, notes: Sequence[str] = ()
) -> Report:
    """Imports a table. Nothing is written in a dry run, or when a row is rejected and `partial` is not asked for.

    `notes` are told in the report before the engine's own. Raises FileRefused when the headings do not fit the kind.
    """
    headings = _headings(kind, table)
    state = Run(by, table.source, Lookups(), frozenset(headings))
    drafts = [_convert(kind, row, headings, state.lookups) for row in table.rows]
    with transaction.atomic():
        state.is_rehearsal = dry_run
        kind.prepare(_kept(drafts), state)
        for draft in _kept(drafts):
            _build(kind, draft, state)
        state.is_rehearsal = dry_run or (_has_rejected(drafts) and not partial)
        _store(kind, drafts, state)
        is_written = not dry_run and (partial or not _has_rejected(drafts))
        told = [*notes, *_layout_notes(kind, table), *state.notes, *dict.fromkeys(state.lookups.notes)]
        report = Report.of(kind.title, table.source, drafts, told, is_written)
        if report.has_changes:
            audit.record("catalogue.import", by=by, label=f"{kind.title}：{table.source}", detail=report.tally())
        if not is_written:
            transaction.set_rollback(True)
    return report


def _headings(kind: Kind, table: Table) -> dict[str, str]:
    """Column field -> the heading key that fills it in this file. Raises FileRefused when a required one is missing."""
    found: dict[str, str] = {}
    for column in kind.columns:
        key = next((key for key in column.heading_keys() if key in table.headings), None)
        if key is not None:
            found[column.field] = key
    missing = [column.heading for column in kind.columns if column.required and column.field not in found]
    if missing:
        unknown = [text for key, text in table.headings.items() if key not in kind.known_keys()]
        hint = f"文件中没有认出的列：{'、'.join(unknown)}。" if unknown else ""
        raise FileRefused(f"不像{kind.title}的表：缺少列“{'”、“'.join(missing)}”。{hint}请核对表头或导入的种类。")
    return found


def _convert(kind: Kind, row: Row, headings: dict[str, str], lookups: Lookups) -> Draft:
    draft = Draft(row)
    if row.surplus:
        draft.reject("", f"本行比表头多出内容“{row.surplus[:20]}”，请检查是否多了逗号或错列。")
    for column in kind.columns:
        try:
            draft.values[column.field] = _value(column, row, headings.get(column.field), lookups)
        except CellError as error:
            draft.reject(column.heading, str(error))
    if draft.outcome is None:
        for problem in kind.check(draft.values, lookups):
            draft.reject(problem.column, problem.reason)
    return draft


def _value(column: Column, row: Row, key: str | None, lookups: Lookups) -> Any:
    raw = row.cells.get(key, "") if key else ""
    if raw:
        return column.refers(lookups, raw) if column.refers else column.convert(raw)
    if column.required or (column.filled and key):
        raise CellError("不能为空；原表若是合并单元格，请用 .xlsx 导入。")
    return column.default() if callable(column.default) else column.default


def _build(kind: Kind, draft: Draft, state: Run) -> None:
    if kind.build is None:
        values = {name: value for name, value in draft.values.items() if name not in kind.beside}
        draft.instances = [kind.model(**values)]
    else:
        draft.instances = list(kind.build(draft.values, state))
    for instance in draft.instances:
        for problem in store.too_long(kind, instance):
            draft.reject(problem.column, problem.reason)


def _store(kind: Kind, drafts: Sequence[Draft], state: Run) -> None:
    try:
        with transaction.atomic():
            (kind.store or store.save)(kind, _kept(drafts), state)
            kind.after(_kept(drafts), state)
    except IntegrityError as error:
        raise FileRefused(f"与库中已有数据冲突，未写入任何数据：{error}") from error


def _layout_notes(kind: Kind, table: Table) -> list[str]:
    notes = [f"第 {line} 行不是数据，已跳过：{text}" for line, text in table.notes]
    known = kind.known_keys()
    unused = [text for key, text in table.headings.items() if key not in known]
    if unused:
        notes.append(f"没有用到的列：{'、'.join(unused)}。")
    ignored = {heading_key(heading) for heading in kind.ignored}
    computed = [text for key, text in table.headings.items() if key in ignored]
    if computed:
        notes.append(f"由系统推算、不导入的列：{'、'.join(computed)}。")
    return notes


def _kept(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.outcome is not Outcome.REJECTED]


def _has_rejected(drafts: Sequence[Draft]) -> bool:
    return len(_kept(drafts)) < len(drafts)
