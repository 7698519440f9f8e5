"""人员离岗交接: who has what in hand, and giving it to a colleague in one go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from linkage.actions import handovers
from linkage.forms.handovers import HandoverForm
from linkage.selectors import handovers as selectors
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing

REASONS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ASSIGN)
@refusing
def handover(request: StaffRequest) -> HttpResponse:
    """`?person=` shows what they have in hand, all ticked; the press hands over what stays ticked."""
    department = request.user.department
    given = request.POST if request.method == "POST" else request.GET
    username = given.get("person", "")
    person = get_object_or_404(Staff, username=username, department=department) if username else None
    context: dict[str, object] = {"holders": selectors.holders(department), "person": person}
    if person is None:
        return render(request, "linkage/handovers/handover.html", context)
    form = HandoverForm(person, request.POST if request.method == "POST" else None)
    rows = list(selectors.in_hand(person))
    ticked = set(request.POST.getlist("push")) if form.is_bound else {push.number for push in rows}
    context |= {"form": form, "rows": rows, "ticked": ticked, "checks": selectors.checks_beside(person)}
    if not form.is_valid():
        return render(request, "linkage/handovers/handover.html", context, status=422 if form.is_bound else 200)
    try:
        handed = handovers.hand_over(
            person,
            to=form.cleaned_data["to"],
            by=request_actor(request),
            reason=form.cleaned_data["reason"],
            chosen=[push for push in rows if push.number in ticked],
        )
    except Refusal as refusal:
        for name, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            form.add_error(name if name in form.fields else None, sentences)
        return render(request, "linkage/handovers/handover.html", context, status=refusal.status)
    _tell(request, person, form.cleaned_data["to"], handed)
    return redirect("linkage:handover")


def _tell(request: StaffRequest, person: Staff, to: Staff, handed: handovers.Handed) -> None:
    also = f"，另有检查任务 {handed.checks} 项" if handed.checks else ""
    messages.success(request, f"已将{person.name}的 {len(handed.done)} 条推送交接给{to.name}{also}。")
    for number, why in list(handed.refused.items())[:REASONS_SHOWN]:
        messages.warning(request, f"未交接 {number}：{why}")
