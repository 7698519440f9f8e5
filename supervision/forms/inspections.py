"""What an inspector fills in: one element at a time, then the result."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from shenguan.org.models import Staff
from shenguan.ui.widgets import DayInput
from supervision.models import Inspection, InspectionElement


class ElementForm(forms.Form):
    """The verdict on one checklist element."""

    verdict = forms.ChoiceField(label="结论", choices=InspectionElement.Verdict.choices)
    description = forms.CharField(label="问题描述", max_length=2000, required=False)
    measure = forms.ChoiceField(
        label="处理措施", choices=[("", "请选择"), *InspectionElement.Measure.choices], required=False
    )
    rectify_by = forms.DateField(label="整改期限", required=False)
    seen = forms.CharField(max_length=12, required=False)  # mark of the answer the page showed before


class AssignForm(forms.Form):
    """The person who gets a task."""

    assignee = forms.ModelChoiceField(
        label="指派给",
        queryset=Staff.objects.none(),
        to_field_name="username",
        error_messages={"required": "请选择要指派的人员。", "invalid_choice": "只能指派给本部门在岗的执法人员。"},
    )

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["assignee"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = people


class ResultForm(forms.Form):
    """The result of the whole inspection. The rules check it; the form only reads it."""

    checked_on = forms.DateField(label="检查日期", widget=DayInput({"class": "form-control"}))
    inspectors = forms.ModelMultipleChoiceField(
        label="检查人员（不少于 2 人）",
        queryset=Staff.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    result_codes = forms.MultipleChoiceField(
        label="检查结果",
        choices=Inspection.ResultCode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    commitment_result = forms.ChoiceField(
        label="承诺核查结论",
        choices=[("", "请选择"), *Inspection.CommitmentResult.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    summary = forms.CharField(
        label="检查情况说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, inspectors: QuerySet[Staff], with_commitment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["inspectors"]
        if isinstance(people, forms.ModelMultipleChoiceField):
            people.queryset = inspectors
        if not with_commitment:
            del self.fields["commitment_result"]


class PhotoForm(forms.Form):
    """One photo taken at one element."""

    photo = forms.FileField(label="照片")


class ClosingForm(forms.Form):
    """How a finding was mended, when it is closed on papers. The action asks for the words."""

    note = forms.CharField(label="整改情况", max_length=1000, required=False)
