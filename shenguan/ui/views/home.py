"""Home, and the small personal switches of the frame."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.requests import StaffRequest, request_actor
from shenguan.ui import actions, navigation


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """To the workbench of the signed-in role (CONTRACT §5)."""
    target = navigation.home_for(request.user)
    return redirect(target) if target else render(request, "ui/no_workbench.html")


@require_POST
def single_keys(request: StaffRequest) -> HttpResponse:
    """Turns single-key shortcuts on or off and goes back to the page it was asked from."""
    on = request.POST.get("on") == "1"
    actions.set_single_keys(by=request_actor(request), on=on)
    messages.success(request, "已启用单键快捷键。" if on else "已关闭单键快捷键，Ctrl 组合键仍可使用。")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "ui:home")


@require_POST
def keep_session(request: StaffRequest) -> HttpResponse:
    """Answers 204: being asked at all is what prolongs the session (RULES R12.03, time-outs can be extended)."""
    return HttpResponse(status=204)
