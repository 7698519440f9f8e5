"""Cursor pages (CONTRACT §3): `results`, `next`, `previous`, no total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time DRF's views import this package


class KeysetPagination(CursorPagination):
    """Pages by key, so page one thousand costs what page one costs.

    A view sets `ordering` (its last field unique) when it wants another order than by id.
    """

    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 500
    invalid_cursor_message = "游标无效，请从第一页重新读取。"

    def paginate_queryset(
        self, queryset: QuerySet | Sequence[Any], request: Request, view: "APIView | None" = None
    ) -> list[Any] | None:
        """The page the cursor asks for. Raises NotFound for a cursor that is readable but points at no key of ours."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error

    def get_ordering(self, request: Request, queryset: QuerySet, view: "APIView") -> tuple[str, ...]:
        """The view's order, or by id."""
        ordering = getattr(view, "ordering", None) or self.ordering
        return (ordering,) if isinstance(ordering, str) else tuple(ordering)


@dataclass(frozen=True)
class PlacePage:
    """A page of lines put together in memory, in an order that only grows at its end: a place is a safe cursor."""

    results: Sequence[Any]
    next: str | None
    previous: str | None


def place_page(request: Request, lines: Sequence[Any], *, size: int, largest: int) -> PlacePage:
    """The page `?cursor=` asks for, of `?page_size=` lines. Raises NotFound for a cursor that is none of ours."""
    cursor, asked = request.query_params.get("cursor", "0"), request.query_params.get("page_size", "")
    begin = _number(cursor)
    if begin is None or begin > len(lines):
        raise NotFound("游标无效，请从第一页重新读取。")
    end = begin + min(_number(asked) or size, largest)
    return PlacePage(
        lines[begin:end],
        _link(request, end) if end < len(lines) else None,
        _link(request, max(2 * begin - end, 0)) if begin else None,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _link(request: Request, cursor: int) -> str:
    query = request._request.GET.copy()
    query["cursor"] = str(cursor)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
