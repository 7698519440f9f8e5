"""The way around: the side menu and the home page of each role, as data.

Address names are strings on purpose: the ground floor knows no other app (DESIGN §2). An entry whose app is not part
of an installation is left out; a test asserts that every entry resolves in the full one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from shenguan.access.roles import Permission

if TYPE_CHECKING:
    from shenguan.org.models import Staff  # apps register here before models can be imported

P = Permission


@dataclass(frozen=True)
class Entry:
    """One line of the side menu, seen by whoever holds any of `permissions`."""

    text: str
    icon: str
    url_name: str
    permissions: tuple[P, ...]


@dataclass(frozen=True)
class Group:
    """Entries under one heading; the first group has none."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    """An entry as one page shows it."""

    text: str
    icon: str
    href: str
    current: bool
    count: int = 0
    hot: bool = False


@dataclass(frozen=True)
class LinkGroup:
    """A group as one page shows it; never empty."""

    title: str
    entries: list[Link]


@dataclass(frozen=True)
class Count:
    """The number beside an entry; `hot` when something of it is overdue."""

    number: int
    hot: bool = False


Counter = Callable[["Staff"], Count]
Counters = Callable[["Staff", frozenset[str]], Mapping[str, Count]]

REPORT_READERS = (P.INSPECTION_DO, P.INSPECTION_MANAGE, P.COORDINATION_VIEW)

MENU: tuple[Group, ...] = (
    Group(
        "",
        (
            Entry("窗口工作台", "home", "approvals:workbench", (P.APPLICATION_INTAKE,)),
            Entry("联动待办", "inbox", "linkage:inbox", (P.INBOX_VIEW,)),
            Entry("许可变动建议", "flag", "linkage:proposals", (P.INBOX_VIEW,)),
            Entry("冻结审批请求", "ban", "linkage:freezes", (P.INBOX_VIEW,)),
            Entry("政策变动", "scale", "linkage:policies", (P.INBOX_VIEW,)),
            Entry("会商", "message-2", "linkage:consultations", (P.INBOX_VIEW,)),
        ),
    ),
    Group(
        "办件",
        (
            Entry("受理登记", "clipboard-check", "approvals:intake", (P.APPLICATION_INTAKE,)),
            Entry("办件查询", "files", "approvals:applications", (P.APPLICATION_VIEW,)),
            Entry("信用核查记录", "shield-check", "credit:checks", (P.CREDIT_VIEW,)),
        ),
    ),
    Group(
        "监管",
        (
            Entry("检查任务", "clipboard-list", "supervision:inspections", (P.INSPECTION_DO, P.INSPECTION_MANAGE)),
            Entry("问题与整改", "flag", "supervision:findings", (P.INSPECTION_DO, P.INSPECTION_MANAGE)),
            Entry("监管对象", "building", "supervision:objects", (P.OBJECT_VIEW,)),
            Entry("线索", "eye", "supervision:clues", (P.INSPECTION_DO, P.INSPECTION_MANAGE, P.COORDINATION_VIEW)),
            Entry(
                "行政处罚",
                "scale",
                "supervision:penalties",
                (P.INSPECTION_DO, P.INSPECTION_MANAGE, P.COORDINATION_VIEW),
            ),
        ),
    ),
    Group(
        "清单与目录",
        (
            Entry("联动事项清单", "link", "linkage:list", (P.LINKAGE_LIST_VIEW,)),
            Entry("审批事项目录", "file-text", "approvals:items", (P.CATALOGUE_VIEW,)),
            Entry("监管事项目录", "list-check", "supervision:items", (P.CATALOGUE_VIEW,)),
            Entry("人员离岗", "users", "org:absences", (P.ABSENCE_RECORD,)),
        ),
    ),
    Group(
        "信用",
        (
            Entry("信用主体", "user-check", "credit:subjects", (P.CREDIT_MANAGE,)),
            Entry("信用记录", "scale", "credit:records", (P.CREDIT_MANAGE,)),
        ),
    ),
    Group(
        "统筹",
        (
            Entry("未对应与职责裁定", "send", "linkage:unmapped", (P.PUSH_ARBITRATE,)),
            Entry("投递管理", "send", "linkage:deliveries", (P.PUSH_ARBITRATE, P.SYSTEM_MANAGE)),
            Entry("线下往来", "file-text", "linkage:offline", (P.PUSH_ANSWER, P.PUSH_ARBITRATE)),
            Entry("督办牌", "flag", "linkage:cards", (P.INBOX_VIEW,)),
            Entry("人员离岗交接", "users", "linkage:handover", (P.PUSH_ASSIGN,)),
            Entry("对账", "scale", "linkage:reconciliation", (P.INBOX_VIEW, P.COORDINATION_VIEW)),
            Entry(
                "数据共享协议",
                "certificate",
                "linkage:contracts",
                (P.CONTRACT_MANAGE, P.CONTRACT_CONFIRM),
            ),
        ),
    ),
    Group(
        "系统",
        (
            Entry("短信与通知发件箱", "message-2", "notify:outbox", (P.SYSTEM_MANAGE,)),
            Entry("审计日志", "history", "audit:entries", (P.AUDIT_VIEW,)),
        ),
    ),
)

# The first line whose permission the person holds is where `/` leads (CONTRACT §5).
HOMES: tuple[tuple[P, str], ...] = (
    (P.APPLICATION_INTAKE, "approvals:workbench"),
    (P.COORDINATION_VIEW, "linkage:unmapped"),
    (P.PUSH_CLAIM, "linkage:inbox"),
    (P.APPLICATION_VIEW, "approvals:applications"),
    (P.LINKAGE_LIST_EDIT, "linkage:list"),
    (P.CREDIT_MANAGE, "credit:records"),
    (P.SYSTEM_MANAGE, "notify:outbox"),
    (P.AUDIT_VIEW, "audit:entries"),
)

PUBLIC_MENU: tuple[tuple[str, str], ...] = (
    ("联动事项清单", "linkage_public:list"),
    ("证照查验", "approvals_public:permit_search"),
    ("监管结果公开", "supervision_public:inspections"),
)

_counters: dict[str, Counter] = {}
_joint_counters: dict[frozenset[str], Counters] = {}


def register_count(url_name: str, counter: Counter) -> None:
    """Puts a number beside one entry; called from AppConfig.ready of the app that owns it.

    It runs on every page of whoever sees the entry, so it must be one indexed query over open work.
    """
    _counters[url_name] = counter


def register_counts(url_names: Iterable[str], counters: Counters) -> None:
    """`register_count` for several entries of one app that are counted together, by one query for all of them.

    `counters` is told which of them the person sees.
    """
    _joint_counters[frozenset(url_names)] = counters


def address(url_name: str) -> str:
    """The address of a page without arguments; empty when its app is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def menu_for(staff: "Staff", path: str) -> list[LinkGroup]:
    """The side menu of one person, with the entry that `path` lies under marked as current."""
    groups = [(group.title, [entry for entry in group.entries if _may_see(staff, entry)]) for group in MENU]
    here = _closest(path, (address(entry.url_name) for _, entries in groups for entry in entries))
    counts = _counts(staff, frozenset(entry.url_name for _, entries in groups for entry in entries))
    return [LinkGroup(title, [_link(entry, here, counts) for entry in entries]) for title, entries in groups if entries]


