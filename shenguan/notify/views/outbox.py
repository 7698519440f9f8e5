"""What left, or would have left, the house; personal data masked (R11.09)."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.decorators import require
from shenguan.access.requests import request_actor
from shenguan.access.roles import Permission
from shenguan.notify.actions import resending
from shenguan.notify.channels import OUTSIDE, gateway_for
from shenguan.notify.channels.sms.http import HttpGateway
from shenguan.notify.models import GatewayState, Message
from shenguan.notify.templates import BUNDLE, DIGEST, GENERAL, REMINDERS, TEMPLATES
from shenguan.ui.paging import keyset_page
from shenguan.ui.views import refusing

UNDELIVERED = Message.Receipt.UNDELIVERED


@require_safe
@require(Permission.SYSTEM_MANAGE, Permission.COORDINATION_VIEW)
def outbox(request: HttpRequest) -> HttpResponse:
    """Newest first; `?state=` and `?channel=` narrow, anything unknown shows all."""
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    rows = _narrowed(Message.objects.select_related("resent_as", "bundled_in"), state, channel)
    context = {
        "page": keyset_page(request, rows, ordering=("-id",)),
        "state": state,
        "channel": channel,
        "states": [*Message.State.choices, (UNDELIVERED.value, UNDELIVERED.label)],
        "channels": Message.Channel.choices,
        "stores_only": [Message.Channel(name).label for name in OUTSIDE if gateway_for(name).stores_only],
        "paused": [
            (Message.Channel(row.channel).label, row)
            for row in GatewayState.objects.filter(paused_until__gt=timezone.now())
        ],
        "may_resend": request.user.is_authenticated and request.user.may(Permission.SYSTEM_MANAGE),
    }
    return render(request, "notify/outbox.html", context)


@require_POST
@require(Permission.SYSTEM_MANAGE)
@refusing
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Queues a failed message again and leads back to the list."""
    new = resending.resend(get_object_or_404(Message, pk=pk), by=request_actor(request))
    messages.success(request, f"已重新排队：{new.waits_because}。")
    return redirect("notify:outbox")


@require_safe
@require(Permission.SYSTEM_MANAGE, Permission.COORDINATION_VIEW)
def templates(request: HttpRequest) -> HttpResponse:
    """The registered texts, for whoever registers them with a provider. Read-only: they are part of the program."""
    gateway = gateway_for("sms")
    theirs = gateway.config.templates if isinstance(gateway, HttpGateway) else {}
    texts = [*TEMPLATES.items(), ("（其他）", GENERAL), ("（合并）", BUNDLE), ("（每日）", DIGEST)]
    rows = [(kind, template, theirs.get(template.code, ""), kind in REMINDERS) for kind, template in texts]
    return render(request, "notify/templates.html", {"rows": rows, "mapped": isinstance(gateway, HttpGateway)})


def _narrowed(rows: "QuerySet[Message]", state: str, channel: str) -> "QuerySet[Message]":
    if state == UNDELIVERED:
        rows = rows.filter(receipt=UNDELIVERED)
    elif state in Message.State.values:
        rows = rows.filter(state=state)
    return rows.filter(channel=channel) if channel in Message.Channel.values else rows
