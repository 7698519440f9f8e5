"""Bytes into lines of text: CSV in UTF-8 or GB18030, and Excel workbooks with their merged cells filled."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from linkage.imports import extent
from linkage.imports.problems import FileRefused

SIZE_LIMIT = 50 * 1024 * 1024  # bytes, also of an unpacked workbook
MOST_CELLS = 2_000_000  # of all sheets together, blank ones between filled ones counted
EXACT_DIGITS = 15  # Excel keeps no more digits of a number; longer codes must be stored as text
# What zipfile raises: damaged, an unknown compression, a password, an absurd place of a cell.
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError)
ZIP_MARK, OLD_OFFICE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Line:
    """One line of a sheet; `texts` is empty for a blank line."""

    number: int
    texts: list[str]


Sheet = list[Line]


def sheets(name: str, data: bytes) -> list[Sheet]:
    """The sheets of a file, told apart by content as well as by name. Raises FileRefused when it is neither kind."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise FileRefused(f"只能导入 .csv 或 .xlsx 文件，“{PurePath(name).name}”不是。")
    if not data:
        raise FileRefused("文件是空的，没有任何内容。")
    if len(data) > SIZE_LIMIT:
        raise FileRefused("文件超过 50 MB，请拆分后导入。")
    if data.startswith(OLD_OFFICE_MARK):
        raise FileRefused("这是旧版 Excel（.xls）文件，请另存为 .xlsx 再导入。")
    if suffix == ".xlsx":
        return _workbook(data)
    if data.startswith(ZIP_MARK):
        raise FileRefused("扩展名是 .csv，内容却是 Excel 工作簿，请把扩展名改为 .xlsx。")
    return [list(_csv_lines(_decoded(data)))]


def _decoded(data: bytes) -> str:
    """UTF-8 first, because valid UTF-8 is hardly ever meant as GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise FileRefused("文件不是 CSV 文本（可能是 Unicode 文本或其他类型），请另存为“CSV UTF-8”或 .xlsx。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("文字编码无法识别，请另存为“CSV UTF-8”再导入。")


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            yield _line(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(f"第 {start} 行的引号不成对，无法按 CSV 读取（{error}）。") from error


def _workbook(data: bytes) -> list[Sheet]:
    if not data.startswith(ZIP_MARK):
        raise FileRefused("扩展名是 .xlsx，内容却不是 Excel 工作簿，请重新另存。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_extent(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, *BROKEN_ARCHIVE) as error:
        raise FileRefused("Excel 工作簿已损坏或带有密码，无法读取，请重新另存。") from error


def _check_extent(archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for a workbook too big to lay out, and what zipfile raises where a part is not as declared.

    Every part is read once, because the sizes a file declares are only claims.
    """
    if sum(part.file_size for part in archive.infolist()) > SIZE_LIMIT:
        raise FileRefused("工作簿展开后超过 50 MB，请拆分后导入。")
    cells = 0
    for part in archive.infolist():
        content = archive.read(part)
        if b"sheetData" in content:
            cells += extent.area(content)
    if cells > MOST_CELLS:
        raise FileRefused("工作表的内容相隔太远（超过 200 万个单元格），请删去远处的零星内容，或拆分后导入。")


def _sheet(sheet: CalamineSheet) -> Sheet:
    cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [cells[top][left]] * (min(right + 1, len(row)) - left)
    return [_line(number, row) for number, row in enumerate(cells, start=1)]


def _line(number: int, cells: Sequence[str]) -> Line:
    texts = [cell.strip() for cell in cells]
    return Line(number, texts if any(texts) else [])


def _text(value: str | float | bool | datetime | date | time | timedelta) -> str:
    """A cell as people read it. Numbers beyond Excel's precision show an exponent, so that no code passes for whole."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**EXACT_DIGITS else f"{value:G}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
    return str(value)
