"""Keeping credit records: register, repair, revoke, objection."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from credit.models import CreditRecord, Subject
from credit.selectors.subjects import lookup
from shenguan.refusals import Invalid
from shenguan.ui.widgets import DayInput
from shenguan.workdays.calendar import today


class DayField(forms.DateField):
    """A date with the browser's own picker, far enough from both ends of the calendar to be reckoned with."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=DayInput(),
            validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
            **kwargs,
        )


def show_refusal(form: forms.Form, refusal: Invalid) -> None:
    """Puts the sentences of a refusal beside the fields they are about."""
    for name, sentences in refusal.errors.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not refusal.errors:
        form.add_error(None, refusal.message)


class RecordForm(forms.Form):
    """One decided fact about a party that is already in the register."""

    subject_code = forms.CharField(
        label="统一社会信用代码或公民身份号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    level = forms.ChoiceField(label="等级", choices=[("", "请选择"), *CreditRecord.Level.choices])
    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), *CreditRecord.Category.choices])
    document_name = forms.CharField(label="文书名称", max_length=100)
    document_number = forms.CharField(label="文书号", max_length=100)
    decided_on = DayField(label="决定日期")
    published_on = DayField(label="公示日期", required=False, help_text="不填为今天；轻微和正面记录不公示")
    visibility = forms.ChoiceField(
        label="可见级别",
        required=False,
        choices=[("", "按等级确定"), *CreditRecord.Visibility.choices],
        help_text="自然人的记录一律为授权查询",
    )
    fine_yuan = forms.DecimalField(label="罚款金额（元）", required=False, min_value=0, max_digits=16, decimal_places=2)
    facts = forms.CharField(label="事由", widget=forms.Textarea(attrs={"rows": 3}))
    result = forms.CharField(label="处理结果", widget=forms.Textarea(attrs={"rows": 2}))
    legal_basis = forms.CharField(
        label="法律依据",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一条，如《中华人民共和国食品安全法》第一百二十四条",
    )
    related_item_code = forms.CharField(label="关联事项编码", max_length=40, required=False)
    ban_until = DayField(label="再申请限制截止", required=False)
    ban_basis = forms.CharField(label="限制依据", max_length=300, required=False)

    def clean_subject_code(self) -> Subject:
        """The party; the number itself goes no further than this field."""
        subject = lookup(self.cleaned_data["subject_code"])
        if subject is None:
            raise forms.ValidationError("没有找到该主体：请核对号码；新主体在受理登记或数据导入时建档。")
        return subject

    def clean_legal_basis(self) -> list[str]:
        """One basis a line."""
        return [line.strip() for line in self.cleaned_data["legal_basis"].splitlines() if line.strip()]


class RepairForm(forms.Form):
    """When the repair took effect."""

    on = DayField(label="修复日期", initial=today, help_text="当日起不再影响办理")


class RevokeForm(forms.Form):
    """When and why the decision behind the record fell."""

    on = DayField(label="撤销日期", initial=today, help_text="当日起不再影响办理")
    reason = forms.CharField(label="撤销原因", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionForm(forms.Form):
    """An objection comes in."""

    on = DayField(label="提出日期", initial=today)
    reason = forms.CharField(label="异议理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionDecisionForm(forms.Form):
    """An objection is decided."""

    on = DayField(label="决定日期", initial=today)
    upheld = forms.TypedChoiceField(
        label="处理结果",
        choices=[("yes", "异议成立，记录失效"), ("no", "异议不成立，记录维持")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label="处理意见", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
