"""A small portal for the tests of access: the real login and token addresses, and views that try one thing each."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shenguan import audit
from shenguan.access.api import HasScope, idempotent, machine_actor
from shenguan.access.decorators import public, require
from shenguan.access.requests import request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Region
from shenguan.refusals import Invalid, NotAllowed, StateForbids


def page(request: HttpRequest) -> HttpResponse:
    """Any page."""
    return HttpResponse("页面")


@public
def open_page(request: HttpRequest) -> HttpResponse:
    """A page for everyone."""
    return HttpResponse("公开")


@require(Permission.PUSH_CLAIM, Permission.PUSH_ASSIGN)
def claim_page(request: HttpRequest) -> HttpResponse:
    """A page for people who claim or assign."""
    return HttpResponse(request_actor(request).name)


def writing_page(request: HttpRequest) -> HttpResponse:
    """A page that writes, whatever the method."""
    Region.objects.create(code="439900", name="云州市")
    return HttpResponse("已写入")


def reading_page(request: HttpRequest) -> HttpResponse:
    """A page that reads and leaves the trace the law wants."""
    audit.record("subject.unmasked", by=request_actor(request), label=str(Region.objects.count()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("已读取")


class RegionSerializer(serializers.ModelSerializer[Region]):
    """A row of the test list."""

    class Meta:
        model = Region
        fields = ["code", "name"]


class Regions(ListAPIView[Region]):
    """A list of the machine interface."""

    permission_classes = [HasScope("catalogue:read")]
    queryset = Region.objects.all()
    serializer_class = RegionSerializer


class Unnamed(APIView):
    """A view whose author forgot to name a scope."""

    def get(self, request: Request) -> Response:
        """Never reached."""
        return Response({})


class DocumentSerializer(serializers.Serializer[object]):
    name = serializers.CharField()


class ApplicantSerializer(serializers.Serializer[object]):
    uscc = serializers.CharField(min_length=18)


class CaseSerializer(serializers.Serializer[object]):
    """Nested input, for field paths."""

    subject = ApplicantSerializer()
    documents = DocumentSerializer(many=True)


class Refusals(APIView):
    """Answers with the refusal the address names."""

    permission_classes = [HasScope("cases:read", write="cases:write")]

    def get(self, request: Request, kind: str) -> Response:
        """Raises it."""
        if kind == "known_state":
            self.where_it_stands = lambda: {"state": "claimed", "allowed_actions": ["feedback"]}
            kind = "state"
        raise {
            "state": StateForbids("当前状态为“已认领”，不能认领。", state="claimed", allowed=["feedback"]),
            "right": NotAllowed("不是本部门的推送。"),
            "input": Invalid("内容有误。", {"uscc": ["校验位不正确。"]}),
            "missing": Http404("secret detail"),
            "crash": ZeroDivisionError("secret detail"),
        }[kind]

    def post(self, request: Request, kind: str) -> Response:
        """Validates."""
        CaseSerializer(data=request.data).is_valid(raise_exception=True)
        return Response({}, status=201)


class CreateRegion(APIView):
    """A POST that may be repeated."""

    permission_classes = [HasScope("cases:write")]

    @idempotent
    def post(self, request: Request) -> Response:
        """Adds a region; refuses a name that is taken; crashes when asked to."""
        if request.data.get("crash"):
            raise ZeroDivisionError
        if Region.objects.filter(name=request.data["name"]).exists():
            raise Invalid("名称重复。", {"name": ["已存在。"]})
        region = Region.objects.create(code=f"4399{Region.objects.count():02d}", name=request.data["name"])
        return Response({"code": region.code, "by": machine_actor(request).name}, status=201)


urlpatterns = [
    path("accounts/", include("shenguan.access.urls")),
    path("oauth2/", include("shenguan.access.oauth_urls")),
    path("", include("shenguan.ui.urls")),
    path("page/", page),
    path("open/", open_page),
    path("claim/", claim_page),
    path("writing/", writing_page),
    path("reading/", reading_page),
    path("api/v1/regions/", Regions.as_view()),
    path("api/v1/regions/new/", CreateRegion.as_view()),
    path("api/v1/unnamed/", Unnamed.as_view()),
    path("api/v1/refusals/<str:kind>/", Refusals.as_view()),
]
handler403 = "shenguan.ui.views.errors.permission_denied"
handler404 = "shenguan.ui.views.errors.not_found"
handler500 = "shenguan.ui.views.errors.server_error"
