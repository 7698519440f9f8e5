"""Results that departments' own supervision systems report (CONTRACT §3). Abnormal ones feed back by themselves."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credit.api.parties import identified
from credit.models import Subject
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.scopes import Scope
from shenguan.refusals import Invalid
from supervision.actions import clues, penalties, reported_inspections
from supervision.actions.clues import ReportedClue
from supervision.actions.penalties import ReportedPenalty
from supervision.actions.reported_inspections import ReportedInspection
from supervision.api import examples
from supervision.api import serializers as shapes
from supervision.models import Clue, Penalty
from supervision.selectors import Where


class InspectionsView(APIView):
    """部门自建监管系统报送检查结果；异常结果自动反馈审批部门，同一编号重复报送不产生第二次效果。"""

    permission_classes = [needs(Scope.SUPERVISION_WRITE)]

    @extend_schema(
        request=shapes.InspectionReportSerializer,
        responses={200: shapes.InspectionSerializer, 201: shapes.InspectionSerializer},
        summary="报送检查结果",
        examples=examples.INSPECTION,
    )
    @idempotent
    @transaction.atomic  # a refused report leaves no party and no half of itself behind
    def post(self, request: Request) -> Response:
        """201 for a new inspection, 200 for a known one."""
        said = _read(shapes.InspectionReportSerializer, request)
        by = machine_actor(request)
        where = _where(said, identified(said.pop("subject"), by=by))
        inspection, is_new = reported_inspections.report(
            by=by, department=machine_department(request), where=where, said=ReportedInspection(**said)
        )
        return Response(shapes.InspectionSerializer(inspection).data, status=201 if is_new else 200)


class PenaltiesView(APIView):
    """部门自建执法系统报送行政处罚决定及其撤销；自动归集为信用记录，并反馈相关办件的审批部门。"""

    permission_classes = [needs(Scope.SUPERVISION_WRITE)]

    @extend_schema(
        request=shapes.PenaltyReportSerializer,
        responses={200: shapes.PenaltySerializer, 201: shapes.PenaltySerializer},
        summary="报送行政处罚",
        examples=examples.PENALTY,
    )
    @idempotent
    @transaction.atomic  # a refused report leaves no party and no half of itself behind
    def post(self, request: Request) -> Response:
        """201 for a new penalty, 200 for a known one; `withdrawn` withdraws it, once."""
        said = _read(shapes.PenaltyReportSerializer, request)
        by, department = machine_actor(request), machine_department(request)
        ended = said.pop("withdrawn")
        subject = identified(said.pop("subject"), by=by)
        if subject is None:  # the form asks for a number already
            raise Invalid("请填写当事人。", {"subject": ["请填写当事人。"]})
        penalty, is_new = penalties.report(
            by=by, department=department, subject=subject, where=_where(said, subject), said=ReportedPenalty(**said)
        )
        if ended and penalty.status == Penalty.Status.IN_FORCE:
            penalty = penalties.withdraw(penalty, by=by, **ended)
        return Response(shapes.PenaltySerializer(penalty).data, status=201 if is_new else 200)


class CluesView(APIView):
    """报送线索：本部门处置的可随后报送核查结论，属于其他部门职责的转由该部门处置。"""

    permission_classes = [needs(Scope.CLUES_WRITE)]

    @extend_schema(
        request=shapes.ClueReportSerializer,
        responses={200: shapes.ClueSerializer, 201: shapes.ClueSerializer},
        summary="报送线索",
        examples=examples.CLUE,
    )
    @idempotent
    @transaction.atomic  # a refused report leaves no party and no half of itself behind
    def post(self, request: Request) -> Response:
        """201 for a new clue, 200 for a known one; `conclusion` concludes a clue of the calling department, once."""
        said = _read(shapes.ClueReportSerializer, request)
        by, department = machine_actor(request), machine_department(request)
        ended = said.pop("conclusion")
        subject = identified(said.pop("subject"), by=by)
        item, region = said.pop("supervision_item_code"), said.pop("region_code") or department.region
        clue, is_new = clues.report(
            by=by, department=department, subject=subject, said=ReportedClue(item=item, region=region, **said)
        )
        if ended and clue.status != Clue.Status.CLOSED:
            clue = clues.conclude(
                clue, by=by, outcome=ended["outcome"], handling=ended["handling"], on=ended["handled_on"]
            )
        return Response(shapes.ClueSerializer(clue).data, status=201 if is_new else 200)


def _read(form: type[Any], request: Request) -> dict[str, Any]:
    """The body as the form reads it. Raises ValidationError."""
    checked = form(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def _where(said: dict[str, Any], subject: Subject | None) -> Where:
    """What the call says about the object, taken out of the body."""
    return Where(
        push_number=said.pop("push_number"),
        case_number=said.pop("case_number"),
        item_code=said.pop("supervision_item_code"),
        subject_id=subject.pk if subject else None,
    )
