"""One decision for several objections of one cause: the same department, supervision item and reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from linkage.actions import objections
from linkage.forms.desk import REJECT, DecisionForm
from linkage.models import DutyObjection
from linkage.selectors.arbitration import of_one_cause
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Department
from shenguan.refusals import Refusal
from shenguan.ui.views.refusals import refusing

REASONS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ARBITRATE)
@refusing
def decide_alike(request: StaffRequest, pk: int) -> HttpResponse:
    """The open objections that share the cause of this one, and one decision for those that stay ticked."""
    objection = get_object_or_404(DutyObjection.objects.select_related("push__department"), pk=pk)
    given = request.POST if request.method == "POST" else request.GET
    suggested = objection.suggested_department
    code = given.get("department", suggested.code if suggested and request.method != "POST" else "")
    department = Department.objects.filter(code=code).first()
    alike = list(of_one_cause(objection))
    ticked = set(given.getlist("objection")) or {str(one.pk) for one in alike}
    initial = {"department": code, "outcome": given.get("outcome", ""), "decision": given.get("decision", "")}
    bound = request.POST if request.method == "POST" else None
    form = DecisionForm(objection, department, bound, initial=initial)
    chosen = [one for one in alike if str(one.pk) in ticked]
    if form.is_valid() and chosen:
        _decide_each(request, chosen, form)
        return redirect("linkage:objections")
    context = {"objection": objection, "alike": alike, "ticked": {one.pk for one in chosen}, "form": form}
    return render(request, "linkage/desk/decide_alike.html", context, status=422 if form.is_bound else 200)


def _decide_each(request: StaffRequest, chosen: list[DutyObjection], form: DecisionForm) -> None:
    """Each on its own: what was refused is named, the rest is decided."""
    by, values, done = request_actor(request), form.cleaned_data, 0
    refused: list[str] = []
    for objection in chosen:
        try:
            if values["outcome"] == REJECT:
                objections.reject(objection, by=by, decision=values["decision"])
            else:
                recipient = {name: values[name] for name in ("department", "office", "owner")}
                objections.uphold(objection, by=by, decision=values["decision"], **recipient)
            done += 1
        except Refusal as refusal:
            refused.append(f"{objection.push.number}：{refusal.message}")
    if done:
        messages.success(request, f"已裁定 {done} 件。" + (f"另有 {len(refused)} 件未能裁定。" if refused else ""))
    for sentence in refused[:REASONS_SHOWN]:
        messages.warning(request, f"未裁定：{sentence}")
