"""Cursor pages (CONTRACT §3): `results`, `next`, `previous`, no total."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
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

    def get_ordering(self, request: Request, queryset: QuerySet, view: "APIView") -> tuple[str, ...]:
        """The view's order, or by id."""
        ordering = getattr(view, "ordering", None) or self.ordering
        return (ordering,) if isinstance(ordering, str) else tuple(ordering)
