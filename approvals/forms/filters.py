"""Filters of lists, read from the address."""

from django import forms
from django.db.models import QuerySet

from approvals.models import Application
from approvals.selectors.applications import searched, waiting_for
from shenguan.org.models import Staff
from shenguan.workdays import calendar

SOON_WORKDAYS = 2


class ApplicationFilter(forms.Form):
    """办件查询: free text, state, mine, due."""

    DUE = [("", "全部时限"), ("soon", "2 个工作日内到期"), ("over", "已超期")]

    q = forms.CharField(
        label="办件编号、申请人或事项",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "data-sg": "query", "class": "form-control-sm"}),
    )
    status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *Application.Status.choices],
        widget=forms.Select(attrs={"class": "form-select-sm"}),
    )
    due = forms.ChoiceField(
        label="时限", required=False, choices=DUE, widget=forms.Select(attrs={"class": "form-select-sm"})
    )
    mine = forms.BooleanField(label="只看待我办理", required=False)

    def apply(self, rows: QuerySet[Application], staff: Staff) -> QuerySet[Application]:
        """The rows that fit. An address that was tampered with shows nothing."""
        if not self.is_valid():
            return rows.none()
        wanted = self.cleaned_data
        rows = searched(rows, wanted["q"])
        if wanted["status"]:
            rows = rows.filter(status=wanted["status"])
        if wanted["mine"]:
            rows = rows.filter(pk__in=waiting_for(staff).order_by().values("pk"))
        if wanted["due"]:
            rows = _due(rows, over=wanted["due"] == "over")
        return rows


def _due(rows: QuerySet[Application], *, over: bool) -> QuerySet[Application]:
    """By the promised time, while it runs."""
    today = calendar.today()
    running = rows.filter(promised_deadline__state="open", promised_deadline__is_paused=False)
    if over:
        return running.filter(promised_deadline__due_on__lt=today)
    last = calendar.add_workdays(today, SOON_WORKDAYS).due_on
    return running.filter(promised_deadline__due_on__gte=today, promised_deadline__due_on__lte=last)
