"""Credit for other systems: ask, and report."""

from collections import Counter

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credit import items
from credit.actions import checks, record_batches
from credit.api import examples
from credit.api.parties import identified
from credit.api.rows import drafts_of, row_results
from credit.api.serializers import (
    BatchResultSerializer,
    CheckRequestSerializer,
    CheckSerializer,
    RecordBatchDescription,
    RecordBatchSerializer,
)
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.scopes import Scope

TRUE = frozenset({"true", "1"})


class CreditChecksView(APIView):
    """核查一个主体的信用状况。每次核查都留痕；只返回该用途依法可见的记录。"""

    permission_classes = [needs(Scope.CREDIT_CHECK)]

    @extend_schema(
        request=CheckRequestSerializer,
        responses={201: CheckSerializer},
        summary="信用核查",
        examples=examples.CHECK,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Answers with outcome, hits and allowed conveniences. Only a name gives 不自动匹配."""
        form = CheckRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        terms = items.terms_of(asked["item_code"])
        if terms is None:
            raise serializers.ValidationError({"item_code": [f"没有事项编码 {asked['item_code']}。"]})
        by = machine_actor(request)
        check = checks.check_subject(
            by=by,
            terms=terms,
            subject=identified(asked["subject"], by=by),
            queried_name=asked["subject"]["name"],
            case_number=asked["case_number"],
            purpose=asked["purpose"],
        )
        return Response(CheckSerializer(check).data, status=201)


class CreditRecordsView(APIView):
    """报送本部门认定的信用记录，每次不超过 1000 条；逐条返回结果。"""

    permission_classes = [needs(Scope.CREDIT_WRITE)]

    @extend_schema(
        request=RecordBatchDescription,
        responses={200: BatchResultSerializer},
        parameters=[OpenApiParameter("atomic", bool, description="有一条不合格则全部不登记")],
        summary="报送信用记录",
        examples=examples.RECORDS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Takes {"records": […], "atomic": …} or a bare list; `?atomic=true` works as well."""
        body = {"records": request.data} if isinstance(request.data, list) else request.data
        form = RecordBatchSerializer(data=body)
        form.is_valid(raise_exception=True)
        results = record_batches.record_all(
            by=machine_actor(request),
            authority=machine_department(request),
            drafts=drafts_of(form.validated_data["records"]),
            atomic=form.validated_data["atomic"] or request.query_params.get("atomic", "").lower() in TRUE,
        )
        counts = Counter(result.status for result in results)
        totals = {status: counts[status] for status in ("created", "unchanged", "rejected")}
        return Response({**totals, "results": row_results(results)})
