"""法规依据: the register of laws and standards that lists cite."""

from linkage.imports import cells
from linkage.imports.kinds import Column, Kind
from shenguan.org.models import Law

KIND = Kind(
    name="laws",
    title="法规依据",
    model=Law,
    columns=(
        Column("name", "法规名称", aliases=("名称",), required=True),
        Column("category", "类别", aliases=("法规类别", "效力级别"), required=True),
        Column("issued_as", "文号或公布信息", aliases=("文号",)),
        Column("text_dated", "核对所用文本日期", cells.day, default=None),
        Column("effective_on", "施行日期", cells.day, default=None),
        Column("check_state", "核对状态"),
        Column("note", "说明", aliases=("备注",)),
    ),
    key=("name",),
    ignored=("引用次数", "引用条数"),
)
