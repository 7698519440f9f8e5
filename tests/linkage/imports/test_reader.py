"""Files into tables: kinds of file, encodings, headers among titles, merged cells, notes."""

import pytest

from linkage.imports import reader
from linkage.imports.problems import FileRefused
from linkage.imports.reader import Table
from tests.linkage.imports.lists import xlsx_bytes

KNOWN = {reader.heading_key(heading) for heading in ("事项名称", "法定时限(工作日)", "主管部门")}
CSV = "事项名称,主管部门\n食品经营许可,市场监管局\n"


def read(data: bytes, name: str = "list.csv") -> Table:
    return reader.read(name, data, KNOWN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_it_reads_csv_in_any_usual_encoding(encoding: str) -> None:
    table = read(CSV.encode(encoding))
    assert [row.cells for row in table.rows] == [{"事项名称": "食品经营许可", "主管部门": "市场监管局"}]


def test_it_reads_excel() -> None:
    table = read(xlsx_bytes([["事项名称", "法定时限(工作日)"], ["食品经营许可", 20]]), "list.xlsx")
    assert table.rows[0].cells == {"事项名称": "食品经营许可", "法定时限(工作日)": "20"}


def test_it_knows_headings_by_meaning_not_by_layout() -> None:
    assert reader.heading_key("法定时限\n（工作日） *") == reader.heading_key("法定时限(工作日)")


def test_it_finds_the_header_below_titles() -> None:
    table = read("某区行政许可事项清单（2026年）,\n填表日期：2026年,\n事项名称,主管部门\n甲,乙\n".encode())
    assert [(row.line, row.cells["事项名称"]) for row in table.rows] == [(4, "甲")]
    assert table.notes == [(1, "某区行政许可事项清单（2026年）"), (2, "填表日期：2026年")]


def test_it_counts_lines_as_a_spreadsheet_does() -> None:
    table = read('事项名称,主管部门\n"食品\n经营许可",甲\n\n烟花许可,乙\n'.encode())
    assert [row.line for row in table.rows] == [2, 5]


def test_it_fills_merged_cells() -> None:
    lines = [["主管部门", "事项名称"], ["市场监管局", "甲"], [None, "乙"], ["卫健委", "丙"]]
    table = read(xlsx_bytes(lines, merged=["A2:A3"]), "list.xlsx")
    assert [row.cells["主管部门"] for row in table.rows] == ["市场监管局", "市场监管局", "卫健委"]


def test_it_leaves_out_notes_below_the_table_but_names_them() -> None:
    table = read("事项名称,主管部门\n甲,乙\n注：带*的事项仅限部分地区,\n".encode())
    assert len(table.rows) == 1
    assert table.notes == [(3, "注：带*的事项仅限部分地区")]


def test_it_keeps_a_lonely_cell_that_is_no_note() -> None:
    table = read("事项名称,主管部门\n甲,乙\n备案登记,\n".encode())
    assert [row.cells["事项名称"] for row in table.rows] == ["甲", "备案登记"]


def test_it_leaves_out_a_header_repeated_on_every_page() -> None:
    table = read("事项名称,主管部门\n甲,乙\n事项名称,主管部门\n丙,丁\n".encode())
    assert [row.line for row in table.rows] == [2, 4]
    assert table.notes == [(3, "事项名称 主管部门")]


def test_it_reports_what_stands_right_of_the_header() -> None:
    assert read("事项名称,主管部门\n甲,乙,多余\n".encode()).rows[0].surplus == "多余"


def test_it_shows_that_a_long_number_lost_its_digits() -> None:
    table = read(xlsx_bytes([["事项名称"], [439901010010439901010010]]), "list.xlsx")
    assert "E+" in table.rows[0].cells["事项名称"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.pdf", b"%PDF-1.7", "只能导入 .csv 或 .xlsx"),
        ("list.csv", b"", "文件是空的"),
        ("list.csv", b"\n\n", "文件是空的"),
        ("list.csv", "事项名称,主管部门\n".encode(), "只有表头"),
        ("list.csv", "甲,乙\n丙,丁\n".encode(), "没有找到表头"),
        ("list.csv", "事项名称,事项名称\n甲,乙\n".encode(), "出现了 2 次"),
        ("list.csv", b"\xff\xfe" + "事项名称".encode("utf-16-le"), "不是 CSV 文本"),
        ("list.csv", b"\x81\x20\xff\xff", "文字编码无法识别"),
        ("list.csv", '事项名称\n"甲'.encode(), "引号不成对"),
        ("list.csv", b"PK\x03\x04rest", "改为 .xlsx"),
        ("list.xlsx", "事项名称\n甲\n".encode(), "不是 Excel 工作簿"),
        ("list.xlsx", b"PK\x03\x04rest", "已损坏"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0rest", "旧版 Excel"),
    ],
)
def test_it_refuses_what_is_no_list(name: str, data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read(data, name)
