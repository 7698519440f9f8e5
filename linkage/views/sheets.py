"""Workbooks and text files handed out: one heading row, frozen, with a filter, widths that fit."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from linkage import wording
from linkage.models import Push

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST = 8, 42
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so would be computed by the program opening it

Cell = str | int | date | datetime | None

PUSH_COLUMNS = (
    "推送编号",
    "类型",
    "状态",
    "待办",
    "到期日",
    "相对人",
    "统一社会信用代码",
    "审批事项",
    "监管事项",
    "办件编号",
    "接收部门",
    "责任科室",
    "责任人",
    "承办人",
    "推送部门",
    "推送时间",
)


def push_row(push: Push) -> list[Cell]:
    """One push under PUSH_COLUMNS. Fetch it with subject, application item, departments and people."""
    return [
        push.number,
        wording.kind_label(push.kind),
        push.get_status_display(),
        push.get_next_step_display(),
        push.due_on,
        push.shown_heading,
        (push.subject.uscc or "") if push.subject else "",
        push.application.item.name if push.application else push.topic,
        push.supervision_item.name if push.supervision_item else "",
        push.case_number,
        str(push.department),
        push.office.name if push.office else "",
        push.owner.name,
        push.handler.name,
        str(push.sender),
        timezone.localtime(push.pushed_at).replace(tzinfo=None),
    ]


def safe(value: Cell) -> Cell:
    """Text that cannot be taken for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_MARKS) else value


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """An .xlsx file to save, named after the title and the day."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    lines = [[safe(cell) for cell in row] for row in rows]
    for place, column in enumerate(columns):
        longest = max((_width(line[place]) for line in lines), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(
            max(longest, _width(column), NARROWEST), WIDEST
        )
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(lines) + 1}"
    heading = [WriteOnlyCell(sheet, column) for column in columns]
    for cell in heading:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E9F0F9")
        cell.alignment = Alignment(vertical="center")
    sheet.append(heading)
    for line in lines:
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return saved(content.getvalue(), XLSX, f"{title}_{timezone.localdate():%Y%m%d}.xlsx")


def text_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A .csv file in UTF-8 with a mark, so that Excel reads it as such."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    name = f"{title}_{timezone.localdate():%Y%m%d}.csv"
    return saved(("\ufeff" + content.getvalue()).encode(), "text/csv; charset=utf-8", name)


def saved(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Bytes that the browser saves under a Chinese name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _width(value: Cell) -> int:
    """Columns a text takes: a Chinese character counts two."""
    text = str(value or "")
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) + 2
