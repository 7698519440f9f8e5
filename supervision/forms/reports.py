"""Forms beside clues and penalties."""

from django import forms

from shenguan.ui.widgets import DayInput
from supervision.models import Clue


class ConclusionForm(forms.Form):
    """What looking into a clue showed."""

    outcome = forms.ChoiceField(label="核查结论", choices=Clue.Outcome.choices)
    handling = forms.CharField(label="核查和处置情况", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    handled_on = forms.DateField(label="办结日期", widget=DayInput())


class WithdrawalForm(forms.Form):
    """Why and since when a penalty no longer holds."""

    on = forms.DateField(label="撤销日期", widget=DayInput())
    reason = forms.CharField(label="撤销原因", max_length=300)
