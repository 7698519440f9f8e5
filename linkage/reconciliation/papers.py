"""A statement as .xlsx and as .docx. The Word page is `statement.docx` beside this file; an office may edit it."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from docxtpl import DocxTemplate
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from linkage.reconciliation.statements import CARD_COLUMNS, GAP_COLUMNS, Content, Row

TEMPLATE = Path(__file__).with_name("statement.docx")
PRINTED = 300  # rows of pushes on paper; the workbook holds all
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be computed by the program opening it
WIDTHS = (20, 8, 12, 14, 20, 28, 28, 16, 17, 17, 17, 12, 12, 8)
HINT = "摘要为本对账单全部内容的 SHA-256；同一版次的 Excel、Word 与平台上登记的摘要应当相同。"


def heading(content: Content) -> str:
    """云州市审管联动对账单（2026年10月）."""
    return f"{settings.CITY_NAME}审管联动对账单（{content.month.year}年{content.month.month}月）"


def workbook(content: Content, *, edition: int, made_on: date) -> bytes:
    """Four sheets: summary with digest and 签收栏, pushes, differences, cards. Streams rows, so memory stays flat."""
    book = Workbook(write_only=True)
    summary = book.create_sheet("汇总")
    summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 36, 70
    title = WriteOnlyCell(summary, heading(content))
    title.font = Font(bold=True, size=14)
    summary.append([title])
    lines: list[tuple[str, str | int]] = [
        ("部门", content.name),
        ("版次", f"第 {edition} 版"),
        ("生成日期", str(made_on)),
        *content.totals,
        ("摘要（SHA-256）", content.digest),
        ("核验", HINT),
        ("签收人", ""),
        ("签收日期", ""),
        ("单位盖章", ""),
    ]
    for label, value in lines:
        summary.append([_safe(label), _safe(value)])
    _sheet(book, "推送明细" if content.department else "各部门", content.columns, content.pushes)
    if content.department:
        _sheet(book, "差异", GAP_COLUMNS, content.gaps)
        _sheet(book, "督办牌", CARD_COLUMNS, content.cards)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place in range(len(columns)):
        sheet.column_dimensions[get_column_letter(place + 1)].width = WIDTHS[place]
    head = [WriteOnlyCell(sheet, column) for column in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_safe(value) for value in row])


def _safe(value: str | int) -> str | int:
    """Text that cannot be taken for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_MARKS) else value


def document(content: Content, *, edition: int, made_on: date) -> bytes:
    """The page to be signed and sealed, with the first PRINTED rows."""
    page = DocxTemplate(TEMPLATE)
    shown = [_printed(content, row) for row in content.pushes[:PRINTED]]
    context: dict[str, Any] = {
        "title": heading(content),
        "name": content.name,
        "edition": edition,
        "made_on": f"{made_on.year}年{made_on.month}月{made_on.day}日",
        "totals": [{"label": label, "value": value} for label, value in content.totals],
        "heads": _printed(content, content.columns),
        "rows": [{"cells": cells} for cells in shown],
        "more": max(len(content.pushes) - PRINTED, 0),
        "gaps": len(content.gaps),
        "cards": len(content.cards),
        "digest": content.digest,
        "hint": HINT,
    }
    page.render(context, autoescape=True)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _printed(content: Content, row: Sequence[str | int]) -> list[str]:
    """Seven columns fit on paper: of a push number, sequence, kind, case, item, party and state."""
    places = (0, 1, 3, 4, 5, 6, 11) if content.department else range(8)
    return [str(row[place]) for place in places]
