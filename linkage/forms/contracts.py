"""Forms of exchange contracts."""

from typing import Any

from django import forms

from linkage.forms.choices import offer
from linkage.models import ExchangeContract
from shenguan.org.models import Department
from shenguan.ui.widgets import DayInput

KINDS = ExchangeContract.Kind
REPORTED = {str(kind) for kind in ExchangeContract.REPORTED}


class PairForm(forms.Form):
    """For whom and in which direction."""

    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), to_field_name="code", empty_label="请选择"
    )
    direction = forms.ChoiceField(label="方向", choices=ExchangeContract.Direction.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.filter(is_active=True).order_by("code"))


class TermsForm(forms.Form):
    """The terms; what may be chosen depends on the direction. The rules check them."""

    kinds = forms.MultipleChoiceField(label="交换内容", widget=forms.CheckboxSelectMultiple)
    data_items = forms.CharField(label="数据项", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    modes = forms.MultipleChoiceField(
        label="交换方式", choices=ExchangeContract.Mode.choices, widget=forms.CheckboxSelectMultiple
    )
    procedure = forms.CharField(label="办理程序", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    limit_days = forms.IntegerField(label="时限（工作日，0 为当日）", min_value=0, max_value=60)
    frequency = forms.ChoiceField(label="频次", choices=ExchangeContract.Frequency.choices)
    confidentiality = forms.ChoiceField(label="保密等级", choices=ExchangeContract.Confidentiality.choices)
    purpose = forms.CharField(
        label="使用目的", max_length=300, help_text="共享数据只用于此目的，未经同意不提供给第三方（政务数据共享条例）"
    )
    valid_from = forms.DateField(label="生效日期", widget=DayInput())
    valid_to = forms.DateField(label="有效期至", required=False, widget=DayInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, direction: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_reported = direction == ExchangeContract.Direction.FROM_DEPARTMENT
        chosen = self.fields["kinds"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = [one for one in KINDS.choices if (one[0] in REPORTED) == is_reported]

    def terms(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ReasonForm(forms.Form):
    """Why a contract is sent back or ended."""

    reason = forms.CharField(label="原因", max_length=300)
