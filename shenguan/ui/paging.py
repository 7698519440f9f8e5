"""Keyset pages for lists on pages: cost follows the page shown, not the history behind it (DESIGN §5)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PAGE_SIZE = 25


@dataclass(frozen=True)
class KeysetPage:
    """One page of rows; the links are empty at either end. For `components/pager.html`."""

    items: list[Any]
    previous_url: str
    next_url: str


def keyset_page(
    request: HttpRequest, rows: QuerySet[Any], *, ordering: tuple[str, ...], size: int = PAGE_SIZE
) -> KeysetPage:
    """The page that `?cursor=` asks for, keeping the other filters of the address.

    `ordering` names never-null columns with an index, newest-first as "-created_at", "-id". Raises Http404 for a
    cursor that is not ours.
    """
    paginator = CursorPagination()
    paginator.page_size = size
    paginator.ordering = ordering
    try:
        items = paginator.paginate_queryset(rows, Request(request))
    except (NotFound, ValueError, ValidationError) as problem:
        if not request.GET.get(paginator.cursor_query_param):
            raise
        raise Http404("翻页位置已失效，请回到列表第一页。") from problem
    return KeysetPage(items or [], _relative(paginator.get_previous_link()), _relative(paginator.get_next_link()))


def _relative(link: str | None) -> str:
    """Only the query part, so that the link holds behind any proxy."""
    return f"?{urlsplit(link).query}" if link else ""
