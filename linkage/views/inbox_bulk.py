"""One action for the ticked rows of the inbox: each push on its own, what was refused is named, the rest is done."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from linkage.forms.pushes import DeedForm, ManyReturnForm, ManyTransferForm
from linkage.models import Push
from linkage.policies import PERMISSION_OF
from linkage.selectors import inbox as selectors
from linkage.selectors.cases import visible_pushes
from linkage.selectors.pushes import with_people
from linkage.views.access import way_back
from linkage.views.deeds import DEEDS
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.numbers import whole_number

LIMIT = 200
REASONS_SHOWN = 10
DONE = {"claim": "认领", "read": "签阅", "assign": "指派", "transfer": "改办科室", "return": "提出职责异议"}
RIGHTS = {action: PERMISSION_OF[action] for action in DONE}
ASKING: dict[str, type[DeedForm]] = {"transfer": ManyTransferForm, "return": ManyReturnForm}  # on a page of their own
Ticked = dict[str, int | None]  # number of a push -> the version it was shown in


@require_POST
@require(Permission.INBOX_VIEW)
def bulk(request: StaffRequest) -> HttpResponse:
    """Does what was chosen; what needs a reason asks for it first and is done with `confirmed`."""
    action = request.POST.get("action", "")
    back = way_back(request, request.POST.get("next", ""), reverse("linkage:inbox"))
    ticked = dict(_number_and_version(value) for value in request.POST.getlist("push")[:LIMIT])
    pushes = _pushes(request, ticked)
    first = pushes.first() if action in DONE else None
    if first is None:
        messages.warning(request, "请先勾选推送，再选择要做的操作。")
        return redirect(back)
    values: dict[str, Any] = {}
    if action in ASKING:
        form = ASKING[action](first, request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return _ask(request, action, form, pushes, ticked, back)
        values = form.cleaned_data
    elif action == "assign":
        people = selectors.colleagues(request.user)
        values["assignee"] = people.filter(username=request.POST.get("assignee", "")).first()
        if values["assignee"] is None:
            messages.warning(request, "请先选择指派给谁。")
            return redirect(back)
    _run(request, action, pushes, ticked, values)
    return redirect(back)


def _pushes(request: StaffRequest, ticked: Ticked) -> "QuerySet[Push]":
    """The ticked pushes this person may see, the most urgent first."""
    return with_people(visible_pushes(request.user)).filter(number__in=ticked).order_by("due_on", "id")


def _ask(
    request: StaffRequest, action: str, form: DeedForm, pushes: "QuerySet[Push]", ticked: Ticked, back: str
) -> HttpResponse:
    context = {
        "action": action,
        "title": f"批量{DEEDS[action].title}",
        "form": form,
        "pushes": pushes,
        "ticked": [f"{number}:{'' if version is None else version}" for number, version in ticked.items()],
        "back": back,
    }
    return render(request, "linkage/inbox/bulk.html", context, status=422 if form.is_bound else 200)


def _run(request: StaffRequest, action: str, pushes: "QuerySet[Push]", ticked: Ticked, values: dict[str, Any]) -> None:
    done, refused = 0, []
    for push in pushes:
        try:
            DEEDS[action].run(push, request_actor(request), values | {"version": ticked[push.number]})
            done += 1
        except Refusal as refusal:
            refused.append(f"{push.number} {push.heading}：{refusal.message}")
    _tell(request, DONE[action], done, refused)


def _number_and_version(value: str) -> tuple[str, int | None]:
    """A tick box carries the push's number and the version it was shown in."""
    number, _, version = value.partition(":")
    return number, whole_number(version)


def _tell(request: StaffRequest, word: str, done: int, refused: list[str]) -> None:
    if done:
        messages.success(request, f"已{word} {done} 条。" + (f"另有 {len(refused)} 条未能办理。" if refused else ""))
    for sentence in refused[:REASONS_SHOWN]:
        messages.warning(request, f"未{word}：{sentence}")
    if len(refused) > REASONS_SHOWN:
        messages.warning(request, f"还有 {len(refused) - REASONS_SHOWN} 条未能{word}，请逐条打开查看原因。")
