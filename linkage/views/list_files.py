"""Workbooks around the import of the list: an empty one with instructions, the uploaded one with errors marked."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from linkage.imports import cells
from linkage.imports.into_draft import Marked
from linkage.imports.kinds import Kind
from linkage.imports.linkage_list import CONTENTS, KIND, PROBLEMS
from linkage.models import Basis, LinkageEntry
from linkage.views.sheets import XLSX, safe, saved

CODES = (cells.code, cells.organisation_code)
TEMPLATE_ROWS = 2000  # how far down the choices of a cell are offered
HEAD, NEEDED, WRONG = (PatternFill("solid", fgColor=colour) for colour in ("E9F0F9", "FFF3D6", "FBE3E1"))
CHOICES: Mapping[str, Sequence[str]] = {
    "claim_mode": LinkageEntry.ClaimMode.labels,
    "basis": Basis.labels,
    "feedback_scope": LinkageEntry.FeedbackScope.labels,
}
SEVERAL: Mapping[str, Sequence[str]] = {"stages": LinkageEntry.Stage.labels, "contents": CONTENTS}
HINTS = {
    "sequence": "整数，同一文件内不重复为宜",
    "approval_item": "审批事项目录中的事项编码；设为文本格式，以免丢失末位",
    "supervision_item": "监管事项目录中的编码；一个审批事项对应多个监管事项的，写成多行",
    "department": "监管部门的编码、名称或简称，只写一个",
    "approval_liaison": "登录名；姓名不重复的也可写姓名",
    "liaison": "登录名；姓名不重复的也可写姓名",
    "approval_deputy": "可空；联络人离岗时承接，须为同一部门",
    "deputy": "可空；联络人离岗时承接，须为同一部门",
    "condition": "不分情形的填“全部”",
    "claim_days": "推送即认领填 0；协商认领至少 1",
    "first_check_days": "空为双随机抽查，不单独首查",
    "paper": "可空；已登记的权责依据文书的文号，跨层级条目必填",
    "ladder": "可空；催办规则的名称，空为默认规则",
    "label": "可空，以草稿为准",
    "effective_from": "可空，以草稿为准",
}


def template() -> HttpResponse:
    """An empty workbook of the list: the columns with choices to pick from, and a second sheet that explains them."""
    return blank(
        replace(KIND, title="清单"),
        Help(CHOICES, SEVERAL, HINTS, ("label", "effective_from")),
        "审管联动事项清单_导入模板.xlsx",
    )


@dataclass(frozen=True)
class Help:
    """What the empty workbook of a kind says about its columns, by field."""

    choices: Mapping[str, Sequence[str]]  # one of these words
    several: Mapping[str, Sequence[str]]  # several of them, divided by |
    hints: Mapping[str, str]
    optional: Sequence[str] = ()  # required by the engine, filled by the page

    def words(self, field: str) -> str:
        """How a cell is filled."""
        if field in self.choices:
            return "、".join(self.choices[field]) + "，选一项"
        if field in self.several:
            return "、".join(self.several[field]) + "，多项用 | 分开"
        return self.hints.get(field, "")


def blank(kind: Kind, said: Help, name: str) -> HttpResponse:
    """An empty workbook of any kind."""
    book, sheet = _book(kind.title)
    _heading(sheet, [column.heading for column in kind.columns])
    about = book.create_sheet("填写说明")
    _heading(about, ("列名", "是否必填", "怎么填"))
    for place, column in enumerate(kind.columns, start=1):
        letter = get_column_letter(place)
        is_needed = column.required and column.field not in said.optional
        about.append([column.heading, "必填" if is_needed else "可空", said.words(column.field)])
        if is_needed:
            sheet[f"{letter}1"].fill = NEEDED
        if column.field in said.choices:
            offered = DataValidation(
                type="list", formula1=f'"{",".join(said.choices[column.field])}"', allow_blank=True
            )
            offered.error = f"请从下拉项中选择{column.heading}。"
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
        if column.refers is not None or column.convert in CODES:
            for row in range(2, 52):
                sheet[f"{letter}{row}"].number_format = "@"  # codes stay text
    about.column_dimensions["C"].width = 90
    return _saved(book, name)


def annotated(marked: Marked, name: str) -> HttpResponse:
    """The uploaded rows with a column that says what is wrong, wrong cells coloured; corrected, it can come back."""
    book, sheet = _book("清单")
    _heading(sheet, [PROBLEMS, *marked.headings])
    for at, row in enumerate(marked.rows, start=2):
        sentences = [f"{column or '整行'}：{reason}" for column, reason in row.problems]
        sheet.append([safe("；".join(sentences)), *(safe(cell) for cell in row.cells)])
        if not sentences:
            continue
        sheet.cell(at, 1).fill = WRONG
        for column, reason in row.problems:
            if column in marked.headings:
                cell = sheet.cell(at, marked.headings.index(column) + 2)
                cell.fill, cell.comment = WRONG, Comment(reason, "审管联动")
    sheet.column_dimensions["A"].width = 60
    return _saved(book, f"{name.rsplit('.', 1)[0]}_问题标注.xlsx")


def _book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, book.create_sheet(title)


def _heading(sheet: Worksheet, columns: Sequence[str]) -> None:
    sheet.append(list(columns))
    sheet.freeze_panes = "A2"
    for place, _ in enumerate(columns, start=1):
        cell = sheet.cell(1, place)
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = 18


def _saved(book: Workbook, name: str) -> HttpResponse:
    content = io.BytesIO()
    book.save(content)
    return saved(content.getvalue(), XLSX, name)
