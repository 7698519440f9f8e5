"""The inbox, the list and the timeline for departments' own systems (CONTRACT §3)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from linkage import contracts
from linkage.actions import answers, feedback, objections, pushes
from linkage.api import serializers as shapes
from linkage.api.filters import LinkageItemFilter, PushFilter
from linkage.models import LinkageEntry, Push
from linkage.selectors import lists
from linkage.selectors.pushes import with_people
from linkage.selectors.timelines import case_timeline
from shenguan.access.api import idempotent, machine_actor, machine_department, needs
from shenguan.access.scopes import Scope
from shenguan.events.models import Event
from shenguan.workdays import calendar

Form = type[serializers.Serializer[Any]]


def _read(form: Form, request: Request) -> dict[str, Any]:
    """The body as the form reads it, with `expected_version`. Raises ValidationError."""
    values: dict[str, Any] = {}
    for kind in (form, shapes.VersionSerializer):
        checked = kind(data=request.data)
        checked.is_valid(raise_exception=True)
        values |= checked.validated_data
    return values


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
        contracts.check_reading(self._terms())
        rows = Push.objects.filter(department=machine_department(self.request))
        return with_people(rows).select_related("event").order_by("sequence")

    def get_object(self) -> Push:
        """One push. Raises NotAllowed for a kind outside the contract: a line in the list is all the system gets."""
        push = super().get_object()
        contracts.check_reading(self._terms(), push)
        return push

    def _terms(self) -> contracts.Terms:
        department = machine_department(self.request)
        return contracts.terms_on(calendar.today(), [department.pk])[department.pk]

    def get_serializer_class(self) -> type[shapes.PushSerializer]:
        """More of a single push than of a line in the list."""
        return shapes.PushSerializer if self.action == "list" else shapes.PushDetailSerializer

    @extend_schema(request=shapes.VersionSerializer, responses=shapes.PushDetailSerializer, summary="认领推送")
    @action(detail=True, methods=["post"])
    @idempotent
    def claim(self, request: Request, number: str) -> Response:
        """The department takes the duty in hand."""
        return self._act(pushes.claim, shapes.VersionSerializer)

    @extend_schema(
        request=shapes.ReturnSerializer, responses=shapes.PushDetailSerializer, summary="退回推送（职责异议）"
    )
    @action(detail=True, methods=["post"], url_path="return")
    @idempotent
    def send_back(self, request: Request, number: str) -> Response:
        """A wrong push goes to the coordinators."""
        return self._act(objections.raise_objection, shapes.ReturnSerializer)

    @extend_schema(
        request=shapes.FeedbackSerializer,
        responses={200: shapes.PushDetailSerializer, 202: shapes.PushDetailSerializer},
        summary="提交反馈",
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def feedback(self, request: Request, number: str) -> Response:
        """Tells the deciding department; 202 when it came late and was kept as a note."""
        values = _read(shapes.FeedbackSerializer, request)
        reported = feedback.report(self.get_object(), by=machine_actor(request), **values)
        return self._answer(202 if reported.note else 200)

    @extend_schema(request=shapes.AnswerSerializer, responses=shapes.PushDetailSerializer, summary="答复反馈")
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Request, number: str) -> Response:
        """The decision on what supervision reported."""
        return self._act(answers.answer, shapes.AnswerSerializer)

    @extend_schema(request=shapes.NoteRequestSerializer, responses={201: shapes.PushDetailSerializer}, summary="备注")
    @action(detail=True, methods=["post"])
    @idempotent
    def note(self, request: Request, number: str) -> Response:
        """A remark at any time."""
        form = shapes.NoteRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pushes.note(self.get_object(), by=machine_actor(request), **form.validated_data)
        return self._answer(201)

    def _act(self, act: Callable[..., object], form: Form) -> Response:
        """Reads the body, does the action on the caller's push, answers with the push as it is then."""
        values = _read(form, self.request)
        act(self.get_object(), by=machine_actor(self.request), **values)
        return self._answer(200)

    def _answer(self, status: int) -> Response:
        return Response(self.get_serializer(self.get_object()).data, status=status)


class LinkageItemsView(ListAPIView[LinkageEntry]):
    """现行审管联动事项清单。"""

    permission_classes = [needs(Scope.CATALOGUE_READ)]
    serializer_class = shapes.LinkageItemSerializer
    filterset_class = LinkageItemFilter
    ordering = ("sequence", "id")
    queryset = LinkageEntry.objects.none()

    def get_queryset(self) -> "QuerySet[LinkageEntry]":
        """The rows of the version in force."""
        version = lists.in_force()
        if version is None:
            return LinkageEntry.objects.none()
        return lists.with_everything(version.entries.select_related("version"))


class CaseTimelineView(ListAPIView[Event]):
    """一个办件上本部门可见的全部环节，按时间先后。"""

    permission_classes = [needs(Scope.CASES_READ)]
    serializer_class = shapes.TimelineSerializer
    filter_backends: list[Any] = []
    ordering = ("recorded_at", "id")
    queryset = Event.objects.none()

    def get_queryset(self) -> "QuerySet[Event]":
        """The journal of the case; 404 for a case that does not concern the department."""
        events = case_timeline(self.kwargs["number"], department=machine_department(self.request))
        if not events.exists():
            raise Http404
        return events
