"""The form of one signed paper."""

from django import forms

from linkage.models import Basis
from shenguan.org.models import Department
from shenguan.ui.widgets import DayInput


class PaperForm(forms.Form):
    """Which paper between which departments, with its validity and the signed file."""

    kind = forms.ChoiceField(label="文书种类", choices=Basis.choices)
    number = forms.CharField(label="文号", max_length=80, help_text="如 云审管备〔2026〕3号")
    approval_department = forms.ModelChoiceField(
        label="审批部门",
        queryset=Department.objects.filter(is_active=True),
        to_field_name="code",
        empty_label="请选择",
    )
    department = forms.ModelChoiceField(
        label="监管部门",
        queryset=Department.objects.filter(is_active=True),
        to_field_name="code",
        empty_label="请选择",
    )
    valid_from = forms.DateField(label="有效期起", widget=DayInput())
    valid_to = forms.DateField(
        label="有效期止",
        required=False,
        widget=DayInput(),
        help_text="长期有效的留空；到期前 60 日起在发布前检查中提醒。",
    )
    file = forms.FileField(label="签署文件", help_text="盖章的 PDF、OFD 或扫描图片。")
