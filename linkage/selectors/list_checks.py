"""What publishing a version would leave open: what blocks it, and what somebody should know beforehand (R10.01)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from approvals.models import ApprovalItem
from linkage import list_policies
from linkage.matching import BY_COMMITMENT
from linkage.models import PERMIT_STAGES, Basis, LinkageEntry, ListVersion
from linkage.selectors import lists
from shenguan.org.absences import away_on
from shenguan.org.models import Staff

PAPER_WARNING = timedelta(days=60)  # 自然日 before a paper ends


@dataclass(frozen=True)
class Remark:
    """One sentence about one row."""

    entry: LinkageEntry
    text: str


@dataclass
class Check:
    """One question asked of every row, with the rows it found."""

    title: str
    advice: str
    is_blocking: bool = False
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Checks:
    """All answers for one version and day."""

    blocking: Check
    warnings: list[Check]

    @property
    def warning_count(self) -> int:
        """How many remarks there are that do not block."""
        return sum(len(check.remarks) for check in self.warnings)


def checks(version: ListVersion, day: date) -> Checks:
    """Asks every row of `version` as if it were in force from `day` on; a handful of queries, however many rows."""
    entries = list(lists.entries_with_roles(version))
    away = away_on(day)
    blocking = Check("待补正", "补正后才能发布", True)
    for entry in entries:
        for texts in list_policies.publishing_errors(entry, day).values():
            blocking.remarks += [Remark(entry, text) for text in texts]
    questions: list[tuple[str, str, Callable[[LinkageEntry], Iterable[str]]]] = [
        ("不会触发的条目", "请移除，或核对事项、推送环节和适用情形", _never),
        ("联络人没有可用账号", "请系统管理员设置密码或开通单点登录", _without_account),
        ("联络人当日离岗", "期间推送由代办人、备岗联络人等依次承接", lambda entry: _away(entry, away)),
        ("依据文书即将到期", "60 日内到期，请准备续签", lambda entry: _ending_paper(entry, day)),
        ("未附依据文书", "审批、监管部门不同的，应附委托书、工作交付书或工作备忘录（R10.01）", _no_paper),
        ("未设备岗联络人", "联络人离岗时由科室负责人承接", _no_deputy),
    ]
    warnings = []
    for title, advice, ask in questions:
        found = [Remark(entry, text) for entry in entries for text in ask(entry)]
        warnings.append(Check(title, advice, remarks=found))
    return Checks(blocking, warnings)


def _never(entry: LinkageEntry) -> Iterable[str]:
    """Why no case will ever reach the row."""
    item = entry.approval_item
    if not item.is_active:
        yield "审批事项已停用，不会再有办件。"
    if not entry.supervision_item.is_active:
        yield "监管事项已停用。"
    if entry.condition == BY_COMMITMENT and not item.commitment_allowed:
        yield "该审批事项不适用告知承诺，不会有此情形。"
    stages = set(entry.stages)
    if stages <= PERMIT_STAGES and not item.permit_name:
        yield "该审批事项不核发证照，不会有变更、延续、注销。"
    elif stages == {LinkageEntry.Stage.RENEWED} and item.permit_months is None:
        yield "该证照长期有效，不会有延续。"
    if item.linkage_state == ApprovalItem.LinkageState.WAITING and stages == {LinkageEntry.Stage.ACCEPTED}:
        yield "只在受理环节推送，办结时不会形成监管职责。"


def _people(entry: LinkageEntry) -> list[tuple[str, Staff]]:
    people = [("监管联络人", entry.liaison), ("审批联络人", entry.approval_liaison)]
    people += [("监管备岗联络人", entry.deputy)] if entry.deputy else []
    return people + ([("审批备岗联络人", entry.approval_deputy)] if entry.approval_deputy else [])


def _without_account(entry: LinkageEntry) -> Iterable[str]:
    for role, person in _people(entry):
        if not person.has_usable_password():
            yield f"{role}{person.name}没有可用密码，不能登录。"


def _away(entry: LinkageEntry, away: Mapping[int, Staff | None]) -> Iterable[str]:
    for role, person in _people(entry):
        if person.pk in away:
            stands_in = away[person.pk]
            yield f"{role}{person.name}离岗" + (f"，{stands_in.name}代办。" if stands_in else "，未指定代办人。")


def _ending_paper(entry: LinkageEntry, day: date) -> Iterable[str]:
    paper = entry.paper
    if paper is not None and paper.valid_to and paper.holds_on(day) and paper.valid_to <= day + PAPER_WARNING:
        yield f"{paper}于 {paper.valid_to} 到期。"


def _no_paper(entry: LinkageEntry) -> Iterable[str]:
    departs = entry.department_id != entry.approval_item.implementing_department_id
    if departs and entry.paper is None and entry.basis != Basis.MANDATE and not entry.crosses_level:
        yield f"权责依据为{entry.basis}，尚未选择登记的文书。"


def _no_deputy(entry: LinkageEntry) -> Iterable[str]:
    if entry.deputy is None:
        yield f"{entry.liaison.name}没有备岗联络人。"
