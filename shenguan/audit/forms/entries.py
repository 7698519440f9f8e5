"""The filter above the audit list."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from shenguan.ui.widgets import DayInput

# Days at the ends of Python's calendar have no midnight in UTC.
REASONABLE = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


class EntryFilter(forms.Form):
    """All fields optional; days are days in Shanghai."""

    actor = forms.CharField(label="操作者", max_length=150, required=False, help_text="登录名、姓名或系统标识")
    action = forms.CharField(
        label="操作",
        max_length=80,
        required=False,
        help_text="操作代码，输入时有提示",
        widget=forms.TextInput(attrs={"list": "actions", "autocomplete": "off"}),
    )
    since = forms.DateField(label="起始日期", required=False, widget=DayInput(), validators=REASONABLE)
    until = forms.DateField(label="截止日期", required=False, widget=DayInput(), validators=REASONABLE)

    def clean(self) -> dict[str, Any]:
        """The range must not run backwards."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "截止日期早于起始日期，请改为同一天或更晚。")
        return cleaned
