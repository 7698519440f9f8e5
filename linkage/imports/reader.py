"""Files into tables: finds the header, keeps the line number of every row, names the lines that hold no data."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from linkage.imports import files
from linkage.imports.problems import FileRefused

HEADER_SEARCHED = 15  # published lists carry up to a handful of title lines above their header
NOTE = re.compile(r"^[（(]?(注|备注|说明|填表|制表|填报|审核人|附件?[:：1-9]|合计|总计|共计|小计|数据来源|[*＊※])")


@dataclass(frozen=True)
class Row:
    """One line of data. `line` counts as a spreadsheet does, the first line of the file is 1."""

    line: int
    cells: dict[str, str]  # heading key -> text
    surplus: str = ""  # what stands to the right of the last heading


@dataclass(frozen=True)
class Table:
    """The rows under a header, and what else stood in the file."""

    source: str
    headings: dict[str, str]  # heading key -> heading as written
    rows: list[Row]
    notes: list[tuple[int, str]]  # lines that are no data: titles, repeated headers, remarks below the table


def heading_key(heading: str) -> str:
    """One form for all spellings of a heading: bracket width, blanks, line breaks, case and a last * do not count."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip("*:").lower()


def read(name: str, data: bytes, known: Collection[str]) -> Table:
    """The table in a file. `known` are the heading keys that may occur; the header is the line with most of them.

    Raises FileRefused for a file of the wrong kind, an empty one, or one without a header.
    """
    sheets = files.sheets(name, data)
    if not any(line.texts for sheet in sheets for line in sheet):
        raise FileRefused("文件是空的，没有任何内容。")
    best, best_at, best_score = sheets[0], 0, 0
    for sheet in sheets:
        for at, line in enumerate(sheet[:HEADER_SEARCHED]):
            score = len({heading_key(text) for text in line.texts} & set(known))
            if score > best_score:
                best, best_at, best_score = sheet, at, score
    if not best_score:
        first = next(line.texts for sheet in sheets for line in sheet if line.texts)
        raise FileRefused(f"没有找到表头：前 {HEADER_SEARCHED} 行里没有认识的列名。第一行是“{_short(first)}”。")
    return _table(name, best, best_at, known)


def _table(name: str, lines: Sequence[files.Line], header_at: int, known: Collection[str]) -> Table:
    header = [heading_key(text) for text in lines[header_at].texts]
    for key in set(header) & set(known):
        if header.count(key) > 1:
            raise FileRefused(f"表头中“{key}”出现了 {header.count(key)} 次，请保留一列。")
    headings = {key: " ".join(text.split()) for key, text in zip(header, lines[header_at].texts, strict=True) if key}
    rows: list[Row] = []
    notes = [(line.number, _short(line.texts)) for line in lines[:header_at] if line.texts]
    for line in lines[header_at + 1 :]:
        if _is_note(line.texts, header):
            notes.append((line.number, _short(line.texts)))
        elif line.texts:
            rows.append(_row(line, header))
    if not rows:
        raise FileRefused("只有表头，没有数据行。")
    return Table(name, headings, rows, notes)


def _row(line: files.Line, header: Sequence[str]) -> Row:
    cells = {key: text for key, text in zip(header, line.texts, strict=False) if key}
    surplus = "".join(text for key, text in zip(header, line.texts, strict=False) if not key)
    return Row(line.number, cells, surplus + "".join(line.texts[len(header) :]))


def _is_note(texts: Sequence[str], header: Sequence[str]) -> bool:
    """A repeated header (page breaks), or one single text that begins like a remark."""
    if not texts:
        return False
    if [heading_key(text) for text in texts] == list(header):
        return True
    single = {text for text in texts if text}
    return len(single) == 1 and NOTE.match(single.pop()) is not None


def _short(texts: Iterable[str]) -> str:
    text = " ".join(dict.fromkeys(text for text in texts if text))
    return text if len(text) <= 40 else f"{text[:40]}…"
