"""Approval items and cases for departments' own systems."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from approvals.actions import own_system, permit_reports, reported
from approvals.actions.permit_facts import Fact, Kind
from approvals.api import examples
from approvals.api.filters import ItemFilter
from approvals.api.serializers import (
    CaseReportSerializer,
    CaseSerializer,
    ItemSerializer,
    PermitEventSerializer,
    PermitReportSerializer,
)
from approvals.lifecycle import PERMIT
from approvals.models import Application, ApprovalItem, Permit
from approvals.selectors import applications, items
from credit.actions import subjects
from credit.models import Subject
from shenguan.access.actors import Actor
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.scopes import Scope
from shenguan.lifecycle import allowed_actions
from shenguan.refusals import Invalid

# Made once: building the fields of a serializer costs more than reading a report with them. Neither keeps anything.
REPORT, ANSWER = CaseReportSerializer(), CaseSerializer()


class ApprovalItemsView(ListAPIView[ApprovalItem]):
    """已公布的审批事项及其业务办理项、申请材料。"""

    permission_classes = [needs(Scope.CATALOGUE_READ)]
    serializer_class = ItemSerializer
    filterset_class = ItemFilter

    def get_queryset(self) -> QuerySet[ApprovalItem]:
        """Items in use; catalogues are no secret between departments."""
        return items.published().prefetch_related("variants", "materials")


class CasesView(APIView):
    """部门自建系统报送办件：受理和办结各报一次，重复报送不产生第二次效果。"""

    permission_classes = [needs(Scope.CASES_WRITE)]

    @extend_schema(
        request=CaseReportSerializer,
        responses={200: CaseSerializer, 201: CaseSerializer},
        summary="报送办件",
        examples=examples.REPORT_CASE,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """201 for a new case, 200 for a known one."""
        said = REPORT.run_validation(request.data)
        by = machine_actor(request)
        application, is_new = own_system.report_case(by=by, subject=_party(said["subject"], by), case=_case(said))
        return Response(ANSWER.to_representation(application), status=201 if is_new else 200)


class CaseView(APIView):
    """本部门一件办件的状态。"""

    permission_classes = [needs(Scope.CASES_READ)]

    @extend_schema(responses=CaseSerializer, summary="办件状态", examples=examples.CASE)
    def get(self, request: Request, number: str) -> Response:
        """404 for a case of another department as for one that does not exist."""
        return Response(ANSWER.to_representation(_own_case(request, number)))


class PermitEventsView(APIView):
    """报送证照的撤销、撤回、变更、延续、注销、暂扣、到期。"""

    permission_classes = [needs(Scope.CASES_WRITE)]

    def where_it_stands(self) -> dict[str, Any]:
        """The state of the permit and the events that may be reported of it now, for the problem document."""
        permit = Permit.objects.filter(application=_own_case(self.request, self.kwargs["number"])).first()
        if permit is None:
            return {"allowed_actions": []}
        open_moves = allowed_actions(PERMIT, permit.status)
        events = [kind.value for kind, (move, _) in permit_reports.REPORTABLE.items() if move in open_moves]
        return {"state": permit.status, "allowed_actions": events}

    @extend_schema(
        request=PermitReportSerializer,
        responses={200: PermitEventSerializer, 201: PermitEventSerializer},
        summary="报送证照变动",
        examples=examples.REPORT_PERMIT_EVENT,
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """201 for a new fact, 200 for one that is known by its document number."""
        application = _own_case(request, number)
        form = PermitReportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        event, is_new = permit_reports.report(
            application,
            by=machine_actor(request),
            kind=Kind(said["event"]),
            fact=Fact(said["reason"], said["legal_basis"], said["document"], said["date"]),
            valid_to=said["valid_to"],
        )
        return Response(PermitEventSerializer(event).data, status=201 if is_new else 200)


def _own_case(request: Request, number: str) -> Application:
    return get_object_or_404(applications.of_department(machine_department(request)), number=number)


def _party(said: dict[str, Any], by: Actor) -> Subject:
    """The applicant; what is wrong with the number is told under its path in the body."""
    try:
        return subjects.find_or_create(
            by=by,
            kind=said["kind"],
            name=said["name"],
            uscc=said["uscc"],
            id_number=said["id_number"],
            contact=said["contact"],
            phone=said["phone"],
            business_address=said["address"],
        )
    except Invalid as refusal:
        errors = {f"subject.{field}": texts for field, texts in refusal.errors.items()}
        raise Invalid(refusal.message, errors, code=refusal.code) from refusal


def _case(said: dict[str, Any]) -> reported.ReportedCase:
    party, permit = said["subject"], said["permit"]
    return reported.ReportedCase(
        source_case_id=said["source_case_id"],
        item_code=said["item_code"],
        stage=said["stage"],
        result=said["result"],
        decided_on=said["decided_on"],
        by_commitment=said["by_commitment"],
        commitment_text=said["commitment_text"],
        contact=party["contact"],
        phone=party["phone"],
        address=party["address"],
        situations=tuple(said["situations"]),
        permit=reported.ReportedPermit(**permit) if permit else None,
        documents=tuple(reported.ReportedDocument(**paper) for paper in said["documents"]),
    )
