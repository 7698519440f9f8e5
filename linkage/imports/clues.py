"""线索: reports from hotlines, complaints, sensors and other departments."""

from collections.abc import Iterable

from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from supervision.models import Clue


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """The named party is the subject."""
    subject = values["subject"]
    if subject is not None and values["named_party"] and not cells.same_name(values["named_party"], subject.name):
        yield Problem("被反映对象", f"与主体编码所指的“{subject.name}”不一致。")


KIND = Kind(
    name="clues",
    title="线索",
    model=Clue,
    columns=(
        Column("number", "线索编号", cells.code, required=True),
        Column("source", "来源", cells.one_of(*Clue.SOURCES), required=True),
        Column("source_number", "来源单号", required=True),
        Column("received_at", "接收时间", cells.moment, required=True),
        Column("subject", "主体编码", refers=Lookups.subject, default=None),
        Column("named_party", "被反映对象"),
        Column("region", "行政区划", refers=Lookups.region, required=True),
        Column("address", "地址", required=True),
        Column("title", "标题", required=True),
        Column("content", "内容", required=True),
        Column("attachment_kinds", "附件类型", cells.listing, default=list),
        Column("reporter", "反映人", required=True),
        Column("reporter_phone", "联系电话", cells.phone),
        Column("is_anonymous", "是否匿名", cells.yes_no, required=True),
        Column("urgency", "紧急程度", cells.choice(Clue.Urgency), required=True),
        Column("item", "建议监管事项编码", refers=Lookups.supervision_item, required=True),
        Column("department", "建议承办部门", refers=Lookups.only_department, required=True),
        Column("handling_days", "处置时限(工作日)", cells.working_days, ("处置时限",), required=True),
        Column("status", "状态", cells.choice(Clue.Status), required=True),
    ),
    key=("number",),
    check=check,
)
