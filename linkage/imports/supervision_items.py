"""监管事项: what departments check, from our own table or from a published inspection list."""

import re
from collections.abc import Iterable, Sequence

from linkage.imports import cells
from linkage.imports.approval_items import temporary_code
from linkage.imports.kinds import Column, Kind, Run, Values
from linkage.imports.lookups import Lookups, department_names
from linkage.imports.problems import CellError, Problem
from shenguan.identifiers.pinyin import initials
from supervision.models import SupervisionItem

GRADES = "ABCD"
KEY_FIELD = {"重点检查事项": True, "重点抽查": True, "一般检查事项": False, "一般抽查": False, "是": True, "否": False}


def frequency(raw: str) -> dict[str, int]:
    """Visits a year for each risk grade, written A:0|B:1|C:2|D:4, never fewer for a higher risk (R4.03)."""
    pairs = re.findall(r"([ABCD])[:：](\d+)", cells.half_width(raw))
    visits = {grade: int(count) for grade, count in pairs}
    if "|".join(f"{grade}:{visits.get(grade)}" for grade in GRADES) != cells.half_width(raw):
        raise CellError(f"“{raw}”应写成 A:0|B:1|C:2|D:4。")
    if sorted(visits.values()) != list(visits.values()):
        raise CellError(f"“{raw}”中风险高的等级次数不得少于风险低的。")
    return visits


def key_field(raw: str) -> bool:
    """是/否, or the category published lists give."""
    if raw.strip() not in KEY_FIELD:
        raise CellError(f"“{raw}”无法识别，应填“是”或“否”。")
    return KEY_FIELD[raw.strip()]


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """The office belongs to the department."""
    office = values["office"]
    if office is not None and office.department_id != values["department"].pk:
        yield Problem("责任科室", f"科室“{office.name}”不属于监管部门“{values['department'].name}”。")


def build(values: Values, _run: Run) -> Sequence[SupervisionItem]:
    """The item; a list without codes gets stable temporary ones."""
    fields = {name: value for name, value in values.items() if name not in KIND.beside}
    if not values["code"]:
        told = (
            values["department"].code,
            values["region"],
            values["main_name"],
            values["name"],
            values["object_types"],
        )
        fields["code"] = temporary_code("JG", *told, values["ratio"])
    fields["main_name"] = values["main_name"] or values["name"]
    fields["name_initials"] = initials(values["name"])
    return [SupervisionItem(**fields)]


KIND = Kind(
    name="supervision-items",
    title="监管事项",
    model=SupervisionItem,
    columns=(
        Column("code", "监管事项编码", cells.code, ("事项编码", "检查事项编码"), filled=True),
        Column("main_name", "主项名称", aliases=("抽查项目", "domain")),
        Column("name", "子项名称", aliases=("监管事项名称", "检查事项", "抽查事项", "item_name"), required=True),
        Column("action_type", "行政行为类型", cells.choice(SupervisionItem.ActionType), default="inspection"),
        Column(
            "department", "监管部门", aliases=("牵头部门", "lead_department"), refers=Lookups.department, required=True
        ),
        Column("partner_departments", "配合部门", department_names, ("联合部门", "partner_departments"), default=list),
        Column("office", "责任科室", refers=Lookups.office, default=None),
        Column("object_types", "监管对象类型", cells.listing, ("检查对象", "inspected_object"), default=list),
        Column("methods", "监管方式", cells.listing, ("检查方式", "method"), default=list),
        Column("forms", "检查形式", cells.several("现场", "非现场"), default=list),
        Column("legal_basis", "设定依据", cells.citations, ("检查依据", "legal_basis"), default=list),
        Column("levels", "监管层级", cells.several("国家级", "省级", "市级", "县级"), default=list),
        Column("yearly_frequency", "年度频次", frequency, default=dict),
        Column("is_key_field", "重点监管", key_field, ("事项类别", "category"), default=False),
        Column("region", "地区", aliases=("region",)),
        Column("ratio", "抽查比例和频次", aliases=("ratio_frequency",)),
    ),
    key=("code",),
    check=check,
    build=build,
    derived={"name_initials": "name"},
    beside=("region", "ratio"),
)
