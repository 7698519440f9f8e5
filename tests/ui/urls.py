"""The portal's addresses plus a few that misbehave on purpose."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from shenguan import urls
from shenguan.access.decorators import public
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion
from shenguan.ui.views import refusing


@refusing
def stale(request: HttpRequest) -> HttpResponse:
    """Somebody was faster."""
    raise StaleVersion()


@refusing
def forbidden(request: HttpRequest) -> HttpResponse:
    """A rule forbids it."""
    raise NotAllowed("受理人不能办理同一件的批准，请联系科室负责人。")


@refusing
def invalid(request: HttpRequest) -> HttpResponse:
    """The input breaks a rule."""
    raise Invalid("文号有误，请核对。", {"docno": ["括号应为〔〕。"]})


def form_again(request: HttpRequest, refusal: Refusal, number: int) -> HttpResponse:
    """A view's own way to answer."""
    return HttpResponse(f"{number}: {refusal.message}", status=refusal.status)


@refusing(on_refusal=form_again)
def own_answer(request: HttpRequest, number: int) -> HttpResponse:
    """The form comes back with what was typed."""
    raise Invalid("请填写理由。")


@refusing
def fine(request: HttpRequest) -> HttpResponse:
    """Nothing to refuse."""
    return HttpResponse("好")


def broken(request: HttpRequest) -> HttpResponse:
    """A defect."""
    raise RuntimeError("a defect of the test")


urlpatterns = [
    path("t/stale/", stale),
    path("t/forbidden/", forbidden),
    path("t/invalid/", invalid),
    path("t/own/<int:number>/", own_answer),
    path("t/fine/", fine),
    path("t/broken/", public(broken)),
    path("api/t/broken/", public(broken)),
    *urls.urlpatterns,
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
