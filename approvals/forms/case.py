"""What people type at each later stage of a case. The rules check it; the forms only read it."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from approvals.law import REMEDY
from approvals.models import Application
from shenguan.org.models import Staff
from shenguan.ui.widgets import DayInput
from shenguan.workdays.models import DeadlinePause

VERDICTS = [("pass", "通过"), ("fail", "不通过")]


class CaseForm(forms.Form):
    """What all have: the version of the case that the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(CaseForm):
    """退回审查, 延长期限, 撤回, 终止: one reason."""

    reason = forms.CharField(
        label="理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3, "required": True})
    )


class OpinionForm(CaseForm):
    """审查意见."""

    conclusion = forms.ChoiceField(label="审查结论", choices=VERDICTS, required=False, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label="审查意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class PeopleField(forms.ModelMultipleChoiceField):
    """Colleagues to tick, by name."""

    def label_from_instance(self, obj: Staff) -> str:
        """The name only: the department is the same for all."""
        return obj.name


class SurveyForm(CaseForm):
    """踏勘意见 of two or more."""

    surveyors = PeopleField(
        label="踏勘人员（不少于 2 人）",
        queryset=Staff.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    conclusion = forms.ChoiceField(label="踏勘结论", choices=VERDICTS, required=False, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label="踏勘情况", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["surveyors"]
        if isinstance(field, PeopleField):
            field.queryset = people


class DecisionForm(CaseForm):
    """准予 or 不予; a refusal carries reason and remedy (RULES R1.14)."""

    result = forms.ChoiceField(
        label="审批决定", choices=Application.Result.choices, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="理由",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不予许可必须说明理由",
    )
    remedy = forms.CharField(
        label="救济途径",
        max_length=500,
        required=False,
        initial=REMEDY,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只印在不予许可决定书上",
    )


class IssueForm(CaseForm):
    """制证送达."""

    valid_from = forms.DateField(label="有效期自", widget=DayInput(), required=False)


class PauseForm(CaseForm):
    """暂停计时 for a reason the law names (RULES R1.11)."""

    reason = forms.ChoiceField(label="不计入期限的事由", choices=DeadlinePause.Reason.choices)
    days = forms.IntegerField(label="所需时间（工作日）", min_value=1, max_value=365)
    start_on = forms.DateField(label="开始日期", required=False, widget=DayInput())


class ResumeForm(CaseForm):
    """恢复计时."""

    end_on = forms.DateField(
        label="结束日期（当日不计入）",
        required=False,
        widget=DayInput(),
    )
    reason = forms.TypedChoiceField(
        label="结束哪一项暂停",
        choices=[("", "只有一项暂停时不必选择"), *DeadlinePause.Reason.choices],
        required=False,
        empty_value=None,
    )


class ConfirmForm(CaseForm):
    """Nothing to fill in but the version."""


class PermitForm(forms.Form):
    """撤销, 撤回, 注销, 变更, 暂扣, 恢复 of a permit."""

    reason = forms.CharField(
        label="事实和理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    legal_basis = forms.CharField(label="法律依据", max_length=300, required=False)
    harms_public_interest = forms.BooleanField(
        label="撤销可能对公共利益造成重大损害",
        required=False,
        help_text="勾选后依法不予撤销（行政许可法第六十九条第三款）",
    )

    def __init__(self, *args: Any, action: str, basis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_basis"].initial = basis
        if action != "revoke":
            del self.fields["harms_public_interest"]
        if action == "restore":
            del self.fields["legal_basis"]
