"""Cards (督办牌): the list of a period with its numbers by department, the workbook, the withdrawal."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from linkage.actions import cards
from linkage.forms.cards import CardsForm, WithdrawCardForm
from linkage.models import Card
from linkage.selectors import cards as selectors
from linkage.views import sheets
from shenguan import audit
from shenguan.access.decorators import require
from shenguan.access.requests import StaffRequest, request_actor
from shenguan.access.roles import Permission
from shenguan.refusals import Refusal
from shenguan.ui.paging import keyset_page
from shenguan.ui.views.refusals import refusing
from shenguan.workdays import calendar

READERS = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW)
EXPORT_LIMIT = 20000
COLUMNS = (
    "级别",
    "应给日期",
    "部门",
    "科室",
    "责任人",
    "承办人",
    "推送编号",
    "相对人",
    "审批事项",
    "逾期待办",
    "到期日",
    "超期(工作日)",
    "催办规则",
    "给出时间",
    "撤回理由",
    "撤回人",
)


@require_safe
@require(*READERS)
def card_list(request: StaffRequest) -> HttpResponse:
    """The cards of a period, newest first, with the numbers of each department."""
    form = CardsForm(request.user, calendar.today(), request.GET)
    asked = form.asked()
    context = {
        "form": form,
        "asked": asked,
        "page": keyset_page(request, selectors.found(request.user, asked), ordering=("-id",)),
        "numbers": selectors.by_department(request.user, asked),
        "may_withdraw": request.user.may(Permission.PUSH_ARBITRATE),
        "is_filtered": bool(request.GET),
    }
    return render(request, "linkage/cards/list.html", context)


@require_safe
@require(*READERS)
def export(request: StaffRequest) -> HttpResponse:
    """The same cards as a workbook for the yearly assessment."""
    asked = CardsForm(request.user, calendar.today(), request.GET).asked()
    found = list(selectors.found(request.user, asked)[:EXPORT_LIMIT])
    audit.record("cards.export", by=request_actor(request), label="督办牌", detail={"rows": len(found)})
    return sheets.workbook("督办牌", COLUMNS, (_row(card) for card in found))


def _row(card: Card) -> list[sheets.Cell]:
    withdrawal = getattr(card, "withdrawal", None)
    return [
        card.get_level_display(),
        card.earned_on,
        card.department.name,
        card.office.name if card.office else "",
        card.owner.name,
        card.handler.name,
        card.number,
        card.heading,
        card.topic,
        card.get_step_display(),
        card.due_on,
        card.days_late,
        str(card.ladder),
        timezone.localtime(card.given_at).replace(tzinfo=None),
        withdrawal.reason if withdrawal else "",
        withdrawal.withdrawn_by if withdrawal else "",
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@require(Permission.PUSH_ARBITRATE)
@refusing
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The form of a withdrawal, and the withdrawal."""
    rows = Card.objects.select_related(*selectors.THING, "department", "owner", "handler", "withdrawal")
    card = get_object_or_404(rows, pk=pk)
    form = WithdrawCardForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "linkage/cards/withdraw.html", {"card": card, "form": form}, status=status)
    try:
        cards.withdraw(card, by=request_actor(request), reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return render(request, "linkage/cards/withdraw.html", {"card": card, "form": form}, status=refusal.status)
    messages.success(request, f"已撤回 {card.number} 的{card.get_level_display()}。")
    return redirect(reverse("linkage:cards"))
