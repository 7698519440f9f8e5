"""Workbooks around the import of the list: an empty one with instructions, the uploaded one with errors marked."""

import io
from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from linkage.imports.into_draft import Marked
from linkage.imports.kinds import Column
from linkage.imports.linkage_list import CONTENTS, KIND, PROBLEMS
from linkage.models import Basis, LinkageEntry
from linkage.views.list_columns import COLUMNS
from linkage.views.sheets import XLSX, safe, saved

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
    """An empty workbook: the columns with choices to pick from, and a second sheet that explains them."""
    book, sheet = _book()
    _heading(sheet, COLUMNS)
    for place, column in enumerate(KIND.columns, start=1):
        letter = get_column_letter(place)
        if _is_needed(column):
            sheet[f"{letter}1"].fill = NEEDED
        if column.field in CHOICES:
            offered = DataValidation(type="list", formula1=f'"{",".join(CHOICES[column.field])}"', allow_blank=True)
            offered.error = f"请从下拉项中选择{column.heading}。"
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
        if column.refers is not None:
            for row in range(2, 52):
                sheet[f"{letter}{row}"].number_format = "@"  # codes stay text
    about = book.create_sheet("填写说明")
    _heading(about, ("列名", "是否必填", "怎么填"))
    for column in KIND.columns:
        about.append([column.heading, "必填" if _is_needed(column) else "可空", _hint(column)])
    about.column_dimensions["C"].width = 90
    return _saved(book, "审管联动事项清单_导入模板.xlsx")


def annotated(marked: Marked, name: str) -> HttpResponse:
    """The uploaded rows with a column that says what is wrong, wrong cells coloured; corrected, it can come back."""
    book, sheet = _book()
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


def _book() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, book.create_sheet("清单")


def _is_needed(column: Column) -> bool:
    return column.required and column.field not in ("label", "effective_from")


def _hint(column: Column) -> str:
    if column.field in CHOICES:
        return "、".join(CHOICES[column.field]) + "，选一项"
    if column.field in SEVERAL:
        return "、".join(SEVERAL[column.field]) + "，多项用 | 分开"
    return HINTS.get(column.field, "")


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
