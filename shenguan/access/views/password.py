"""Changing one's own password (RULES R11.01)."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shenguan.access.actions.passwords import change_password
from shenguan.access.forms.login import OwnPasswordForm
from shenguan.access.middleware import PASSWORD_DUE
from shenguan.access.requests import StaffRequest, request_actor


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_page(request: StaffRequest) -> HttpResponse:
    """Old and new password; this session goes on, every other one of this person ends."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(staff=request.user, password=form.cleaned_data["new_password1"], by=request_actor(request))
        update_session_auth_hash(request, request.user)
        request.session.pop(PASSWORD_DUE, None)
        messages.success(request, "密码已修改，其他设备上的登录已全部退出。")
        return redirect("ui:home")
    context = {"form": form, "is_due": request.session.get(PASSWORD_DUE, False)}
    return render(request, "access/password.html", context, status=422 if form.errors else 200)
