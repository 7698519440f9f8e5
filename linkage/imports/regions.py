"""行政区划: divisions by GB/T 2260 code; the superior follows from the code unless it is written."""

from collections.abc import Sequence

from linkage.imports import cells, superiors
from linkage.imports.kinds import Column, Draft, Kind, Run, Values
from linkage.imports.lookups import region_code
from linkage.imports.problems import CellError
from shenguan.org.models import Region


def code(raw: str) -> str:
    """A division code of 2, 4, 6, 9 or 12 digits in the length we keep."""
    value = region_code(cells.code(raw))
    if not value.isdecimal() or len(value) not in (6, 12):
        raise CellError(f"“{raw}”不是行政区划代码，应为 6 位或 12 位数字。")
    return value


def superior(value: str) -> str:
    """The code one level up; empty for a province."""
    if len(value) == 12:
        return value[:6]
    if value.endswith("0000"):
        return ""
    return f"{value[:2]}0000" if value.endswith("00") else f"{value[:4]}00"


def build(values: Values, _run: Run) -> Sequence[Region]:
    """A division; its superior is set when it is stored."""
    return [
        Region(code=values["code"], name=values["name"], valid_from=values["valid_from"], valid_to=values["valid_to"])
    ]


def store(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Superiors first. A superior taken from the code counts only if somebody knows it; a written one must be known."""
    here = {draft.values["code"] for draft in drafts}
    known = here | set(Region.objects.values_list("code", flat=True))
    for draft in drafts:
        derived = superior(draft.values["code"])
        draft.values["parent_code"] = draft.values["parent_code"] or (derived if derived in known else "")
    superiors.save(kind, drafts, run)


KIND = Kind(
    name="regions",
    title="行政区划",
    model=Region,
    columns=(
        Column("code", "行政区划代码", code, ("区划代码", "行政区划", "代码", "code"), required=True),
        Column("name", "名称", aliases=("区划名称", "行政区划名称", "name"), required=True),
        Column("parent_code", "上级区划", code, ("上级区划代码",)),
        Column("valid_from", "启用日期", cells.day, default=None),
        Column("valid_to", "停用日期", cells.day, default=None),
    ),
    key=("code",),
    build=build,
    store=store,
    derived={"parent": "code"},
    beside=("parent_code",),
    ignored=("province_code", "city_code", "area_code"),
)
