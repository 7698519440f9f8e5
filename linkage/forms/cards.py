"""Forms of the cards page."""

from datetime import date
from typing import Any

from django import forms

from linkage.forms.choices import offer
from linkage.models import Card
from linkage.selectors.cards import Asked
from shenguan.access import scope
from shenguan.org.models import Department, Staff
from shenguan.ui.widgets import DayInput


class CardsForm(forms.Form):
    """Which cards to look at: a period, a department, a level. The year so far when nothing is asked."""

    since = forms.DateField(label="自", required=False, widget=DayInput())
    until = forms.DateField(label="至", required=False, widget=DayInput())
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), required=False, to_field_name="code", empty_label="全部部门"
    )
    level = forms.ChoiceField(label="级别", required=False, choices=[("", "全部"), *Card.Level.choices])
    withdrawn = forms.BooleanField(label="含已撤回", required=False)

    def __init__(self, staff: Staff, today: date, data: Any = None) -> None:
        self.today = today
        period = {"since": today.replace(month=1, day=1).isoformat(), "until": today.isoformat()}
        given = {name: value for name, value in (data or {}).items() if value}
        super().__init__(period | given if data else None, initial=period, auto_id="id_cards_%s")
        offer(self, "department", Department.objects.filter(is_active=True))
        if not scope.sees_all(staff):
            del self.fields["department"]

    def asked(self) -> Asked:
        """What was asked for; a date nobody can read counts as none given."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Asked(
            since=values.get("since") or self.today.replace(month=1, day=1),
            until=values.get("until") or self.today,
            department=values.get("department"),
            level=values.get("level", ""),
            withdrawn=bool(values.get("withdrawn")),
        )


class WithdrawCardForm(forms.Form):
    """Why a card does not count any more."""

    reason = forms.CharField(
        label="撤回理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="撤回后不再计入考核，原记录与理由一并保留、双方可见。",
    )
