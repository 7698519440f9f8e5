"""联合惩戒: measures applied to one subject or responsible person (R6.05)."""

from collections.abc import Iterable

from credit.models import JointMeasure
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """Only published measures in use (R6.03), on the subject of the record, over a period that ends after it begins."""
    subject, measure = values["subject"], values["measure"]
    if values["subject_name"] and not cells.same_name(values["subject_name"], subject.name):
        yield Problem("惩戒对象名称", f"与惩戒对象所指的“{subject.name}”不一致。")
    if values["record"].subject_id != subject.pk:
        yield Problem("关联信用记录", f"信用记录 {values['record'].number} 不是该惩戒对象的。")
    if values["measure_name"] and not cells.same_name(values["measure_name"], measure.name):
        yield Problem("惩戒措施", f"与编码 {measure.code} 的措施名称“{measure.name}”不一致。")
    if not measure.is_active:
        yield Problem("措施编码", f"措施“{measure.name}”已停用，不得实施。")
    if (values["target_kind"] == "责任人员") != bool(values["person_name"]):
        yield Problem("责任人员姓名", "对象类型为“责任人员”时必须填写，为“单位”时应留空。")
    if values["ends_on"] and values["ends_on"] < values["starts_on"]:
        yield Problem("截止日期", f"早于起始日期 {values['starts_on']}。")


KIND = Kind(
    name="joint-measures",
    title="联合惩戒",
    model=JointMeasure,
    columns=(
        Column("number", "惩戒编号", cells.code, required=True),
        Column("subject", "惩戒对象", refers=Lookups.subject, required=True),
        Column("subject_name", "惩戒对象名称"),
        Column("target_kind", "对象类型", cells.one_of("单位", "责任人员"), required=True),
        Column("person_name", "责任人员姓名"),
        Column("measure_name", "惩戒措施"),
        Column("measure", "措施编码", refers=Lookups.measure, required=True),
        Column("proposed_by", "惩戒提请单位", refers=Lookups.only_department, required=True),
        Column("implemented_by", "惩戒实施单位", refers=Lookups.only_department, required=True),
        Column("legal_basis", "法律法规依据", cells.citations, required=True),
        Column("term", "惩戒期限", required=True),
        Column("starts_on", "起始日期", cells.day, required=True),
        Column("ends_on", "截止日期", cells.day, default=None),
        Column("record", "关联信用记录", refers=Lookups.credit_record, required=True),
        Column("state", "状态", cells.choice(JointMeasure.State), required=True),
    ),
    key=("number",),
    check=check,
    beside=("subject_name", "measure_name"),
    ignored=("惩戒类别",),
)
