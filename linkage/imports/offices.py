"""科室: offices inside departments."""

from linkage.imports import cells
from linkage.imports.kinds import Column, Kind
from linkage.imports.lookups import Lookups
from shenguan.org.models import Office

KIND = Kind(
    name="offices",
    title="科室",
    model=Office,
    columns=(
        Column("code", "科室编码", cells.code, ("科室代码", "处室编码"), required=True),
        Column("name", "科室名称", aliases=("处室名称", "内设机构"), required=True),
        Column(
            "department", "部门编码", aliases=("所属部门", "部门名称", "部门"), refers=Lookups.department, required=True
        ),
        Column("function", "职能类型", aliases=("职能",), required=True),
        Column("duty", "职责", aliases=("主要职责",)),
        Column("phone", "办公电话", cells.phone, ("联系电话", "电话")),
    ),
    key=("code",),
)
