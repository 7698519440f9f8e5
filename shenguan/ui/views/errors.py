"""Error pages: what happened, what to do, and a number to quote. Machines get RFC 9457 problems under /api/."""

import logging
from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import reswap, retarget
from structlog.contextvars import get_contextvars

logger = logging.getLogger(__name__)


def error_number() -> str:
    """The number a person quotes: the start of the request id that stands in the log lines of this request."""
    request_id = str(get_contextvars().get("request_id") or uuid4())
    return request_id.replace("-", "")[:12].upper()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, "请求有误", "浏览器送来的内容不完整或已损坏，没有写入任何数据。请返回上一页刷新后重试。")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the message of the PermissionDenied says which right is missing and whom to ask."""
    reason = str(exception) or "您的岗位没有此项权限，请联系本单位系统管理员。"
    return _page(request, 403, "不在您的岗位范围内", reason)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also what a foreign department's number gets, so it does not tell whether the number exists."""
    is_known = getattr(getattr(request, "user", None), "is_authenticated", False)
    advice = (
        "编号可能有误，或不属于您的单位。请核对编号，或用全局搜索查找。"
        if is_known
        else "网址可能有误。请核对网址，或回到首页查找。"
    )
    return _page(request, 404, "没有找到这个页面", advice)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: nearly always a page that stayed open over a new login."""
    text = "页面停留过久或已在别处重新登录，本次提交没有写入。请返回上一页，刷新后重新提交。"
    return _page(request, 403, "页面已过期", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs neither database nor session, because one of them may be what failed."""
    number = error_number()
    logger.error("error number %s at %s", number, request.path)
    text = "系统没能完成这次操作，未完成的写入已全部撤回。请稍后重试；仍不成功请把错误号告诉系统管理员。"
    if request.path.startswith("/api/"):
        return _problem(500, "系统内部错误", number)
    context = {"title": "系统出错了", "text": text, "number": number}
    if request.headers.get("HX-Request"):
        return _fragment(HttpResponse(render_to_string("errors/fragment.html", context), status=500))
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    number = error_number()
    if request.path.startswith("/api/"):
        return _problem(status, text, number)
    context = {"title": title, "text": text, "number": number, "status": status}
    if request.headers.get("HX-Request"):
        return _fragment(render(request, "errors/fragment.html", context, status=status))
    signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
    return render(request, "errors/signed_in.html" if signed_in else "errors/public.html", context, status=status)


def _fragment(response: HttpResponse) -> HttpResponse:
    """Into the message area, so that the form the person was filling in stays as it is."""
    return reswap(retarget(response, "#messages"), "innerHTML")


def _problem(status: int, detail: str, number: str) -> HttpResponse:
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_")
    body = {"type": "about:blank", "title": phrase, "status": status, "code": code, "detail": detail}
    return JsonResponse(body | {"instance": number}, status=status, content_type="application/problem+json")
