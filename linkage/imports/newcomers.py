"""Departments a published list names and the city does not know yet: created on request before the list is read."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from linkage.imports.cells import organisation_code
from linkage.imports.kinds import Kind
from linkage.imports.lookups import Lookups, department_names
from linkage.imports.problems import CellError, FileRefused
from linkage.imports.reader import Row, Table
from shenguan.identifiers.pinyin import initials
from shenguan.org.models import Department, Region

REFERRING = {Lookups.department, Lookups.departments, Lookups.only_department}
REGION_KEYS = ("region_code", "area_code", "行政区划")  # a row may say itself where its department sits
KIND_BY_NAME = {
    "审批": Department.Kind.APPROVAL,
    "政务": Department.Kind.APPROVAL,
    "执法": Department.Kind.ENFORCEMENT,
    "信用": Department.Kind.CREDIT,
}


def create_departments(kind: Kind, table: Table, region: str) -> list[str]:
    """Creates what is missing in a region (code or name), or in the region a row names itself; returns what to report.

    Codes are the pinyin initials of the name; they can be replaced by importing departments under better ones later.
    Raises FileRefused for an unknown region.
    """
    lookups = Lookups()
    default = _region(lookups, region)
    rows: dict[str, list[Row]] = defaultdict(list)
    for name, row in _unknown(kind, table, lookups):
        rows[name].append(row)
    taken = set(Department.objects.values_list("code", flat=True))
    created = []
    for name, mentions in rows.items():
        created.append(_department(name, mentions, lookups, default, taken))
        taken.add(created[-1].code)
    Department.objects.bulk_create(created)
    if not created:
        return []
    return [f"新建部门 {len(created)} 个：{'、'.join(f'{row.name}（{row.code}）' for row in created)}。"]


def _region(lookups: Lookups, text: str) -> Region:
    try:
        return lookups.region(text)
    except CellError as error:
        raise FileRefused(str(error)) from error


def _unknown(kind: Kind, table: Table, lookups: Lookups) -> Iterator[tuple[str, Row]]:
    columns = [column for column in kind.columns if column.refers in REFERRING]
    for column in columns:
        key = next((key for key in column.heading_keys() if key in table.headings), "")
        for row in table.rows:
            cell = row.cells.get(key, "")
            if cell and not lookups.knows_department(cell):
                yield from ((name, row) for name in department_names(cell) if not lookups.knows_department(name))


def _department(name: str, rows: list[Row], lookups: Lookups, default: Region, taken: set[str]) -> Department:
    region = _own_region(rows, lookups) or default
    stem = initials(name).upper()[:20] or "BM"
    codes = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return Department(
        code=next(code for code in codes if code not in taken),
        name=name,
        short_name=name[:50],
        uscc=_usual_organ_code(rows),
        region=region,
        level=Department.Level.CITY if region.code[4:6] == "00" else Department.Level.COUNTY,
        kind=next((kind for word, kind in KIND_BY_NAME.items() if word in name), Department.Kind.SUPERVISION),
    )


def _own_region(rows: list[Row], lookups: Lookups) -> Region | None:
    for text in (row.cells.get(key, "") for row in rows for key in REGION_KEYS):
        if text:
            try:
                return lookups.region(text)
            except CellError:
                continue
    return None


def _usual_organ_code(rows: list[Row]) -> str:
    """The valid organ code most of the department's rows carry."""
    codes: Counter[str] = Counter()
    for row in rows:
        try:
            codes[organisation_code(row.cells.get("implementing_org_uscc", ""))] += 1
        except CellError:
            continue
    return codes.most_common(1)[0][0] if codes else ""
