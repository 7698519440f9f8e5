"""What left, or would have left, the house; personal data masked (R11.09)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shenguan.access.decorators import require
from shenguan.access.roles import Permission
from shenguan.notify.channels import gateway_for
from shenguan.notify.models import Message
from shenguan.ui.paging import keyset_page


@require_safe
@require(Permission.SYSTEM_MANAGE, Permission.COORDINATION_VIEW)
def outbox(request: HttpRequest) -> HttpResponse:
    """Newest first; `?state=` narrows to one state, anything else shows all."""
    state = request.GET.get("state", "")
    rows = Message.objects.all()
    if state in Message.State.values:
        rows = rows.filter(state=state)
    context = {
        "page": keyset_page(request, rows, ordering=("-id",)),
        "state": state,
        "states": Message.State.choices,
        "stores_only": gateway_for(Message.Channel.SMS).stores_only,
    }
    return render(request, "notify/outbox.html", context)
