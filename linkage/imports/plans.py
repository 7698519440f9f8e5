"""年度检查计划: a department's plan for a year, line by line as published."""

from collections.abc import Iterable, Sequence

from linkage.imports import cells
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from supervision.models import AnnualPlan


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """The period ends after it begins, the share is a share, and the number of visits follows from it (rounded up)."""
    if values["ends_on"] < values["starts_on"]:
        yield Problem("结束日期", f"早于开始日期 {values['starts_on']}。")
    if values["ratio_percent"] > 100:
        yield Problem("抽查比例(%)", "不能超过 100。")
    expected = -(-values["object_total"] * values["ratio_percent"] // 100)
    if values["planned_objects"] != expected:
        yield Problem("计划户数", f"按对象总数和抽查比例应为 {expected} 户。")


def build(values: Values, _run: Run) -> Sequence[AnnualPlan]:
    """The plan; departments and items are set after it is saved."""
    return [AnnualPlan(**{name: value for name, value in values.items() if name not in KIND.beside})]


def after(drafts: Sequence[Draft], run: Run) -> None:
    """Holds the joint departments and the items to what the file says, where it has their column."""
    plans = AnnualPlan.objects.prefetch_related(*KIND.beside)
    known = plans.in_bulk([draft.instances[0].pk for draft in drafts if draft.outcome is not Outcome.REJECTED])
    for draft in drafts:
        if draft.outcome is Outcome.REJECTED:
            continue
        plan = known[draft.instances[0].pk]
        for name in run.given.intersection(KIND.beside):
            if set(getattr(plan, name).all()) != set(draft.values[name]):
                getattr(plan, name).set(draft.values[name])
                draft.touch()


KIND = Kind(
    name="plans",
    title="年度检查计划",
    model=AnnualPlan,
    columns=(
        Column("number", "计划编号", cells.code, required=True),
        Column("year", "年度", cells.small_integer, required=True),
        Column("name", "计划名称", required=True),
        Column("kind", "计划类型", cells.one_of("日常", "双随机", "专项", "综合查一次"), required=True),
        Column("lead_department", "牵头部门", refers=Lookups.only_department, required=True),
        Column("joint_departments", "联合部门", refers=Lookups.departments, default=list),
        Column("items", "监管事项编码", refers=Lookups.supervision_items, required=True),
        Column("scope", "检查对象范围", required=True),
        Column("object_total", "对象总数", cells.integer, required=True),
        Column("ratio_percent", "抽查比例(%)", cells.small_integer, ("抽查比例",), required=True),
        Column("planned_objects", "计划户数", cells.integer, required=True),
        Column("method", "检查方式", cells.one_of("现场", "非现场"), required=True),
        Column("starts_on", "开始日期", cells.day, required=True),
        Column("ends_on", "结束日期", cells.day, required=True),
        Column("yearly_cap", "每户年度上限(次)", cells.small_integer, ("每户年度上限",), required=True),
        Column("published_on", "公布日期", cells.day, default=None),
        Column("status", "计划状态", cells.one_of("草案", "未开始", "执行中", "已完成"), required=True),
    ),
    key=("number",),
    check=check,
    build=build,
    after=after,
    beside=("joint_departments", "items"),
)
