"""Cursor pages (CONTRACT §3): `results`, `next`, `previous`, no total."""

from collections.abc import Sequence
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
