"""`Idempotency-Key` (CONTRACT §3): a POST sent again gives the first answer and does nothing twice.

The key is taken in a transaction of its own, then the view runs, then its answer is kept. Between the last two a crash
may leave a key without an answer; after LEASE it may be taken again. So a view must still bear a repetition (it does,
by the natural keys of what it creates); the record spares clients from having to tell the two answers apart.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shenguan.access.api.authentication import calling_client
from shenguan.access.api.problems import CONTENT_TYPE, problem, problem_response
from shenguan.access.models import IdempotencyRecord

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time DRF's views import this package

HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 200
LEASE = timedelta(seconds=60)  # longer than any request lives: gunicorn ends a worker after 30 s
KEPT = timedelta(days=7)  # deliveries are retried for a day or so; a week also covers a long weekend
RETRY_AFTER_SECONDS = 2

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Wraps a POST method of a view (`post`, `create` or an @action). Without the header nothing changes."""

    @wraps(handler)
    def guarded(view: "APIView", request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > MAX_KEY_LENGTH:
            return _refuse(422, "idempotency_key_too_long", f"{HEADER} 不能超过 {MAX_KEY_LENGTH} 个字符。")
        record, refusal = _take(request, key)
        if refusal is not None:
            return refusal
        if record.status is not None:
            return _replay(record)
        return _run_and_keep(record, handler, view, request, *args, **kwargs)

    described: Any = guarded
    described.is_idempotent = True
    return described


def forget_old_keys() -> int:
    """Deletes records nobody will ask for again; returns how many (RULES R11.10)."""
    return IdempotencyRecord.objects.filter(taken_at__lt=timezone.now() - KEPT).delete()[0]


def _take(request: Request, key: str) -> tuple[IdempotencyRecord, Response | None]:
    """The record of this key, and the refusal if it belongs to another body or to a call still under way."""
    now = timezone.now()
    record = IdempotencyRecord(client=calling_client(request), key=key, body_hash=_digest(request), taken_at=now)
    if record.take():
        return record, None
    first = IdempotencyRecord.objects.filter(client=record.client, key=key).first()
    if first is None:  # it crashed and freed the key between our two statements
        return record, _in_progress()
    if first.body_hash != record.body_hash:
        return first, _refuse(409, "idempotency_key_reused", f"此 {HEADER} 已用于另一内容的请求，请更换新的键。")
    if first.status is not None:
        return first, None
    stale = IdempotencyRecord.objects.filter(pk=first.pk, status=None, taken_at__lt=now - LEASE)
    return first, None if stale.update(taken_at=now) else _in_progress()


def _in_progress() -> Response:
    refusal = _refuse(409, "idempotency_in_progress", "相同的请求正在处理，请稍后重试。")
    refusal["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return refusal


def _digest(request: Request) -> str:
    """What makes two requests the same: method, address and content, whatever the spacing of the JSON."""
    data = dict(request.data.lists()) if isinstance(request.data, QueryDict) else request.data
    content = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_digest_of_file)
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{content}".encode()).hexdigest()


def _digest_of_file(uploaded: Any) -> list[str]:
    """A file of a form by its name and content."""
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    return [uploaded.name, digest.hexdigest()]


def _run_and_keep(
    record: IdempotencyRecord, handler: Handler, view: "APIView", request: Request, *args: Any, **kwargs: Any
) -> Response:
    """Runs the view. Its answer is kept, refusals too; a crash frees the key so that a retry can do the work."""
    try:
        response = handler(view, request, *args, **kwargs)
    except Exception as error:
        refusal = problem_response(error, {"view": view, "request": request})
        if refusal is None or refusal.status_code >= 500:
            record.delete()
            raise
        response = refusal
    record.status = response.status_code
    record.content_type = response.content_type or ""
    record.answer = JSONRenderer().render(response.data).decode()
    record.save(update_fields=["status", "content_type", "answer"])
    return response


def _replay(record: IdempotencyRecord) -> Response:
    """The first answer once more, marked as such."""
    response = Response(json.loads(record.answer), status=record.status, content_type=record.content_type or None)
    response["Idempotency-Replayed"] = "true"
    return response


def _refuse(status: int, code: str, detail: str) -> Response:
    return Response(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)
