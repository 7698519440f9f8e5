"""申请材料: the papers an item asks for, one a row or, in published lists, all of an item in one cell."""

import re
from collections.abc import Iterable, Sequence

from approvals.models import ItemMaterial
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem

# "其他材料", "法律法规规定的其他有关文件": whatever the office thinks of later (R2.07). "其他股东的声明" names a paper.
CATCH_ALL = re.compile(
    r"(其他|其它)(需要|应当|必要|必须|要求|有关|相关|申请|证明|提交|提供|补充|所需|的|、)*(材料|资料|文件|文书|证件|手续|情况)(等)?[。)）]?$"
)
FORMS = ("原件", "复印件", "原件及复印件", "电子文件", "电子证照共享", "不限")


def is_catch_all(name: str) -> bool:
    """Whether a material is named so that anything could be asked for (R2.07)."""
    return CATCH_ALL.search("".join(name.split())) is not None


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """No catch-all papers; a place in the order only where a row is one paper."""
    for name in values["names"]:
        if is_catch_all(name):
            yield Problem("材料名称", f"“{name}”是兜底表述，须写明具体材料（RULES R2.07）。")
    if len(values["names"]) > 1 and values["sequence"] is not None:
        yield Problem("序号", "一行写了多份材料时不能填序号，请拆成一行一份。")
    if values["sequence"] is None and len(set(values["names"])) < len(values["names"]):
        yield Problem("材料名称", "同一事项的材料名称重复。")


def build(values: Values, _run: Run) -> Sequence[ItemMaterial]:
    """One row per paper, numbered from 1 in the order they are written."""
    shared = {name: values[name] for name in ("item", "source", "necessity", "form", "copies", "basis")}
    if values["copies"] is None:
        shared["copies"] = 0 if values["necessity"] == ItemMaterial.Necessity.WAIVED else 1
    return [
        ItemMaterial(**shared, name=name, sequence=values["sequence"] or place)
        for place, name in enumerate(values["names"], start=1)
    ]


KIND = Kind(
    name="materials",
    title="申请材料",
    model=ItemMaterial,
    columns=(
        Column("item", "事项编码", aliases=("item_code",), refers=Lookups.approval_item, required=True),
        Column("sequence", "序号", cells.small_integer, default=None),
        Column("names", "材料名称", cells.listing, ("申请材料", "materials"), required=True),
        Column("source", "来源", aliases=("来源渠道",), default="申请人"),
        Column("necessity", "必要性", cells.choice(ItemMaterial.Necessity), default=ItemMaterial.Necessity.MAIN),
        Column("form", "形式", cells.one_of(*FORMS), ("材料形式",), default="不限"),
        Column("copies", "份数", cells.small_integer, default=None),
        Column("basis", "依据"),
    ),
    key=("item", "sequence"),
    check=check,
    build=build,
    derived={"name": "names"},
    beside=("names",),
)
