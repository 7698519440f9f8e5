"""The list and the timeline for departments' own systems (CONTRACT §3)."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from linkage.api import examples
from linkage.api import serializers as shapes
from linkage.api.filters import LinkageItemFilter
from linkage.api.list_serializers import LinkageItemSerializer
from linkage.models import EscalationLadder, LadderVersion, LinkageEntry
from linkage.selectors import lists
from linkage.selectors.ladders import wordings_on
from linkage.selectors.timelines import case_timeline, with_deliveries
from shenguan.access.api import machine_department, needs
from shenguan.access.api.pagination import place_page
from shenguan.access.scopes import Scope
from shenguan.workdays import calendar

PAGE, LARGEST_PAGE = 100, 500


@extend_schema(examples=examples.LINKAGE_ITEM, summary="现行审管联动事项清单")
class LinkageItemsView(ListAPIView[LinkageEntry]):
    """现行审管联动事项清单。"""

    permission_classes = [needs(Scope.CATALOGUE_READ)]
    serializer_class = LinkageItemSerializer
    filterset_class = LinkageItemFilter
    ordering = ("sequence", "id")
    queryset = LinkageEntry.objects.none()

    @cached_property
    def ladders(self) -> dict[int | None, LadderVersion]:
        """The wordings of today, by ladder."""
        return wordings_on(calendar.today(), EscalationLadder.Purpose.PUSH)

    def get_queryset(self) -> "QuerySet[LinkageEntry]":
        """The rows of the version in force."""
        version = lists.in_force()
        if version is None:
            return LinkageEntry.objects.none()
        return lists.with_everything(version.entries.select_related("version"))


class CaseTimelineView(APIView):
    """一个办件上本部门可见的全部环节，按时间先后；推送送达对方系统的也在其中。"""

    permission_classes = [needs(Scope.CASES_READ)]
    PAGING = (
        OpenApiParameter("cursor", OpenApiTypes.INT, description="从 next 取得"),
        OpenApiParameter("page_size", OpenApiTypes.INT, description=f"最大 {LARGEST_PAGE}"),
    )

    @extend_schema(parameters=[*PAGING], responses=shapes.TimelinePageSerializer, summary="办件全程时间线")
    def get(self, request: Request, number: str) -> Response:
        """The lines of the case page; 404 for a case that does not concern the department."""
        events = list(case_timeline(number, department=machine_department(request)))
        if not events:
            raise Http404
        page = place_page(request, with_deliveries(events, number), size=PAGE, largest=LARGEST_PAGE)
        return Response(shapes.TimelinePageSerializer(page).data)
