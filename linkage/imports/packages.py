"""主题套餐: bundles of items; each row is one member and repeats what describes the bundle."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from approvals.models import Package, PackageMember
from linkage.imports import cells
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem

OF_PACKAGE = {
    "code": "套餐编码",
    "package_name": "套餐名称",
    "kind": "套餐类型",
    "licence_name": "综合许可证名称",
    "lead_department": "牵头监管部门",
    "promised_days": "套餐承诺时限(工作日)",
}


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """Conditions are named where they decide, and a combined licence has a name."""
    if values["item_name"] and not cells.same_name(values["item_name"], values["item"].name):
        yield Problem("事项名称", f"与编码 {values['item'].code} 的事项名称“{values['item'].name}”不一致。")
    if not values["is_required"] and not values["condition"]:
        yield Problem("适用情形", "按情形办理的事项必须写明适用情形。")
    if values["kind"] == Package.Kind.ONE_LICENCE and not values["licence_name"]:
        yield Problem("综合许可证名称", "一业一证套餐必须写明综合许可证名称。")


def prepare(drafts: Sequence[Draft], run: Run) -> None:
    """Holds the rows of one package together, then saves the packages the members hang on."""
    packages: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        packages[draft.values["code"]].append(draft)
    for rows in packages.values():
        _check_together(rows)
        kept = [draft for draft in rows if draft.outcome is not Outcome.REJECTED]
        if kept:
            _save_package(kept, run)


def _check_together(rows: Sequence[Draft]) -> None:
    """Every row describes the package alike; prerequisites are members; the promise covers the longest chain."""
    first = rows[0].values
    members = {draft.values["item"]: draft for draft in rows}
    for draft in rows:
        for name, heading in OF_PACKAGE.items():
            if draft.values[name] != first[name]:
                draft.reject(heading, f"与同一套餐第 {rows[0].row.line} 行的写法不一致。")
        requires = draft.values["requires"]
        if requires is not None and requires not in members:
            draft.reject("前置事项编码", f"前置事项“{requires.name}”不在本套餐内。")
            continue
        chain = _chain(draft, members)
        if draft in chain[1:]:
            draft.reject("前置事项编码", "前置关系绕成了圈。")
            continue
        days = sum(step.values["item"].promised_days for step in chain)
        if days > first["promised_days"]:
            draft.reject("套餐承诺时限(工作日)", f"少于前后置各事项承诺时限之和（{days} 个工作日）。")


def _chain(draft: Draft, members: dict[object, Draft]) -> list[Draft]:
    """The row and everything that must come before it; stops where the chain meets itself."""
    chain = [draft]
    while (before := members.get(chain[-1].values["requires"])) is not None:
        chain.append(before)
        if before in chain[:-1]:
            break
    return chain


def _save_package(rows: Sequence[Draft], run: Run) -> None:
    values = rows[0].values
    fields = {"name" if name == "package_name" else name: values[name] for name in OF_PACKAGE}
    package = Package.objects.filter(code=values["code"]).first() or Package(**fields)
    given = {"name" if name == "package_name" else name for name in run.given}
    changed = [name for name, value in fields.items() if name in given and getattr(package, name) != value]
    for name in changed:
        setattr(package, name, fields[name])
    if changed or package._state.adding:
        package.save()
    for draft in rows:
        draft.values["package"] = package
        draft.values["package_changed"] = bool(changed)


def build(values: Values, _run: Run) -> Sequence[PackageMember]:
    """The member."""
    names = ("package", "item", "requires", "sequence", "is_required", "condition", "in_parallel", "joint_survey")
    return [PackageMember(**{name: values[name] for name in names})]


def after(drafts: Sequence[Draft], _run: Run) -> None:
    """A change to the package itself counts for every row that describes it."""
    for draft in drafts:
        if draft.values["package_changed"]:
            draft.touch()


KIND = Kind(
    name="packages",
    title="主题套餐",
    model=PackageMember,
    columns=(
        Column("code", "套餐编码", cells.code, required=True),
        Column("package_name", "套餐名称", required=True),
        Column("kind", "套餐类型", cells.choice(Package.Kind), required=True),
        Column("licence_name", "综合许可证名称"),
        Column("lead_department", "牵头监管部门", aliases=("牵头部门",), refers=Lookups.department, required=True),
        Column("promised_days", "套餐承诺时限(工作日)", cells.working_days, ("套餐承诺时限",), required=True),
        Column("sequence", "序号", cells.small_integer, required=True),
        Column("item", "事项编码", refers=Lookups.approval_item, required=True),
        Column("item_name", "事项名称"),
        Column("is_required", "办理要求", cells.either("必办", "按情形"), required=True),
        Column("condition", "适用情形"),
        Column("requires", "前置事项编码", aliases=("前置事项",), refers=Lookups.approval_item, default=None),
        Column("in_parallel", "可并联办理", cells.yes_no, required=True),
        Column("joint_survey", "联合踏勘", cells.yes_no, required=True),
    ),
    key=("package", "item"),
    check=check,
    prepare=prepare,
    build=build,
    after=after,
    beside=(*OF_PACKAGE, "item_name"),
)
