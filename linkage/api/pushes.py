"""The inbox for departments' own systems (CONTRACT §3): pushes, and every move the pages offer on them.

The last part of each address is the name the state table has for the move, so `allowed_actions` are addresses.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from linkage import contracts, policies
from linkage.actions import answers, feedback, measures, merges, objections, pushes, withdrawals
from linkage.api import examples, forms
from linkage.api import serializers as shapes
from linkage.api.filters import PushFilter
from linkage.models import Push
from linkage.selectors.pushes import assignable, papers_of, twins_of, with_people
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.api.parsers import JSON_OR_FORM
from shenguan.access.scopes import Scope
from shenguan.files.responses import download
from shenguan.org.models import Office
from shenguan.workdays import calendar

Form = type[serializers.Serializer[Any]]
Description = Callable[..., Any]


def _described(form: Form, summary: str, move: str) -> Description:
    """What the published description says of a move that answers with the push."""
    return extend_schema(
        request=form,
        responses=shapes.PushDetailSerializer,
        summary=summary,
        examples=[*examples.MOVES[move], *examples.DETAIL],
    )


def _with_file(plain: Form, upload: Form) -> dict[str, Form]:
    """JSON without a paper, or a form with one."""
    return {"application/json": plain, "multipart/form-data": upload}


@extend_schema_view(
    list=extend_schema(examples=examples.LIST, summary="收件箱"),
    retrieve=extend_schema(examples=examples.DETAIL, summary="推送详情"),
)
class PushViewSet(ReadOnlyModelViewSet[Push]):
    """本部门收到的推送。`sequence` 按接收部门连续编号，没有缺号。"""

    permission_classes = [needs(Scope.PUSHES_READ, write=Scope.PUSHES_WRITE)]
    serializer_class = shapes.PushSerializer
    filterset_class = PushFilter
    lookup_field = "number"
    lookup_value_regex = "[^/]+"
    ordering = "sequence"
    queryset = Push.objects.none()  # tells the description what is listed; rows come from get_queryset

    def get_queryset(self) -> "QuerySet[Push]":
        """Only rows of the caller's department. Raises NotAllowed where its contract leaves calls by API out."""
        if self.request is None or self.request.auth is None:
            return self.queryset
        department = machine_department(self.request)
        if self.action == "withdraw":  # the sender's move, on what it sent
            rows = Push.objects.filter(sender=department)
        else:
            contracts.check_reading(self._terms())
            rows = Push.objects.filter(department=department)
        return with_people(rows).select_related("event").order_by("sequence")

    def get_object(self) -> Push:
        """One push. Raises NotAllowed for a kind outside the contract: a line in the list is all the system gets."""
        push = super().get_object()
        if self.action != "withdraw":
            contracts.check_reading(self._terms(), push)
        return push

    def where_it_stands(self) -> dict[str, Any]:
        """State and moves of the push a call was refused on, for the problem document."""
        push = Push.objects.filter(number=self.kwargs.get("number")).first()
        if push is None:
            return {}
        return {"state": push.status, "allowed_actions": policies.allowed_for(push, machine_actor(self.request))}

    def _terms(self) -> contracts.Terms:
        department = machine_department(self.request)
        return contracts.terms_on(calendar.today(), [department.pk])[department.pk]

    def get_serializer_class(self) -> type[shapes.PushSerializer]:
        """More of a single push than of a line in the list."""
        return shapes.PushSerializer if self.action == "list" else shapes.PushDetailSerializer

    @_described(forms.VersionSerializer, "认领推送", "claim")
    @action(detail=True, methods=["post"])
    @idempotent
    def claim(self, request: Request, number: str) -> Response:
        """The department takes the duty in hand."""
        return self._act(pushes.claim, forms.VersionSerializer)

    @_described(forms.VersionSerializer, "签阅推送", "read")
    @action(detail=True, methods=["post"])
    @idempotent
    def read(self, request: Request, number: str) -> Response:
        """Somebody took note; while `next_step` is `read`."""
        return self._act(pushes.read, forms.VersionSerializer)

    @_described(forms.AssignSerializer, "指派推送", "assign")
    @action(detail=True, methods=["post"])
    @idempotent
    def assign(self, request: Request, number: str) -> Response:
        """Gives the push and its checks to a colleague."""
        return self._act(pushes.assign, forms.AssignSerializer)

    @_described(forms.TransferSerializer, "改办科室", "transfer")
    @action(detail=True, methods=["post"])
    @idempotent
    def transfer(self, request: Request, number: str) -> Response:
        """Gives the push and its checks to another office of the department."""
        return self._act(pushes.transfer, forms.TransferSerializer)

    @_described(forms.ReturnSerializer, "退回推送（职责异议）", "return")
    @action(detail=True, methods=["post"], url_path="return")
    @idempotent
    def send_back(self, request: Request, number: str) -> Response:
        """A wrong push goes to the coordinators."""
        return self._act(objections.raise_objection, forms.ReturnSerializer)

    @extend_schema(
        request=_with_file(forms.FeedbackSerializer, forms.FeedbackUploadSerializer),
        responses={200: shapes.PushDetailSerializer, 202: shapes.PushDetailSerializer},
        summary="提交反馈",
        examples=[*examples.MOVES["feedback"], *examples.DETAIL],
    )
    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FORM)
    @idempotent
    def feedback(self, request: Request, number: str) -> Response:
        """Tells the deciding department; 202 when it came late and was kept as a note. A paper goes in a form."""
        values = self._read(forms.FeedbackUploadSerializer)
        reported = feedback.report(self.get_object(), by=machine_actor(request), **values)
        return self._answer(202 if reported.note else 200)

    @extend_schema(
        request=_with_file(forms.MeasureSerializer, forms.MeasureUploadSerializer),
        responses=shapes.PushDetailSerializer,
        summary="报告处理措施",
        examples=[*examples.MOVES["measure"], *examples.DETAIL],
    )
    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FORM)
    @idempotent
    def measure(self, request: Request, number: str) -> Response:
        """An order, a seizure, a penalty or an entry on a list: told to the deciding department."""
        return self._act(measures.report, forms.MeasureUploadSerializer)

    @_described(forms.AnswerSerializer, "答复反馈", "answer")
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Request, number: str) -> Response:
        """The decision on what supervision reported."""
        return self._act(answers.answer, forms.AnswerSerializer)

    @_described(forms.MergeSerializer, "并入重复推送", "merge")
    @action(detail=True, methods=["post"])
    @idempotent
    def merge(self, request: Request, number: str) -> Response:
        """One of two pushes of the same matter ends, pointing to the other."""
        return self._act(merges.merge, forms.MergeSerializer)

    @_described(forms.ReasonSerializer, "撤销并入", "unmerge")
    @action(detail=True, methods=["post"])
    @idempotent
    def unmerge(self, request: Request, number: str) -> Response:
        """Brings a merged push back, while nothing was done on the other."""
        return self._act(merges.unmerge, forms.ReasonSerializer)

    @_described(forms.ReasonSerializer, "撤回发出的推送", "withdraw")
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, number: str) -> Response:
        """The sender takes a wrong push back: at once while nobody began, else it asks the recipient."""
        return self._act(withdrawals.withdraw, forms.ReasonSerializer)

    @_described(forms.VersionSerializer, "同意撤回", "agree_withdrawal")
    @action(detail=True, methods=["post"])
    @idempotent
    def agree_withdrawal(self, request: Request, number: str) -> Response:
        """Gives the push back to the sender that asked for it."""
        return self._act(withdrawals.agree, forms.VersionSerializer)

    @_described(forms.RefusalSerializer, "不同意撤回", "refuse_withdrawal")
    @action(detail=True, methods=["post"])
    @idempotent
    def refuse_withdrawal(self, request: Request, number: str) -> Response:
        """Keeps the push and says why."""
        return self._act(withdrawals.refuse, forms.RefusalSerializer)

    @extend_schema(
        request=_with_file(forms.NoteRequestSerializer, forms.NoteUploadSerializer),
        responses={201: shapes.PushDetailSerializer},
        summary="备注",
        examples=[*examples.MOVES["note"], *examples.DETAIL],
    )
    @action(detail=True, methods=["post"], parser_classes=JSON_OR_FORM)
    @idempotent
    def note(self, request: Request, number: str) -> Response:
        """A remark at any time, with a paper where it goes in a form."""
        form = forms.NoteUploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pushes.note(self.get_object(), by=machine_actor(request), **form.validated_data)
        return self._answer(201)

    @extend_schema(responses=shapes.ChoicesSerializer, summary="可选人员、科室、重复推送与答复结果")
    @action(detail=True, filterset_class=None, pagination_class=None)
    def choices(self, request: Request, number: str) -> Response:
        """What assign, transfer, merge and answer may name for this push."""
        push = self.get_object()
        answer = {
            "assignees": assignable(push).select_related("office"),
            "offices": Office.objects.filter(department=push.department_id).exclude(pk=push.office_id or 0),
            "survivors": twins_of(push).values_list("number", flat=True),
            "outcomes": [{"code": code, "name": name} for code, name in policies.outcomes(push).items()],
        }
        return Response(shapes.ChoicesSerializer(answer).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, summary="下载附件")
    @action(detail=True, url_path="files/(?P<uuid>[0-9a-f-]{36})", filterset_class=None, pagination_class=None)
    def files(self, request: Request, number: str, uuid: str) -> FileResponse:
        """A paper of the push or of one of its notes."""
        return download(get_object_or_404(papers_of(self.get_object()), uuid=uuid))

    def _read(self, form: Form) -> dict[str, Any]:
        """The body as the form reads it, with `expected_version`. Raises ValidationError."""
        values: dict[str, Any] = {}
        for kind in (form, forms.VersionSerializer):
            checked = kind(data=self.request.data, context=self.get_serializer_context())
            checked.is_valid(raise_exception=True)
            values |= checked.validated_data
        return values

    def _act(self, act: Callable[..., object], form: Form) -> Response:
        """Reads the body, does the action on the caller's push, answers with the push as it is then."""
        values = self._read(form)
        act(self.get_object(), by=machine_actor(self.request), **values)
        return self._answer(200)

    def _answer(self, status: int) -> Response:
        return Response(self.get_serializer(self.get_object()).data, status=status)
