"""部门: bodies that approve, supervise, keep credit data or coordinate."""

import re
from collections.abc import Iterable, Sequence

from linkage.imports import cells, superiors
from linkage.imports.kinds import Column, Draft, Kind, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from shenguan.org.models import Department

PLACE = re.compile(r".{2,20}?[市区县旗]")  # 临江区市场监督管理局 sits in 临江区


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """Nobody is his own superior."""
    if values["parent_code"] == values["code"]:
        yield Problem("上级部门", "不能是本部门自己。")


def prepare(drafts: Sequence[Draft], run: Run) -> None:
    """Saves divisions nobody knew, named after the first department that sits there, and tells so."""
    for draft in drafts:
        region = draft.values["region"]
        if region.pk is None:
            place = PLACE.match(draft.values["name"])
            region.name = place[0] if place else region.code
            region.save()
            run.tell_once(f"新建行政区划 {region.code} {region.name}，名称取自部门名称；请导入行政区划核对。")


def build(values: Values, _run: Run) -> Sequence[Department]:
    """A department; its superior is set when it is stored."""
    fields = {name: value for name, value in values.items() if name != "parent_code"}
    fields["short_name"] = fields["short_name"] or fields["name"]
    return [Department(**fields)]


KIND = Kind(
    name="departments",
    title="部门",
    model=Department,
    columns=(
        Column("code", "部门编码", cells.code, ("部门代码", "单位编码"), required=True),
        Column("name", "部门名称", aliases=("单位名称", "部门全称"), required=True),
        Column("short_name", "简称", aliases=("部门简称", "单位简称")),
        Column("uscc", "统一社会信用代码", cells.organisation_code, ("信用代码", "社会信用代码")),
        Column("region", "行政区划", aliases=("区划", "行政区划代码"), refers=Lookups.region_or_new, required=True),
        Column("level", "层级", cells.choice(Department.Level), ("行政层级",), required=True),
        Column("parent_code", "上级部门", cells.code, ("上级部门编码", "主管单位")),
        Column("kind", "类型", cells.choice(Department.Kind), ("部门类型", "职能"), required=True),
    ),
    key=("code",),
    check=check,
    prepare=prepare,
    build=build,
    store=superiors.save,
    derived={"parent": "parent_code"},
    beside=("parent_code",),
    unique=(("name",),),
)
