"""Lists for the import tests: rows into CSV or Excel bytes, and a valid row of every kind taken from the demo city."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from linkage.imports.catalogue import KINDS, import_file
from linkage.imports.demo import FOLDER, TABLES
from linkage.imports.report import Report
from shenguan.access.actors import Actor

FILES = {kind: filename for kind, filename, _ in TABLES}


def csv_bytes(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """The rows under the headings of the first one."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(lines: Iterable[Sequence[Any]], merged: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet with these lines and merged ranges ("A2:A3")."""
    book = Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(list(line))
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def demo_rows(kind: str) -> list[dict[str, str]]:
    """All rows of a table of the demo city."""
    with (FOLDER / FILES[kind]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def demo_row(kind: str, **key: str) -> dict[str, str]:
    """The first row of a table of the demo city, or the first with these values."""
    return next(row for row in demo_rows(kind) if all(row[name] == value for name, value in key.items()))


def load(kind: str, rows: Sequence[Mapping[str, str]], **options: Any) -> Report:
    """Imports rows as a CSV file."""
    return load_bytes(kind, csv_bytes(rows), **options)


def load_bytes(kind: str, data: bytes, name: str = "list.csv", **options: Any) -> Report:
    """Imports the bytes of a file."""
    return import_file(KINDS[kind], name, data, by=Actor.system("test"), **options)


def reasons(report: Report) -> list[str]:
    """The rejections as people read them."""
    return [str(rejection) for rejection in report.rejections]
