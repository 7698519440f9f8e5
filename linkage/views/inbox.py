"""The inbox (联动待办): filters with counts, rows by deadline, preview, bulk actions, export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from linkage.models import Card, Push
from linkage.selectors import cards
from linkage.selectors import inbox as selectors
from linkage.selectors.cases import visible_pushes
from linkage.selectors.inbox import Query
from linkage.selectors.pushes import backlog_age, with_people
from linkage.views import sheets
from linkage.views.access import fetch_push, way_back
from linkage.views.deeds import DEEDS
from linkage.views.pushes import push_context
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number
from shenguan.ui.paging import keyset_page
from shenguan.workdays import calendar
from shenguan.workdays.due import DueState, due_state

PAGE = 30
EXPORT_LIMIT = 5000
REASONS_SHOWN = 10
BULK_LIMIT = 200
BULK = {"claim": Permission.PUSH_CLAIM, "read": Permission.INBOX_VIEW, "assign": Permission.PUSH_ASSIGN}
GROUPS = (
    ("over", "超期", "g-dg"),
    ("today", "今天到期", "g-wn"),
    ("week", "本周到期", ""),
    ("later", "下周及以后", ""),
)


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    push: Push
    due: DueState | None
    card: Card | None = None  # the hardest of the running clock
    age: int | None = None  # 工作日 since a case from before the cut-over was accepted


@dataclass
class Group:
    """Lines under one heading; `count` is of the whole filter, not of the page."""

    title: str
    tone: str
    count: int
    rows: list[Row]


@require_safe
@require(Permission.INBOX_VIEW)
def inbox(request: StaffRequest) -> HttpResponse:
    """Open work of the department, the most urgent first, with the first (or `?open=`) row in the preview."""
    today, query = calendar.today(), Query.of(request.GET)
    pushes, ordering = selectors.rows(request.user, query, today)
    page = keyset_page(request, pushes, ordering=ordering, size=PAGE)
    counts = selectors.counts(request.user, query, today)
    shown_rows = selectors.with_lines(page.items)
    given = cards.current(shown_rows)
    lines = [
        Row(
            push,
            due_state(push.deadline, today) if push.deadline else None,
            given.get(push.pk),
            backlog_age(push, today),
        )
        for push in shown_rows
    ]
    context = {
        "query": query,
        "page": page,
        "groups": _groups(query, lines, counts, today),
        "found": counts["found"],
        "views": _numbered("view", selectors.views_for(request.user), counts),
        "mine": counts["mine"],
        "facets": _facets(request, query, counts, today),
        "sorts": selectors.SORTS,
        "people": _people(request.user),
        "may": {name: request.user.may(permission) for name, permission in BULK.items()},
        "is_filtered": bool(query.due | query.kind | query.region | query.flag or query.text or query.mine),
    }
    shown = _shown(request, shown_rows)
    if shown is not None:
        context |= push_context(request, shown)
    return render(request, "linkage/inbox/inbox.html", context | {"shown": shown})


def _groups(query: Query, lines: list[Row], counts: dict[str, int], today: date) -> list[Group]:
    """By time limit when sorted by it; one group otherwise."""
    if query.view == selectors.DONE:
        return [Group("已办结", "", len(lines), lines)] if lines else []
    if query.sort != "due":
        return [Group(dict(selectors.SORTS)[query.sort], "", counts["found"], lines)] if lines else []
    buckets: dict[str, list[Row]] = {key: [] for key, _, _ in GROUPS}
    for line in lines:
        buckets[_bucket(line.push.due_on, today)].append(line)
    return [Group(title, tone, counts[f"group_{key}"], buckets[key]) for key, title, tone in GROUPS if buckets[key]]


def _bucket(due_on: date | None, today: date) -> str:
    if due_on is None or (due_on - today).days > 6 - today.weekday():
        return "later"
    return "over" if due_on < today else "today" if due_on == today else "week"


def _numbered(name: str, choices: Iterable[selectors.Choice], counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"key": one.key, "label": one.label, "count": counts[f"{name}_{one.key}"]} for one in choices]


def _facets(
    request: StaffRequest, query: Query, counts: dict[str, int], today: date
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The tick boxes on the left: (name, legend, options)."""
    if query.view == selectors.DONE:
        return []
    places = [
        {"key": key, "label": name, "count": number} for key, name, number in selectors.regions(request.user, query)
    ]
    facets = [
        ("due", "时限", _numbered("due", selectors.due_choices(today), counts)),
        ("kind", "推送", _numbered("kind", selectors.KINDS, counts)),
        ("region", "辖区", places),
        ("flag", "对象", _numbered("flag", selectors.FLAGS, counts)),
    ]
    for name, _, options in facets:
        for option in options:
            option["checked"] = option["key"] in getattr(query, name)
    return [facet for facet in facets if facet[2]]


