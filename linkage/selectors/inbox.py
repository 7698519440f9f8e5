"""The inbox: its filters as data, their counts in one aggregate, its rows. Partial indexes of open work carry it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, LPad
from django.http import QueryDict

from approvals.models import ApprovalItem
from credit.models import CreditCheck, Subject
from linkage.models import Push
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.org.selectors import staff_who_may

Step, Status, Flag = Push.NextStep, Push.Status, CreditCheck.PushFlag
EVERYTHING = Q(pk__isnull=False)
LONGEST_TEXT = 80
REGIONS_SHOWN = 8
KEY = re.compile(r"[0-9]{1,9}")  # of a region; longer ones no database column holds
NEVER = "9999-12-31"  # sorts what has no time limit last


@dataclass(frozen=True)
class Choice:
    """One filter: its key in the address, its words, and what it asks of a push."""

    key: str
    label: str
    condition: Q


VIEWS = (
    Choice("all", "全部待办", EVERYTHING),
    Choice("read", "待签阅", Q(next_step=Step.READ)),
    Choice("claim", "待认领", Q(next_step=Step.CLAIM)),
    Choice("first_check", "待首次检查", Q(next_step=Step.FIRST_CHECK)),
    Choice("commitment", "承诺核查", Q(next_step=Step.COMMITMENT_CHECK)),
    Choice("recheck", "整改复查", Q(next_step=Step.RECHECK)),
    Choice("answer", "待答复", Q(next_step=Step.ANSWER)),
    Choice("fed_back", "已反馈待答复", Q(status=Status.FED_BACK)),
    Choice("objected", "职责异议", Q(status=Status.OBJECTED)),
    Choice("backlog", "历史遗留", Q(is_backlog=True)),
)
DONE = "done"  # the one view beside open work; not counted, because history grows without end
SUPERVISORS_ONLY = frozenset({"claim", "first_check", "commitment", "recheck", "fed_back", "objected", "backlog"})
KINDS = (
    Choice("accepted", "受理推送", Q(kind="approval.accepted")),
    Choice("concluded", "办结推送", Q(kind="approval.concluded")),
    Choice("feedback", "反馈与建议", Q(kind__in=["finding.reported", "revocation.proposed"])),
    Choice(
        "other",
        "答复与变动",
        Q(kind__in=["proposal.answered", "permit.changed", "credit.changed", "policy.changed", "consultation.opened"])
        | Q(kind__startswith="freeze."),
    ),
)
FLAGS = (
    Choice("discredited", "失信", Q(credit_flag__in=[Flag.NOTICE, Flag.FOCUS])),
    Choice("risky", "高风险", Q(subject__risk_grade=Subject.RiskGrade.D)),
    Choice("commitment", "告知承诺", Q(by_commitment=True)),
)
SORTS = (("due", "时限最近"), ("risk", "风险最高"), ("new", "推送最新"))


def due_choices(today: date) -> tuple[Choice, ...]:
    """Filters by time limit; the week ends on Sunday."""
    sunday = today + timedelta(days=6 - today.weekday())
    return (
        Choice("over", "超期", Q(due_on__lt=today)),
        Choice("today", "今天", Q(due_on=today)),
        Choice("week", "本周", Q(due_on__gt=today, due_on__lte=sunday)),
    )


def later(today: date) -> Q:
    """What is due after this week, or has no time limit."""
    sunday = today + timedelta(days=6 - today.weekday())
    return Q(due_on__gt=sunday) | Q(due_on__isnull=True)


@dataclass(frozen=True)
class Query:
    """What one look at the inbox asks for."""

    view: str = "all"
    due: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    region: frozenset[str] = frozenset()
    flag: frozenset[str] = frozenset()
    text: str = ""
    sort: str = "due"
    mine: bool = False

    @classmethod
    def of(cls, wanted: QueryDict) -> "Query":
        """From an address; words nobody knows are read over."""
        views = {choice.key for choice in VIEWS} | {DONE}
        view, sort = wanted.get("view", ""), wanted.get("sort", "")
        return cls(
            view=view if view in views else "all",
            due=frozenset(wanted.getlist("due")),
            kind=frozenset(wanted.getlist("kind")),
            region=frozenset(key for key in wanted.getlist("region") if KEY.fullmatch(key)),
            flag=frozenset(wanted.getlist("flag")),
            text=wanted.get("q", "").strip()[:LONGEST_TEXT],
            sort=sort if sort in dict(SORTS) else "due",
            mine=bool(wanted.get("mine")),
        )

    def condition(self, staff: Staff, today: date) -> Q:
        """Everything asked for, as one condition."""
        wanted = self.of_view(staff)
        wanted &= any_of(due_choices(today), self.due) & any_of(KINDS, self.kind) & any_of(FLAGS, self.flag)
        if self.region:
            wanted &= Q(subject__region__in=self.region)
        return wanted & _text(self.text)

    def of_view(self, staff: Staff) -> Q:
        """The view alone, which the counts beside the other filters refer to."""
        wanted = next((choice.condition for choice in VIEWS if choice.key == self.view), EVERYTHING)
        if self.mine:
            wanted &= Q(assignee=staff) | Q(assignee__isnull=True, owner=staff)
        return wanted


def any_of(choices: Iterable[Choice], keys: frozenset[str]) -> Q:
    """One of the ticked choices; everything when none is ticked."""
    wanted = Q()
    for choice in choices:
        if choice.key in keys:
            wanted |= choice.condition
    return wanted or EVERYTHING


def views_for(staff: Staff) -> list[Choice]:
    """The views that concern this person's side; a coordinator has both."""
    supervises = staff.may(Permission.PUSH_CLAIM) or staff.may(Permission.COORDINATION_VIEW)
    answers = supervises or staff.may(Permission.PUSH_ANSWER)  # supervisors answer changes of law and consultations
    return [
        choice
        for choice in VIEWS
        if (supervises or choice.key not in SUPERVISORS_ONLY) and (answers or choice.key != "answer")
    ]


