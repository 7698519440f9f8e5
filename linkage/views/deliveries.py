"""The dead-letter desk (投递管理): recipients, what did not reach them, and the remedies."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from linkage.actions import endpoints, replays
from linkage.forms.deliveries import PaceForm, PauseForm, WindowForm
from linkage.models import Attempt, Endpoint
from linkage.selectors import dead_letters
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing

DESK = (Permission.PUSH_ARBITRATE, Permission.SYSTEM_MANAGE)
MOST_DIGITS = 19  # of a row number; more would overflow the database


@require_safe
@require(*DESK)
def desk(request: StaffRequest) -> HttpResponse:
    """Recipients above, given-up deliveries below; filters `department` and `q` (error or push number)."""
    department, text = request.GET.get("department", ""), request.GET.get("q", "").strip()
    found = dead_letters.recipients()
    page = keyset_page(request, dead_letters.dead(department=department, text=text), ordering=("-id",))
    context = {"recipients": found, "page": page, "department": department, "q": text}
    return render(request, "linkage/deliveries/desk.html", context)


@require_POST
@require(*DESK)
@refusing
def replay_chosen(request: StaffRequest) -> HttpResponse:
    """The ticked ones again."""
    chosen = [int(pk) for pk in request.POST.getlist("delivery") if pk.isdecimal() and len(pk) < MOST_DIGITS]
    queued = replays.replay_chosen(by=request_actor(request), deliveries=chosen)
    messages.success(request, _queued(queued))
    return redirect("linkage:deliveries")


@require_safe
@require(*DESK)
@refusing
def recipient(request: StaffRequest, code: str) -> HttpResponse:
    """One recipient with its controls; `since`, `until`, `dead` show how many pushes a replay would send."""
    return _page(request, _fetch(code))


@require_POST
@require(*DESK)
@refusing
def deed(request: StaffRequest, code: str, action: str) -> HttpResponse:
    """One of the remedies. A new key is shown in the answer itself, and never again."""
    endpoint = _fetch(code)
    if action == "rotate_key":
        rotated = endpoints.rotate_key(endpoint, by=request_actor(request))
        return _page(request, rotated, secret=rotated.secret)
    if action not in DEEDS:
        raise Http404
    messages.success(request, DEEDS[action](request, endpoint))
    return redirect("linkage:recipient", code=code)


def _page(request: StaffRequest, endpoint: Endpoint, secret: str = "") -> HttpResponse:
    code = endpoint.department.code
    (found,) = dead_letters.recipients(only=code)
    form = WindowForm(request.GET if {"since", "until", "dead"} & request.GET.keys() else None)
    wanted = None
    if form.is_bound and form.is_valid():
        wanted = replays.wanted_pushes(endpoint, **form.window()).count()
    pace = {name: getattr(endpoint, name) for name in PaceForm.base_fields}
    context = {
        "one": found,
        "secret": secret,
        "rotating": bool(endpoint.previous_secret),
        "may_manage": request.user.may(Permission.SYSTEM_MANAGE),
        "form": form,
        "wanted": wanted,
        "pause_form": PauseForm(),
        "pace_form": PaceForm(initial=pace),
        "dead": dead_letters.dead(department=code).order_by("-id")[:10],
    }
    return render(request, "linkage/deliveries/recipient.html", context, status=422 if form.errors else 200)


def _fetch(code: str) -> Endpoint:
    return get_object_or_404(Endpoint.objects.select_related("department"), department__code=code)


def _pause(request: StaffRequest, endpoint: Endpoint) -> str:
    endpoints.pause(endpoint, by=request_actor(request), reason=request.POST.get("reason", ""))
    return "已暂停投递。推送在平台排队，不会丢失。"


def _resume(request: StaffRequest, endpoint: Endpoint) -> str:
    endpoints.resume(endpoint, by=request_actor(request))
    return "已恢复投递，积压的推送按序补齐。"


def _ping(request: StaffRequest, endpoint: Endpoint) -> str:
    answer = endpoints.ping(endpoint, by=request_actor(request))
    if answer.outcome == Attempt.Outcome.DELIVERED:
        return f"测试调用成功：应答 {answer.status_code}，耗时 {answer.duration_ms} 毫秒。"
    return f"测试调用没有成功：{answer.error or '无应答'}，耗时 {answer.duration_ms} 毫秒。"


def _finish_rotation(request: StaffRequest, endpoint: Endpoint) -> str:
    endpoints.finish_rotation(endpoint, by=request_actor(request))
    return "密钥轮换已结束，旧密钥失效。"


def _deactivate(request: StaffRequest, endpoint: Endpoint) -> str:
    endpoints.deactivate(endpoint, by=request_actor(request))
    return "接收地址已停用，推送只进平台收件箱。"


def _set_pace(request: StaffRequest, endpoint: Endpoint) -> str:
    form = PaceForm(request.POST)
    if not form.is_valid():
        raise Invalid(
            "投递节奏的数字超出允许范围。", {name: list(map(str, found)) for name, found in form.errors.items()}
        )
    endpoints.set_pace(endpoint, by=request_actor(request), **form.cleaned_data)
    return "投递节奏已更新。"


def _replay(request: StaffRequest, endpoint: Endpoint) -> str:
    form = WindowForm(request.POST)
    if not form.is_valid():
        raise Invalid("补发时间无法识别。", {name: list(map(str, found)) for name, found in form.errors.items()})
    queued = replays.replay(by=request_actor(request), recipient=endpoint.department, **form.window())
    return _queued(queued)


def _queued(count: int) -> str:
    if not count:
        return "没有需要补发的推送：可能刚刚由他人补发，或已经送达。"
    return f"已排队补发 {count} 条，沿用原推送编号。"


DEEDS: dict[str, Callable[[StaffRequest, Endpoint], str]] = {
    "pause": _pause,
    "resume": _resume,
    "ping": _ping,
    "finish_rotation": _finish_rotation,
    "deactivate": _deactivate,
    "set_pace": _set_pace,
    "replay": _replay,
}
__all__ = ["DEEDS", "desk", "deed", "recipient", "replay_chosen"]
