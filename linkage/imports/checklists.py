"""检查要素: the checklist of a supervision item, one element a row."""

from linkage.imports import cells
from linkage.imports.kinds import Column, Kind
from linkage.imports.lookups import Lookups
from supervision.models import ChecklistElement

KIND = Kind(
    name="checklists",
    title="检查要素",
    model=ChecklistElement,
    columns=(
        Column("item", "监管事项编码", refers=Lookups.supervision_item, required=True),
        Column("sequence", "序号", cells.small_integer, required=True),
        Column("dimension", "维度", aliases=("检查维度",), required=True),
        Column("content", "检查内容", aliases=("检查要素", "检查项目"), required=True),
        Column("method", "检查方法"),
        Column("verdicts", "判定", cells.several("合格", "不合格", "合理缺项"), ("判定结论",), required=True),
        Column("basis", "依据"),
        Column("severity", "严重程度", cells.one_of("一般", "较重", "严重"), required=True),
    ),
    key=("item", "sequence"),
)