def _people(staff: Staff) -> list[Staff]:
    """Whom this person may assign to in bulk; one query, none without the right."""
    return list(selectors.colleagues(staff)) if staff.may(Permission.PUSH_ASSIGN) else []


def _shown(request: StaffRequest, items: list[Push]) -> Push | None:
    """The push in the preview: the one asked for, else the first of the page."""
    number = request.GET.get("open", "")
    if number:
        return fetch_push(request, number)
    return fetch_push(request, items[0].number) if items else None


@require_POST
@require(Permission.INBOX_VIEW)
def bulk(request: StaffRequest) -> HttpResponse:
    """One action for several pushes, each on its own: what was refused is named, the rest is done."""
    action = request.POST.get("action", "")
    back = way_back(request, request.POST.get("next", ""), reverse("linkage:inbox"))
    chosen = dict(_number_and_version(value) for value in request.POST.getlist("push")[:BULK_LIMIT])
    if action not in BULK or not chosen:
        messages.warning(request, "请先勾选推送，再选择要做的操作。")
        return redirect(back)
    values: dict[str, Any] = {}
    if action == "assign":
        values["assignee"] = (
            selectors.colleagues(request.user).filter(username=request.POST.get("assignee", "")).first()
        )
        if values["assignee"] is None:
            messages.warning(request, "请先选择指派给谁。")
            return redirect(back)
    done, refused = 0, []
    for push in with_people(visible_pushes(request.user)).filter(number__in=chosen).order_by("due_on", "id"):
        try:
            DEEDS[action].run(push, request_actor(request), values | {"version": chosen[push.number]})
            done += 1
        except Refusal as refusal:
            refused.append(f"{push.number} {push.heading}：{refusal.message}")
    _tell(request, DEEDS[action].title, done, refused)
    return redirect(back)


def _number_and_version(value: str) -> tuple[str, int | None]:
    """A tick box carries the push's number and the version it was shown in."""
    number, _, version = value.partition(":")
    return number, whole_number(version)


def _tell(request: StaffRequest, title: str, done: int, refused: list[str]) -> None:
    if done:
        messages.success(request, f"已{title} {done} 条。" + (f"另有 {len(refused)} 条未能办理。" if refused else ""))
    for sentence in refused[:REASONS_SHOWN]:
        messages.warning(request, f"未{title}：{sentence}")
    if len(refused) > REASONS_SHOWN:
        messages.warning(request, f"还有 {len(refused) - REASONS_SHOWN} 条未能{title}，请逐条打开查看原因。")


@require_safe
@require(Permission.INBOX_VIEW)
def export(request: StaffRequest) -> HttpResponse:
    """The filtered list as a workbook. Names and codes only: telephone numbers stay on the page, under trace."""
    query = Query.of(request.GET)
    pushes, ordering = selectors.rows(request.user, query, calendar.today())
    found = selectors.with_lines(pushes.order_by(*ordering)[:EXPORT_LIMIT])
    audit.record(
        "inbox.export", by=request_actor(request), label="联动待办", detail={"rows": len(found), "view": query.view}
    )
    return sheets.workbook("联动待办", sheets.PUSH_COLUMNS, (sheets.push_row(push) for push in found))
