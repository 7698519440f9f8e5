"""Notice settings: which kinds by which channel, one's own only."""

from django.conf import settings as configured
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shenguan.access.requests import StaffRequest, request_actor
from shenguan.notify.actions.choices import choose_channels
from shenguan.notify.choices import table_of
from shenguan.privacy.masking import mask_email, mask_phone


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """One row a group, one tick a channel. Names of fields are `group.channel`."""
    if request.method == "POST":
        ticked = (name.partition(".") for name in request.POST)
        choose_channels([(group, channel) for group, _, channel in ticked], by=request_actor(request))
        messages.success(request, "通知设置已保存。")
        return redirect("notify:settings")
    context = {
        "rows": [(group, channels["sms"], channels["email"]) for group, channels in table_of(request.user)],
        "mobile": mask_phone(request.user.mobile),
        "email": mask_email(request.user.email),
        "minutes": configured.NOTIFY_BUNDLE_MINUTES,
        "hours": configured.NOTIFY_HOURS,
    }
    return render(request, "notify/settings.html", context)
