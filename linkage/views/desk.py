"""The coordinators' desk (未对应与职责裁定): three worklists, each with its remedy."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from linkage.actions import objections, replays, unmapped
from linkage.forms.desk import REJECT, DecisionForm
from linkage.models import DutyObjection, UnmappedEvent
from linkage.selectors import arbitration
from linkage.selectors import contracts as withheld
from linkage.selectors import desk as selectors
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Staff
from shenguan.refusals import Invalid, Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar
from shenguan.workdays.due import due_state

TABS = (("unmapped", "未对应事项"), ("objections", "职责异议"), ("failed", "投递失败"), ("withheld", "协议外推送"))


@require_safe
@require(Permission.PUSH_ARBITRATE, Permission.LINKAGE_LIST_EDIT)
def desk(request: StaffRequest, tab: str = "") -> HttpResponse:
    """The worklist asked for, else the first where something waits; list administrators have only one."""
    counts = selectors.counts(request.user)
    waiting = next((key for key, _ in TABS if counts.get(key)), "unmapped")
    wanted = tab or request.GET.get("tab", waiting)
    shown = wanted if wanted in counts else "unmapped"
    today = calendar.today()
    context: dict[str, Any] = {
        "tab": shown,
        "tabs": [(key, title, counts[key]) for key, title in TABS if key in counts],
    }
    if shown == "unmapped":
        page = keyset_page(request, selectors.unmapped_for(request.user), ordering=("id",))
        keepers = selectors.keepers({item.application.department_id for item in page.items})
        rows = [
            (
                item,
                due_state(item.deadline, today),
                (today - timezone.localdate(item.created_at)).days,
                [one for one in keepers[item.application.department_id] if one.pk != item.owner_id],
            )
            for item in page.items
        ]
        context |= {"page": page, "rows": rows, "may_edit_list": request.user.may(Permission.LINKAGE_LIST_EDIT)}
        context["covered"] = unmapped.covered(by=request_actor(request)) if rows else []
    elif shown == "objections":
        page = keyset_page(request, selectors.open_objections(), ordering=("id",))
        context |= {"page": page, "rows": arbitration.lines(page.items, today)}
    elif shown == "withheld":
        context |= {
            "page": keyset_page(request, withheld.withheld(), ordering=("id",)),
            "departments": withheld.withheld_departments(),
            "refused": withheld.refused_reports(today),
        }
    else:
        context |= {"endpoints": selectors.dead_endpoints(), "deliveries": selectors.dead_deliveries()}
    return render(request, "linkage/desk/desk.html", context)


def _fetch_unmapped(request: StaffRequest, pk: int) -> UnmappedEvent:
    """An event of the viewer's worklist, settled or not."""
    items = UnmappedEvent.objects.select_related("application")
    if not request.user.may(Permission.PUSH_ARBITRATE):
        items = items.filter(application__department=request.user.department_id)
    return get_object_or_404(items, pk=pk)


@require_POST
@require(Permission.PUSH_ARBITRATE, Permission.LINKAGE_LIST_EDIT)
@refusing
def unmapped_reroute(request: StaffRequest, pk: int) -> HttpResponse:
    """Routes the event again by the list as it is now."""
    item = unmapped.reroute(_fetch_unmapped(request, pk), by=request_actor(request))
    messages.success(request, f"办件 {item.application.number} 已重新路由：{item.remedy}。")
    return redirect("linkage:unmapped")


@require_POST
@require(Permission.PUSH_ARBITRATE, Permission.LINKAGE_LIST_EDIT)
@refusing
def unmapped_reroute_covered(request: StaffRequest) -> HttpResponse:
    """Routes every waiting event the list knows by now."""
    done = unmapped.reroute_covered(by=request_actor(request))
    if done:
        messages.success(request, f"已按现行清单重新路由 {done} 条。")
    else:
        messages.info(request, "现行清单还没有覆盖任何一条等待中的事项，请先修订并发布清单。")
    return redirect("linkage:unmapped")


@require_POST
@require(Permission.PUSH_ARBITRATE, Permission.LINKAGE_LIST_EDIT)
@refusing
def unmapped_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody else answers for the event."""
    item = _fetch_unmapped(request, pk)
    owner = Staff.objects.filter(username=request.POST.get("owner", "")).first()
    if owner is None:
        raise Invalid("请选择接手的人员。", {"owner": ["请选择接手的人员。"]})
    unmapped.hand_over(item, by=request_actor(request), owner=owner)
    messages.success(request, f"办件 {item.application.number} 已移交{owner.name}。")
    return redirect("linkage:unmapped")


@require_POST
@require(Permission.PUSH_ARBITRATE, Permission.LINKAGE_LIST_EDIT)
@refusing
def unmapped_dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody needs to supervise this, and why."""
    remedy = request.POST.get("remedy", "")
    item = unmapped.dismiss(_fetch_unmapped(request, pk), by=request_actor(request), remedy=remedy)
    messages.success(request, f"办件 {item.application.number} 已确认无需推送。")
    return redirect("linkage:unmapped")


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ARBITRATE)
@refusing
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """The form of a decision, and the decision. `?department=` redraws it with that department's people."""
    objection = get_object_or_404(DutyObjection.objects.select_related("push__department", "deadline"), pk=pk)
    given = request.POST if request.method == "POST" else request.GET
    suggested = objection.suggested_department
    code = given.get("department", suggested.code if suggested and request.method != "POST" else "")
    department = Department.objects.filter(code=code).first()
    if request.method != "POST":
        initial = {"department": code, "outcome": given.get("outcome", ""), "decision": given.get("decision", "")}
        return _decide_page(request, objection, DecisionForm(objection, department, initial=initial))
    form = DecisionForm(objection, department, request.POST)
    if not form.is_valid():
        return _decide_page(request, objection, form, status=422)
    try:
        done = _decide(request, objection, form)
    except Refusal as refusal:
        for field, sentences in (getattr(refusal, "errors", {}) or {"": [refusal.message]}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return _decide_page(request, objection, form, status=refusal.status)
    messages.success(request, done)
    back = reverse("linkage:objections")
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


def _decide(request: StaffRequest, objection: DutyObjection, form: DecisionForm) -> str:
    by, values = request_actor(request), form.cleaned_data
    if values["outcome"] == REJECT:
        push = objections.reject(objection, by=by, decision=values["decision"])
        return f"已裁定异议不成立，推送 {push.number} 仍由 {push.department} 承担。"
    push = objections.uphold(
        objection,
        by=by,
        department=values["department"],
        office=values["office"],
        owner=values["owner"],
        decision=values["decision"],
    )
    return f"已裁定异议成立，改派 {push.department}，新推送 {push.number}。"


def _decide_page(
    request: StaffRequest, objection: DutyObjection, form: DecisionForm, status: int = 200
) -> HttpResponse:
    template = "linkage/desk/_decide.html" if request.htmx else "linkage/desk/decide.html"
    return render(request, template, {"objection": objection, "form": form}, status=status)


@require_POST
@require(Permission.PUSH_ARBITRATE, Permission.SYSTEM_MANAGE)
@refusing
def replay(request: StaffRequest, code: str) -> HttpResponse:
    """New deliveries for everything that did not reach a department's system."""
    recipient = get_object_or_404(Department, code=code)
    queued = replays.replay(by=request_actor(request), recipient=recipient, dead=True)
    messages.success(request, f"已为{recipient}重新安排 {queued} 条投递，沿用原推送编号。")
    return redirect(f"{reverse('linkage:unmapped')}?tab=failed")
