"""Daily comparison with departments' own systems (CONTRACT §3): our side of a day, its lines, and theirs."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from linkage.actions import day_reports
from linkage.api import examples
from linkage.models import DayReport, DaySheet, Push
from linkage.reconciliation import days
from linkage.reconciliation.sent import all_sides
from linkage.reconciliation.sent import side_of as sent_side
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.api.pagination import place_page
from shenguan.access.scopes import Scope
from shenguan.refusals import Invalid

PAGE, LARGEST_PAGE = 1000, 5000
DIFFERENCES_SHOWN = 1000
DATE = OpenApiParameter("date", OpenApiTypes.DATE, description="日期（Asia/Shanghai），按推送时间归日", required=True)
DIRECTION = OpenApiParameter(
    "direction", OpenApiTypes.STR, enum=DaySheet.Direction.values, description="只取一个方向；sent 为对方报送"
)


class ReportedSerializer(serializers.ModelSerializer[DayReport]):
    """What the department reported last."""

    class Meta:
        model = DayReport
        fields = ["count", "digest", "result", "differences", "reported_at"]


class SideSerializer(serializers.Serializer[Any]):
    """Our side of one direction."""

    direction = serializers.ChoiceField(choices=DaySheet.Direction.choices)
    count = serializers.IntegerField()
    first_sequence = serializers.IntegerField(allow_null=True)
    last_sequence = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField()
    report = ReportedSerializer(allow_null=True)


class DaySerializer(serializers.Serializer[Any]):
    """A day. Before it is closed its figures may still change, and no report is taken."""

    date = serializers.DateField()
    department = serializers.CharField()
    closed = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)
    directions = SideSerializer(many=True)
    sent = SideSerializer()


class LineSerializer(serializers.Serializer[Any]):
    """One line, in the order in which the digest reads them."""

    direction = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()


class LinePageSerializer(serializers.Serializer[Any]):
    """A page of lines."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = LineSerializer(many=True)


class ReportSerializer(serializers.Serializer[Any]):
    """The other side: the digest alone, or the lines `number:version` (the version may be left out) as well."""

    date = serializers.DateField()
    direction = serializers.ChoiceField(choices=DaySheet.Direction.choices)
    count = serializers.IntegerField(min_value=0, max_value=2_000_000_000)
    digest = serializers.CharField(required=False, default="", allow_blank=True, max_length=64)
    lines = serializers.ListField(
        child=serializers.CharField(max_length=320), required=False, allow_null=True, default=None
    )


class DifferenceSerializer(serializers.Serializer[Any]):
    """One line on which the sides differ."""

    kind = serializers.CharField()
    number = serializers.CharField()
    version_here = serializers.IntegerField(source="here", allow_null=True)
    version_there = serializers.IntegerField(source="there", allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """`matched`, `differs` with the differences, or `lines_wanted`."""

    date = serializers.DateField()
    direction = serializers.CharField()
    result = serializers.ChoiceField(choices=DayReport.Result.choices)
    count_here = serializers.IntegerField()
    count_there = serializers.IntegerField()
    digest_here = serializers.CharField()
    difference_count = serializers.IntegerField()
    differences = DifferenceSerializer(many=True)


def _day(request: Request) -> date:
    """The day asked for. Raises Invalid."""
    try:
        day = date.fromisoformat(request.query_params.get("date", ""))
    except ValueError:
        text = "请用 date=YYYY-MM-DD 指明日期。"
        raise Invalid(text, {"date": [text]}) from None
    if day > timezone.localdate() or day.year < 2000:
        text = "日期不在可对账的范围内。"
        raise Invalid(text, {"date": [text]})
    return day


class ReconciliationView(APIView):
    """日对账：本部门某日收到的推送，按方向的条数、首末序号与摘要；报送对方数并逐条比对。"""

    permission_classes = [needs(Scope.RECONCILIATION_READ, write=Scope.RECONCILIATION_WRITE)]

    @extend_schema(parameters=[DATE], responses=DaySerializer, summary="本平台一方的日对账数")
    def get(self, request: Request) -> Response:
        """Our side; live and marked as not closed until 02:00 of the next day."""
        day, department = _day(request), machine_department(request)
        sheets = list(DaySheet.objects.filter(department=department, day=day).order_by("direction"))
        sides = [{**_figures(sheet), "report": sheet.reports.first()} for sheet in sheets] or [
            {**_figures(side), "count": len(side.lines), "report": None} for side in days.sides(department, day)
        ]
        answer = {
            "date": day,
            "department": department.code,
            "closed": bool(sheets),
            "closed_at": sheets[0].closed_at if sheets else None,
            "directions": sides[:2],
            "sent": sides[2] if len(sides) > 2 else _sent(sent_side(department, day)),
        }
        return Response(DaySerializer(answer).data)

    @extend_schema(
        request=ReportSerializer,
        responses=ComparisonSerializer,
        summary="报送对方一方的日对账数",
        examples=examples.REPORT_DAY,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Their side of a closed day, compared at once; again after mending it, any number of times."""
        form = ReportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        written, differences = day_reports.report(
            by=machine_actor(request), department=machine_department(request), day=values.pop("date"), **values
        )
        sheet = written.sheet
        answer = {
            "date": sheet.day,
            "direction": sheet.direction,
            "result": written.result,
            "count_here": sheet.count,
            "count_there": written.count,
            "digest_here": sheet.digest,
            "difference_count": written.differences,
            "differences": differences[:DIFFERENCES_SHOWN],
        }
        return Response(ComparisonSerializer(answer).data)


def _sent(side: days.Side) -> dict[str, Any]:
    """What they sent, live, or of a day that was closed before that was counted."""
    return {**_figures(side), "count": len(side.lines), "report": None}


def _figures(side: days.Side | DaySheet) -> dict[str, Any]:
    names = ("direction", "first_sequence", "last_sequence", "digest")
    figures = {name: getattr(side, name) for name in names}
    return figures | ({"count": side.count} if isinstance(side, DaySheet) else {})


class ReconciliationLinesView(APIView):
    """日对账明细：摘要所依据的各行。"""

    permission_classes = [needs(Scope.RECONCILIATION_READ)]
    PAGING = (
        OpenApiParameter("cursor", OpenApiTypes.INT, description="从 next 取得"),
        OpenApiParameter("page_size", OpenApiTypes.INT, description=f"最大 {LARGEST_PAGE}"),
    )

    @extend_schema(parameters=[DATE, DIRECTION, *PAGING], responses=LinePageSerializer, summary="日对账明细")
    def get(self, request: Request) -> Response:
        """The lines of the digest, in its order; of a closed day they never change, so a place is a safe cursor."""
        day, department = _day(request), machine_department(request)
        wanted = request.query_params.get("direction", "")
        if wanted and wanted not in DaySheet.Direction.values:
            text = "方向应为 forward、reverse 或 sent。"
            raise Invalid(text, {"direction": [text]})
        sheets = list(DaySheet.objects.filter(department=department, day=day).order_by("direction"))
        lines = [
            (side.direction, line)
            for side in (sheets or all_sides(department, day))
            if wanted == side.direction or (not wanted and side.direction in Push.Direction.values)
            for line in side.lines
        ]
        page = place_page(request, lines, size=PAGE, largest=LARGEST_PAGE)
        results = [_line(direction, line) for direction, line in page.results]
        return Response(LinePageSerializer({"next": page.next, "previous": page.previous, "results": results}).data)


def _line(direction: str, line: str) -> dict[str, Any]:
    number, _, version = line.rpartition(":")
    return {"direction": direction, "number": number, "version": int(version)}
