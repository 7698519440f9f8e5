"""人员: people with their roles. A new account has no password; nobody can sign in with it until one is set."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.auth.hashers import make_password

from linkage.imports import cells
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from shenguan.access.policies import role_conflict
from shenguan.access.roles import Role
from shenguan.org.models import Staff, StaffRole

ROLES = {str(label): value for value, label in Role.choices}


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """The office belongs to the department, and no two of the three officers meet in one person (R11.05)."""
    office = values["office"]
    if office is not None and office.department_id != values["department"].pk:
        yield Problem("科室编码", f"科室“{office.name}”不属于部门“{values['department'].name}”。")
    conflict = role_conflict(values["roles"])
    if conflict:
        yield Problem("角色", conflict)


def build(values: Values, _run: Run) -> Sequence[Staff]:
    """The person; roles are rows of their own."""
    fields = {name: value for name, value in values.items() if name != "roles"}
    return [Staff(password=make_password(None), **fields)]


def after(drafts: Sequence[Draft], run: Run) -> None:
    """Holds roles to what the file says. A row whose roles alone changed counts as updated."""
    if "roles" not in run.given:
        return
    held = defaultdict(set)
    for staff_id, role in StaffRole.objects.values_list("staff_id", "role"):
        held[staff_id].add(role)
    surplus, missing = [], []
    for draft in drafts:
        if draft.outcome is Outcome.REJECTED:
            continue
        pk, wanted = draft.instances[0].pk, set(draft.values["roles"])
        surplus += [(pk, role) for role in held[pk] - wanted]
        missing += [StaffRole(staff_id=pk, role=role) for role in sorted(wanted - held[pk])]
        if held[pk] != wanted:
            draft.touch()
    for pk, role in surplus:
        StaffRole.objects.filter(staff_id=pk, role=role).delete()
    StaffRole.objects.bulk_create(missing)


KIND = Kind(
    name="staff",
    title="人员",
    model=Staff,
    columns=(
        Column("username", "登录名", cells.code, ("用户名", "账号"), required=True),
        Column("name", "姓名", required=True),
        Column(
            "department", "部门编码", aliases=("所属部门", "部门名称", "部门"), refers=Lookups.department, required=True
        ),
        Column("office", "科室编码", aliases=("所属科室", "科室名称", "科室"), refers=Lookups.office, default=None),
        Column("position", "职务", aliases=("岗位",)),
        Column("roles", "角色", cells.words_of(ROLES), ("系统角色",), default=list),
        Column("mobile", "手机", cells.phone, ("手机号", "手机号码", "联系电话")),
        Column("email", "邮箱", cells.email, ("电子邮箱", "邮箱地址", "邮件")),
        Column("enforcement_number", "执法证号", cells.code, ("执法证编号",)),
        Column("status", "状态", cells.choice(Staff.Status), default=Staff.Status.ON_DUTY),
    ),
    key=("username",),
    check=check,
    build=build,
    after=after,
    beside=("roles",),
)
