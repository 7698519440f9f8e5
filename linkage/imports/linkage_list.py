"""审管联动事项清单: one edition of the list as a draft. A published edition is never changed by a file."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from approvals.models import ApprovalItem
from linkage.imports import cells, store
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import FileRefused, Problem
from linkage.models import Basis, LinkageEntry, ListVersion
from shenguan.org.models import Staff

CONTENTS = (
    "受理信息",
    "事项名称",
    "相对人名称及代码",
    "联系人及电话",
    "经营地址",
    "审批决定文书",
    "证照信息",
    "告知承诺书",
    "核查期限",
    "踏勘报告",
)
PROBLEMS = "问题"  # the column a marked workbook carries; nothing is read from it
ENDED = LinkageEntry.Stage.ENDED.value
STAGES = {str(label): value for value, label in LinkageEntry.Stage.choices} | dict.fromkeys(
    ("注销", "撤销", "撤回", "吊销", "暂扣", "到期"), ENDED
)


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """People and offices stand where the row says, names fit their codes, and the clocks fit the way of claiming."""
    yield from _check_approval_side(values)
    yield from _check_supervision_side(values)
    is_auto = values["claim_mode"] == LinkageEntry.ClaimMode.AUTO
    if is_auto and values["claim_days"]:
        yield Problem("认领时限(工作日)", "推送即认领的，认领时限应为 0。")
    if not is_auto and not values["claim_days"]:
        yield Problem("认领时限(工作日)", "协商认领的，认领时限至少为 1 个工作日。")


def _check_approval_side(values: Values) -> Iterable[Problem]:
    item, office, person = values["approval_item"], values["approval_office"], values["approval_liaison"]
    if values["approval_item_name"] and not cells.same_name(values["approval_item_name"], item.name):
        yield Problem("审批事项名称", f"与编码 {item.code} 的事项名称“{item.name}”不一致。")
    if office.department_id != item.implementing_department_id:
        yield Problem("审批责任科室", f"科室“{office.name}”不属于该事项的实施部门。")
    if item.linkage_state == ApprovalItem.LinkageState.UNIFIED:
        yield Problem("审批事项编码", f"“{item.name}”为审管一体事项，由审批部门自行监管，不列入清单，请删去本行。")
    yield from _check_deputy("审批备岗联络人", values["approval_deputy"], person)
    if person.department_id != office.department_id:
        yield Problem("审批联络人", f"“{person.name}”不是审批责任科室所在部门的人员。")
    if not person.is_active:
        yield Problem("审批联络人", f"“{person.name}”已离岗，请换在职人员。")


def _check_supervision_side(values: Values) -> Iterable[Problem]:
    item, department = values["supervision_item"], values["department"]
    office, person = values["office"], values["liaison"]
    if values["supervision_item_name"] and not cells.same_name(values["supervision_item_name"], item.name):
        yield Problem("监管事项名称", f"与编码 {item.code} 的监管事项名称“{item.name}”不一致。")
    if item.department_id != department.pk:
        yield Problem("监管部门", f"监管事项 {item.code} 不由“{department.name}”承担。")
    if office.department_id != department.pk:
        yield Problem("监管责任科室", f"科室“{office.name}”不属于监管部门“{department.name}”。")
    if person.department_id != department.pk:
        yield Problem("监管联络人", f"“{person.name}”不是监管部门“{department.name}”的人员。")
    if not person.is_active:
        yield Problem("监管联络人", f"“{person.name}”已离岗，请换在职人员。")
    yield from _check_deputy("监管备岗联络人", values["deputy"], person)
    yield from _check_paper(values)


def _check_deputy(column: str, deputy: Staff | None, liaison: Staff) -> Iterable[Problem]:
    if deputy is None:
        return
    if deputy.pk == liaison.pk:
        yield Problem(column, f"与联络人是同一人（{deputy.name}），请另写一人或留空。")
    if deputy.department_id != liaison.department_id:
        yield Problem(column, f"“{deputy.name}”与联络人“{liaison.name}”不在同一部门。")
    if not deputy.is_active:
        yield Problem(column, f"“{deputy.name}”已离岗，请换在职人员。")


def _check_paper(values: Values) -> Iterable[Problem]:
    paper = values["paper"]
    if paper is None:
        return
    if paper.kind != values["basis"]:
        yield Problem("依据文号", f"{paper.number} 登记为{paper.kind}，与权责依据“{values['basis']}”不符。")
    parties = (values["approval_item"].implementing_department_id, values["department"].pk)
    if (paper.approval_department_id, paper.department_id) != parties:
        yield Problem("依据文号", f"{paper.number} 不是本行审批部门与监管部门之间的文书。")


def prepare(drafts: Sequence[Draft], run: Run) -> None:
    """Finds or opens the edition the file speaks of. Rows that name another edition than the first are rejected.

    Raises FileRefused while a draft of another edition is open: there is one draft at a time.
    """
    if not drafts:
        return
    label, effective_from = drafts[0].values["label"], drafts[0].values["effective_from"]
    for draft in drafts:
        if (draft.values["label"], draft.values["effective_from"]) != (label, effective_from):
            draft.reject("清单版本", f"一个文件只能有一个清单版本和生效日期（第一行为 {label}、{effective_from}）。")
    version = ListVersion.objects.select_for_update().filter(label=label).first()
    if version is None:
        version = _open_draft(label, run)
    if version.status == ListVersion.Status.DRAFT and version.effective_from != effective_from:
        version.effective_from = effective_from
        version.save(update_fields=["effective_from"])
    elif version.effective_from != effective_from:
        raise FileRefused(f"清单版本 {label} 已发布，生效日期为 {version.effective_from}，不能修改；请换一个版本号。")
    for draft in drafts:
        draft.values["version"] = version


def _open_draft(label: str, run: Run) -> ListVersion:
    other = ListVersion.objects.filter(status=ListVersion.Status.DRAFT).first()
    if other is not None:
        raise FileRefused(f"清单版本 {other.label} 还在编制中，请先发布或删除该草稿，再导入 {label}。")
    base = ListVersion.objects.filter(status=ListVersion.Status.PUBLISHED, effective_to__isnull=True).first()
    run.tell_once(f"清单版本 {label} 已建为草稿，发布后才用于推送。")
    return ListVersion.objects.create(label=label, based_on=base, edited_by=run.by.key[:60], edited_at=timezone.now())


def build(values: Values, _run: Run) -> Sequence[LinkageEntry]:
    """The entry within its edition."""
    return [LinkageEntry(**{name: value for name, value in values.items() if name not in KIND.beside})]


def save(kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Writes into a draft and counts the edit; a published edition only tells which rows would differ."""
    changes = store.compare(kind, drafts, run)
    kept = [draft for draft in drafts if draft.outcome is not Outcome.REJECTED]
    changed = [draft for draft in kept if draft.outcome is not Outcome.UNCHANGED]
    if not changed:
        return
    version: ListVersion = kept[0].values["version"]
    if version.status != ListVersion.Status.DRAFT:
        for draft in changed:
            draft.reject("清单版本", f"清单版本 {version.label} 已发布，不能修改；请换一个版本号导入为新草稿。")
        return
    store.write(kind, kept, changes)
    version.row_version += 1
    version.edited_by, version.edited_at = run.by.key[:60], timezone.now()
    version.save(update_fields=["row_version", "edited_by", "edited_at"])


