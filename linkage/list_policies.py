"""What the rules ask of a row of the linkage list (RULES R10.01, R10.04)."""

from collections.abc import Callable
from datetime import date

from approvals.models import ApprovalItem
from linkage.models import LinkageEntry
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Staff


def entry_errors(entry: LinkageEntry) -> dict[str, list[str]]:
    """What is wrong with one entry of the list, by field; empty when it may be published (R10.01, R10.04)."""
    found: dict[str, list[str]] = {}

    def wrong(field: str, sentence: str) -> None:
        found.setdefault(field, []).append(sentence)

    if entry.approval_item.linkage_state == ApprovalItem.LinkageState.UNIFIED:
        wrong("approval_item", f"“{entry.approval_item}”为审管一体事项，由审批部门自行监管，不列入清单，请移除。")
    if entry.supervision_item.department_id != entry.department_id:
        wrong("department", f"监管事项“{entry.supervision_item}”不属于{entry.department}。")
    if entry.office.department_id != entry.department_id:
        wrong("office", f"“{entry.office}”不是{entry.department}的科室。")
    _person_errors(wrong, "liaison", entry.liaison, entry.department, Permission.PUSH_CLAIM)
    approving = entry.approval_item.implementing_department
    if entry.approval_office.department_id != approving.pk:
        wrong("approval_office", f"“{entry.approval_office}”不是{approving}的科室。")
    _person_errors(wrong, "approval_liaison", entry.approval_liaison, approving, Permission.PUSH_ANSWER)
    _deputy_errors(wrong, entry)
    _paper_errors(wrong, entry)
    if not entry.stages or set(entry.stages) - set(LinkageEntry.Stage.values):
        wrong("stages", "请选择推送环节：受理、办结、变更、延续、注销撤销，至少一项。")
    if entry.claim_mode == LinkageEntry.ClaimMode.MANUAL and entry.claim_days < 1:
        wrong("claim_days", "协商认领须写明认领时限，至少 1 个工作日。")
    if entry.claim_mode == LinkageEntry.ClaimMode.AUTO and entry.claim_days:
        wrong("claim_days", "推送即认领的认领时限为 0。")
    if entry.feedback_days < 1:
        wrong("feedback_days", "反馈时限至少 1 个工作日。")
    if entry.first_check_days == 0:
        wrong("first_check_days", "首查时限至少 1 个工作日；不单独首查的请留空。")
    if not entry.condition.strip():
        wrong("condition", "请填写适用情形；不分情形的填“全部”。")
    return found


def publishing_errors(entry: LinkageEntry, day: date) -> dict[str, list[str]]:
    """What keeps one entry from being in force on a day: its own errors, and the paper it must rest on (R10.01)."""
    found = entry_errors(entry)
    paper = entry.paper
    if entry.crosses_level and paper is None:
        found.setdefault("paper", []).append(
            f"{entry.department.name}与审批部门层级或区划不同，须登记并选择签署的委托书、工作交付书或工作备忘录。"
        )
    if paper is not None and not paper.holds_on(day):
        ends = f"至 {paper.valid_to}" if paper.valid_to else "起"
        found.setdefault("paper", []).append(
            f"{paper}（{paper.valid_from}{ends}）在 {day} 不在有效期内，请登记续签文书后更换。"
        )
    return found


def _deputy_errors(wrong: Callable[[str, str], None], entry: LinkageEntry) -> None:
    approving = entry.approval_item.implementing_department
    for field, deputy, liaison, department, needed in (
        ("deputy", entry.deputy, entry.liaison, entry.department, Permission.PUSH_CLAIM),
        ("approval_deputy", entry.approval_deputy, entry.approval_liaison, approving, Permission.PUSH_ANSWER),
    ):
        if deputy is None:
            continue
        if deputy.pk == liaison.pk:
            wrong(field, f"备岗联络人与联络人是同一人（{deputy.name}），请另选一人或留空。")
        _person_errors(wrong, field, deputy, department, needed)


def _paper_errors(wrong: Callable[[str, str], None], entry: LinkageEntry) -> None:
    paper = entry.paper
    if paper is None:
        return
    if paper.kind != entry.basis:
        wrong("paper", f"{paper}是{paper.kind}，与权责依据“{entry.basis}”不符。")
    if (paper.approval_department_id, paper.department_id) != (
        entry.approval_item.implementing_department_id,
        entry.department_id,
    ):
        wrong("paper", f"{paper}不是本条审批部门与监管部门之间的文书。")


def _person_errors(
    wrong: Callable[[str, str], None], field: str, person: Staff, department: Department, needed: Permission
) -> None:
    if person.department_id != department.pk:
        wrong(field, f"{person.name}不是{department}的人员。")
    if not person.is_active:
        wrong(field, f"{person.name}已离岗，请改为在职人员。")
    elif not person.may(needed):
        wrong(field, f"{person.name}的账号没有“{needed.label}”权限，收到推送后无法办理。")
