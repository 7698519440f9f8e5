"""How far a worksheet reaches, asked before its cells are laid out.

The reader makes room for every cell between A1 and the last filled one, and two cells of a file of five kilobytes can
lie seventeen thousand million cells apart: the process would end for want of memory, without an exception to catch.
"""

import re
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
FILLED = frozenset({"v", "is", "f"})  # what makes a cell more than a frame or a colour


def area(sheet: bytes) -> int:
    """Cells of the rectangle from A1 to the last filled one; 0 without any.

    Raises ValueError for a place no spreadsheet has, and for XML that is not well-formed (ExpatError).
    """
    row = column = rows = columns = 0

    def opens(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns
        name, place = tag.rpartition(":")[2], attributes.get("r", "")
        if name == "row":
            row, column = int(place) if place else row + 1, 0
        elif name == "c":
            row, column = _place(place) if place else (row, column + 1)
        elif name in FILLED:
            rows, columns = max(rows, row), max(columns, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = opens
    try:
        parser.Parse(sheet, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return rows * columns


def _place(text: str) -> tuple[int, int]:
    found = PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"not the place of a cell: {text[:20]}")
    return int(found[2]), column_index_from_string(found[1])