KIND = Kind(
    name="linkage",
    title="审管联动事项清单",
    model=LinkageEntry,
    columns=(
        Column("sequence", "序号", cells.small_integer, required=True),
        Column("approval_item", "审批事项编码", aliases=("事项编码",), refers=Lookups.approval_item, required=True),
        Column("approval_item_name", "审批事项名称", aliases=("事项名称",)),
        Column("approval_office", "审批责任科室", refers=Lookups.office, required=True),
        Column("approval_liaison", "审批联络人", refers=Lookups.staff, required=True),
        Column("approval_deputy", "审批备岗联络人", aliases=("审批B岗",), refers=Lookups.staff, default=None),
        Column("supervision_item", "监管事项编码", refers=Lookups.supervision_item, required=True),
        Column("supervision_item_name", "监管事项名称"),
        Column("department", "监管部门", refers=Lookups.only_department, required=True),
        Column("office", "监管责任科室", refers=Lookups.office, required=True),
        Column("liaison", "监管联络人", refers=Lookups.staff, required=True),
        Column("deputy", "监管备岗联络人", aliases=("监管B岗",), refers=Lookups.staff, default=None),
        Column("condition", "适用情形", default=LinkageEntry.ALWAYS),
        Column("stages", "推送环节", cells.words_of(STAGES), required=True),
        Column("claim_mode", "认领方式", cells.choice(LinkageEntry.ClaimMode), required=True),
        Column("claim_days", "认领时限(工作日)", cells.working_days, ("认领时限",), default=0),
        Column("first_check_days", "首查时限(工作日)", cells.working_days, ("首查时限",), default=None),
        Column("feedback_days", "反馈时限(工作日)", cells.working_days, ("反馈时限",), required=True),
        Column("contents", "推送内容", cells.several(*CONTENTS), required=True),
        Column("basis", "权责依据", cells.choice(Basis), required=True),
        Column("paper", "依据文号", refers=Lookups.basis_paper, default=None),
        Column("feedback_scope", "反馈范围", cells.choice(LinkageEntry.FeedbackScope), required=True),
        Column("ladder", "催办规则", refers=Lookups.ladder, default=None),
        Column("label", "清单版本", aliases=("版本",), required=True),
        Column("effective_from", "生效日期", cells.day, required=True),
    ),
    key=("version", "approval_item", "supervision_item", "department", "condition"),
    check=check,
    prepare=prepare,
    build=build,
    store=save,
    beside=("label", "effective_from", "approval_item_name", "supervision_item_name"),
    ignored=(PROBLEMS,),
)
