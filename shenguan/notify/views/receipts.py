"""Where the SMS provider reports deliveries. Open to the network, shut without the key."""

import json
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shenguan.access import rates
from shenguan.access.decorators import public
from shenguan.access.requests import client_ip
from shenguan.notify.actions.receipts import record_receipts
from shenguan.notify.channels import gateway_for
from shenguan.notify.channels.sms import receipts
from shenguan.notify.channels.sms.http import HttpGateway

CALLS_A_MINUTE = 600


@csrf_exempt
@public
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """404 where no receipts are configured, 429 for floods, 403 without a genuine signature, 400 for what is no JSON.

    The same call again is answered alike and changes nothing.
    """
    gateway = gateway_for("sms")
    reading = gateway.config.receipts if isinstance(gateway, HttpGateway) else None
    if reading is None or not settings.SMS_RECEIPT_KEY:
        raise Http404("没有配置短信回执。")
    if rates.exceeded("sms-receipts", client_ip(request), limit=CALLS_A_MINUTE, seconds=60):
        return _refuse(HTTPStatus.TOO_MANY_REQUESTS)
    if not receipts.is_genuine(reading, settings.SMS_RECEIPT_KEY, request.headers, request.body):
        return _refuse(HTTPStatus.FORBIDDEN)
    try:
        call = json.loads(request.body)
    except (ValueError, RecursionError):
        return _refuse(HTTPStatus.BAD_REQUEST)
    record_receipts(receipts.read(reading, call), channel="sms", gateway=gateway.name)
    return JsonResponse(reading.answer)


def _refuse(status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"title": status.phrase, "status": status}, status=status)
