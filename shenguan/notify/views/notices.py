"""A person's own notices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from shenguan.access.requests import request_actor
from shenguan.notify.actions import notices as actions
from shenguan.notify.models import Notice
from shenguan.ui.paging import keyset_page


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first; `?unread=1` leaves out what was read."""
    rows = Notice.objects.of(request_actor(request).staff)
    only_unread = request.GET.get("unread") == "1"
    if only_unread:
        rows = rows.unread()
    page = keyset_page(request, rows, ordering=("-id",))
    return render(request, "notify/notices.html", {"page": page, "only_unread": only_unread})


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes the reading of one own notice and leads to what it is about."""
    by = request_actor(request)
    notice = get_object_or_404(Notice.objects.of(by.staff), pk=pk)
    actions.mark_read(notice, by=by)
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("notify:notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Empties the bell."""
    count = actions.mark_all_read(by=request_actor(request))
    messages.success(request, f"已将 {count} 条消息标为已读。" if count else "没有未读消息。")
    return redirect("notify:notices")
