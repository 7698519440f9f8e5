"""信用记录: decided facts about subjects, with the publicity dates the deciding office computed."""

from collections.abc import Iterable, Sequence

from credit.models import CreditRecord
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem

RULE_VERSIONS = ("NDRC36-2026", "NDRC58-2023", "SAMR107-2025", "SAMR45-2021", "SPC-2017", "守信激励")


def count_from(raw: str) -> str:
    """The day publicity counts from; — where it does not count."""
    value = cells.one_of("决定日", "公示日", "纳入日", "—", "-")(raw)
    return "" if value in ("—", "-") else value


def check(values: Values, lookups: Lookups) -> Iterable[Problem]:
    """Dates in their order, a repair with its date, a ban with its basis, persons never public (R6.08)."""
    subject = values["subject"]
    if values["subject_name"] and not cells.same_name(values["subject_name"], subject.name):
        yield Problem("主体名称", f"与主体编码所指的“{subject.name}”不一致。")
    if subject.is_person and values["visibility"] != CreditRecord.Visibility.AUTHORISED:
        yield Problem("可见级别", "自然人的信用记录只能是“授权查询”。")
    for name in ("published_on", "minimum_until", "publicity_until", "repaired_on", "ban_until", "revoked_on"):
        if values[name] is not None and values[name] < values["decided_on"]:
            yield Problem(KIND.heading(name), f"早于决定日期 {values['decided_on']}。")
    if values["minimum_until"] and values["publicity_until"] and values["minimum_until"] > values["publicity_until"]:
        yield Problem("最短公示截止", "晚于公示截止。")
    if (values["repair_state"] == CreditRecord.Repair.REPAIRED) != (values["repaired_on"] is not None):
        yield Problem("修复日期", "修复状态为“已修复”时必须填写，其他状态应留空。")
    if values["ban_until"] and not values["ban_basis"]:
        yield Problem("限制依据", "写了再申请限制截止，就必须写明限制依据。")  # R1.23


def build(values: Values, _run: Run) -> Sequence[CreditRecord]:
    """The record; it names the related item by code because credit stands below approvals."""
    fields = {name: value for name, value in values.items() if name not in KIND.beside}
    item = values["related_item"]
    return [CreditRecord(**fields, related_item_code=item.code if item else "")]


KIND = Kind(
    name="credit-records",
    title="信用记录",
    model=CreditRecord,
    columns=(
        Column("number", "记录编号", cells.code, required=True),
        Column("subject", "主体编码", aliases=("统一社会信用代码", "证件号码"), refers=Lookups.subject, required=True),
        Column("subject_name", "主体名称"),
        Column("level", "等级", cells.choice(CreditRecord.Level), required=True),
        Column("category", "类别", cells.choice(CreditRecord.Category), required=True),
        Column("authority", "认定部门", refers=Lookups.only_department, required=True),
        Column("document_name", "文书名称", required=True),
        Column("document_number", "文书号", aliases=("决定文书号",), required=True),
        Column("decided_on", "决定日期", cells.day, required=True),
        Column("facts", "事由", required=True),
        Column("result", "处理结果", required=True),
        Column("legal_basis", "法律依据", cells.citations, required=True),
        Column("fine_yuan", "罚款金额(元)", cells.amount, ("罚款金额",), default=None),
        Column("rule_version", "规则版本", cells.one_of(*RULE_VERSIONS), required=True),
        Column("count_from", "计期起算", count_from),
        Column("published_on", "公示日期", cells.day, default=None),
        Column("minimum_until", "最短公示截止", cells.day, default=None),
        Column("publicity_until", "公示截止", cells.day, default=None),
        Column("repair_state", "修复状态", cells.choice(CreditRecord.Repair), default=CreditRecord.Repair.OPEN),
        Column("repaired_on", "修复日期", cells.day, default=None),
        Column("objection", "异议状态", cells.choice(CreditRecord.Objection), default=CreditRecord.Objection.NONE),
        Column("visibility", "可见级别", cells.choice(CreditRecord.Visibility), required=True),
        Column("related_item", "关联事项编码", refers=Lookups.approval_item, default=None),
        Column("ban_until", "再申请限制截止", cells.day, default=None),
        Column("ban_basis", "限制依据"),
        Column("revoked_on", "撤销日期", cells.day, default=None),
    ),
    key=("number",),
    check=check,
    build=build,
    derived={"related_item_code": "related_item"},
    beside=("subject_name", "related_item"),
    ignored=("记录状态",),
)