def home_for(staff: "Staff") -> str:
    """The address of the first workbench this person may use; empty when there is none."""
    return next((address(name) for permission, name in HOMES if staff.may(permission) and address(name)), "")


def public_menu(path: str) -> list[Link]:
    """The menu of the public pages."""
    entries = [(text, address(name)) for text, name in PUBLIC_MENU if address(name)]
    here = _closest(path, (href for _, href in entries))
    return [Link(text, "", href, href == here) for text, href in entries]


def _may_see(staff: "Staff", entry: Entry) -> bool:
    return any(staff.may(permission) for permission in entry.permissions) and bool(address(entry.url_name))


def _closest(path: str, hrefs: Iterable[str]) -> str:
    """The longest address that `path` lies under, so that /new/ does not also mark the list above it."""
    return max((href for href in hrefs if path.startswith(href)), key=len, default="")


def _counts(staff: "Staff", shown: frozenset[str]) -> dict[str, Count]:
    """The numbers beside the entries shown."""
    found = {name: counter(staff) for name, counter in _counters.items() if name in shown}
    for names, counters in _joint_counters.items():
        if wanted := names & shown:
            found |= counters(staff, wanted)
    return found


def _link(entry: Entry, here: str, counts: Mapping[str, Count]) -> Link:
    href = address(entry.url_name)
    count = counts.get(entry.url_name, Count(0))
    return Link(entry.text, entry.icon, href, href == here, count.number, count.hot)
