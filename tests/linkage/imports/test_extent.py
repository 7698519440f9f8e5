"""Workbooks made to exhaust the reader: refused with a sentence, before their cells are laid out."""

import io
import zipfile

import pytest

from linkage.imports import extent, files
from linkage.imports.problems import FileRefused
from tests.linkage.imports.lists import xlsx_bytes

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(*rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def workbook(content: bytes) -> bytes:
    """A workbook whose only sheet has this content."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes([["事项名称"]]))) as plain,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in plain.namelist():
            changed.writestr(name, content if name == SHEET else plain.read(name))
    return made.getvalue()


FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ((), 0),
        ((FIRST,), 1),
        ((FIRST, '<row r="3"><c r="B3"><v>1</v></c></row>'), 6),
        ((FIRST, "<row><c><v>1</v></c><c><v>1</v></c></row>"), 4),
        ((FIRST, '<row r="1048576"><c r="XFD1048576" s="1"/></row>'), 1),
    ],
)
def test_it_counts_the_cells_up_to_the_last_filled_one(rows: tuple[str, ...], cells: int) -> None:
    assert extent.area(sheet(*rows)) == cells


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r = 'XFD1048576' t='inlineStr'><is><t>x</t></is></c></row>",
        '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c/><c/><c><v>1</v></c></row>',
    ],
)
def test_it_refuses_cells_far_apart(far: str) -> None:
    with pytest.raises(FileRefused, match="相隔太远"):
        files.sheets("list.xlsx", workbook(sheet(FIRST, far)))


def test_it_reads_a_sheet_whose_empty_cells_are_only_formatted_far_out() -> None:
    data = workbook(sheet(FIRST, '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert [line.texts for line in files.sheets("list.xlsx", data)[0]] == [["1"]]


@pytest.mark.parametrize("place", ["A", "12", "ABCD1", "A12345678"])
def test_it_refuses_a_place_no_spreadsheet_has(place: str) -> None:
    with pytest.raises(FileRefused, match="损坏"):
        files.sheets("list.xlsx", workbook(sheet(f'<row r="1"><c r="{place}"><v>1</v></c></row>')))


def test_it_refuses_a_part_that_is_bigger_than_it_says() -> None:
    data = workbook(sheet(FIRST))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    smaller = data.replace(size.to_bytes(4, "little"), (size - 1).to_bytes(4, "little"))
    with pytest.raises(FileRefused, match="损坏"):
        files.sheets("list.xlsx", smaller)


def test_it_refuses_a_workbook_that_unpacks_into_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xlsx_bytes([["事项名称"]])
    monkeypatch.setattr(files, "SIZE_LIMIT", len(data))
    with pytest.raises(FileRefused, match="展开后超过"):
        files.sheets("list.xlsx", data)
