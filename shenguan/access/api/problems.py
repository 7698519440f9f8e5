"""Errors as RFC 9457 problem documents (CONTRACT §3): what happened, which field, never a stack trace."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from shenguan.refusals import Invalid, Refusal, StateForbids

CONTENT_TYPE = "application/problem+json"
# What DRF sets on its exceptions, and the header it becomes.
HEADERS = {"auth_header": "WWW-Authenticate", "wait": "Retry-After"}


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of a problem document. `code` is what programs compare; `detail` is one Chinese sentence."""
    title = HTTPStatus(status).phrase
    kind = f"urn:shenguan:problem:{code}"
    return {"type": kind, "title": title, "status": status, "code": code, "detail": detail, **more}


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None for what nobody foresaw: Django logs it and the 500 view answers."""
    if isinstance(error, Refusal):
        return _respond(_refusal_body(error, context.get("view")))
    if known := _of_django(error):
        return _respond(known)
    if isinstance(error, exceptions.ValidationError):
        errors = [{"field": path, "message": text} for path, text in field_errors(error.detail)]
        return _respond(problem(422, "invalid", "提交的内容有误，请按 errors 逐项修改。", errors=errors))
    if isinstance(error, exceptions.APIException):
        response = _respond(problem(error.status_code, _code_of(error), str(error.detail)))
        for attribute, header in HEADERS.items():
            if getattr(error, attribute, None):
                response[header] = str(getattr(error, attribute))
        return response
    return None


def _of_django(error: Exception) -> dict[str, Any] | None:
    """What Django itself raises: not there, not allowed, too much."""
    if isinstance(error, Http404):
        return problem(404, "not_found", "没有这条记录，或不属于本部门。")
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", str(error) or "没有权限。")
    if isinstance(error, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        return problem(413, "body_too_large", f"请求内容不能超过 {most} MB，请分批报送。")
    return None


def _respond(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type=CONTENT_TYPE)


def _refusal_body(refusal: Refusal, view: Any) -> dict[str, Any]:
    """The rules' own answer, with the fields where it has them; 409 with state and the calls that are open instead.

    Tables of states name the moves of the pages as well, so the view says which calls there are (`where_it_stands`);
    one that says nothing offers none.
    """
    more: dict[str, Any] = {}
    if isinstance(refusal, StateForbids):
        more = {"state": refusal.state, "allowed_actions": []}
    if refusal.status == HTTPStatus.CONFLICT and hasattr(view, "where_it_stands"):
        more |= view.where_it_stands()
    if isinstance(refusal, Invalid):
        more = {
            "errors": [{"field": field, "message": text} for field, texts in refusal.errors.items() for text in texts]
        }
    return problem(refusal.status, refusal.code, refusal.message, **more)


def _code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def field_errors(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, sentence) for every leaf of DRF's nested error detail: `subject.uscc`, `documents[0].name`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            if name == "non_field_errors":
                yield from field_errors(inner, path)
            elif isinstance(name, int):  # DRF names the rows of a many=True serializer by number
                yield from field_errors(inner, f"{path}[{name}]")
            else:
                yield from field_errors(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from field_errors(inner, f"{path}[{index}]" if isinstance(inner, Mapping) else path)
    else:
        yield path, str(detail)
