"""惩戒措施清单: published measures against broken trust (R6.03)."""

from credit.models import Measure
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind

KIND = Kind(
    name="measures",
    title="惩戒措施",
    model=Measure,
    columns=(
        Column("code", "措施编码", cells.code, required=True),
        Column("name", "措施名称", required=True),
        Column("group", "分组", cells.one_of("A", "B", "C"), required=True),
        Column("category", "惩戒类别", required=True),
        Column("content", "惩戒内容", required=True),
        Column("target", "惩戒对象", required=True),
        Column("implementers", "实施主体", cells.listing, required=True),
        Column("legal_basis", "法规政策依据", cells.citations, required=True),
        Column("basis_level", "依据层级", required=True),
        Column("term", "惩戒期限", required=True),
        Column("is_active", "启用状态", cells.either("启用", "停用"), default=True),
        Column("effective_on", "生效日期", cells.day, required=True),
    ),
    key=("code",),
)
