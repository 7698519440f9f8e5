"""The inbox (联动待办): filters with counts, rows by deadline, preview, export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linkage.models import Card, Push
from linkage.selectors import cards
from linkage.selectors import inbox as selectors
from linkage.selectors.inbox import Query
from linkage.selectors.pushes import backlog_age
from linkage.views import inbox_bulk, sheets
from linkage.views.access import fetch_push
from linkage.views.pushes import push_context
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.ui.paging import keyset_page
from shenguan.workdays import calendar
from shenguan.workdays.due import DueState, due_state

PAGE = 30
EXPORT_LIMIT = 5000
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
        "may": {name: request.user.may(permission) for name, permission in inbox_bulk.RIGHTS.items()},
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