def counts(staff: Staff, query: Query, today: date) -> dict[str, int]:
    """The numbers beside all filters and groups over open work (`view_read`, `due_over` …), in one aggregate.

    A search takes a second one of its own: the words are compared once instead of once per number.
    """
    own = query.of_view(staff)
    asked = query.condition(staff, today)
    found = Push.objects.visible_to(staff).open()
    wanted = {f"view_{choice.key}": choice.condition for choice in VIEWS}
    wanted["mine"] = Query(mine=True).of_view(staff)
    for name, choices in (("due", due_choices(today)), ("kind", KINDS), ("flag", FLAGS)):
        wanted |= {f"{name}_{choice.key}": own & choice.condition for choice in choices}
    groups = {f"group_{choice.key}": choice.condition for choice in due_choices(today)}
    groups |= {"group_later": later(today), "found": EVERYTHING}
    if query.text:
        return _numbers(found, wanted) | _numbers(found.filter(asked), groups)
    return _numbers(found, wanted | {name: asked & condition for name, condition in groups.items()})


def _numbers(found: "QuerySet[Push]", wanted: dict[str, Q]) -> dict[str, int]:
    return found.aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})


def regions(staff: Staff, query: Query) -> list[tuple[str, str, int]]:
    """Regions of the parties in this view with their numbers, the busiest first: (key, name, count)."""
    rows = (
        Push.objects.visible_to(staff)
        .open()
        .filter(query.of_view(staff), subject__region__isnull=False)
        .values_list("subject__region", "subject__region__name")
        .annotate(number=Count("pk"))
        .order_by("-number", "subject__region")
    )
    return [(str(key), name, number) for key, name, number in rows[:REGIONS_SHOWN]]


def rows(staff: Staff, query: Query, today: date) -> tuple["QuerySet[Push]", tuple[str, ...]]:
    """What the list shows, narrow, and the ordering to page by (unique, never null); `with_lines` adds the rest.

    Sorting all open work with every joined row at hand costs five times as much as sorting keys.
    """
    pushes = Push.objects.visible_to(staff).filter(query.condition(staff, today)).only("pk")
    if query.view == DONE:
        return pushes.filter(is_open=False), ("-id",)
    pushes = pushes.filter(is_open=True)
    if query.sort == "new":
        return pushes, ("-id",)
    key = Concat(
        Coalesce(Cast("due_on", CharField()), Value(NEVER)),
        LPad(Cast("pk", CharField()), 12, Value("0")),
        output_field=CharField(),
    )
    if query.sort == "risk":
        rank = Case(
            When(Q(credit_flag=Flag.FOCUS) | Q(subject__risk_grade=Subject.RiskGrade.D), then=Value("0")),
            When(credit_flag=Flag.NOTICE, then=Value("1")),
            default=Value("2"),
            output_field=CharField(),
        )
        key = Concat(rank, key, output_field=CharField())
    return pushes.annotate(place=key), ("place",)


def with_lines(found: Iterable[Push]) -> list[Push]:
    """The same pushes in the same order, with everything a line of the list needs."""
    keys = [push.pk for push in found]
    full = (
        Push.objects.filter(pk__in=keys)
        .select_related("subject__region", "department", "sender", "office", "owner__office", "assignee__office")
        .select_related("deadline", "application__variant", "application__item", "supervision_item")
        .in_bulk()
    )
    return [full[key] for key in keys if key in full]


def _text(text: str) -> Q:
    if not text:
        return EVERYTHING
    number = text.upper()
    # Names are looked up among parties and items first; comparing them push by push costs with the open work.
    named = Q(uscc=number) | Q(name__icontains=text) | Q(name_initials__istartswith=text)
    return (
        Q(number__startswith=number)
        | Q(case_number__startswith=number)
        | Q(subject__in=Subject.objects.filter(named).order_by().values("pk"))
        | Q(application__item__in=ApprovalItem.objects.filter(name__icontains=text).order_by().values("pk"))
    )


def colleagues(staff: Staff) -> "QuerySet[Staff]":
    """Whom the pushes of this person's department may be given to; fitness for one push is asked by the action."""
    return staff_who_may(Permission.INBOX_VIEW, department=staff.department).select_related("office")
