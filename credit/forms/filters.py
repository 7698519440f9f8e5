"""Filters of the lists. They travel in the address, so they take no ID number and no phone number."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q, QuerySet

from credit.forms.records import DayField
from credit.models import CreditCheck, CreditRecord
from credit.models.check import CreditCheckQuerySet
from credit.models.record import CreditRecordQuerySet
from shenguan.ui.search import is_personal_number
from shenguan.workdays.calendar import OFFICE_ZONE, today

REFUSED = "为保护个人信息，此处不接受身份证件号码和手机号；请在主体查询页按证件号码查询。"


class FilterForm(forms.Form):
    """A search box that refuses personal numbers."""

    q = forms.CharField(label="关键字", required=False, max_length=80)

    def clean_q(self) -> str:
        """The text without outer blanks."""
        text: str = self.cleaned_data["q"].strip()
        if is_personal_number(text):
            raise forms.ValidationError(REFUSED)
        return text


class CheckFilter(FilterForm):
    """The log of checks."""

    outcome = forms.ChoiceField(label="结论", required=False, choices=[("", "全部"), *CreditCheck.Outcome.choices])
    since = DayField(label="起始日期", required=False)
    until = DayField(label="截止日期", required=False)

    field_order = ["q", "outcome", "since", "until"]

    def apply(self, rows: CreditCheckQuerySet) -> QuerySet[CreditCheck]:
        """The rows the filter leaves. Only for a valid form."""
        asked = self.cleaned_data
        if asked["q"]:
            rows = rows.filter(
                Q(number=asked["q"]) | Q(case_number=asked["q"]) | Q(subject__name__startswith=asked["q"])
            )
        if asked["outcome"]:
            rows = rows.filter(outcome=asked["outcome"])
        if asked["since"]:
            rows = rows.filter(checked_at__gte=_midnight(asked["since"]))
        if asked["until"]:
            rows = rows.filter(checked_at__lt=_midnight(asked["until"] + timedelta(1)))
        return rows


class RecordFilter(FilterForm):
    """The list of records."""

    level = forms.ChoiceField(label="等级", required=False, choices=[("", "全部"), *CreditRecord.Level.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            *[(state.value, state.label) for state in CreditRecord.State if state != CreditRecord.State.PENDING],
            ("disputed", "异议中"),
        ],
    )

    def apply(self, rows: CreditRecordQuerySet) -> QuerySet[CreditRecord]:
        """The rows the filter leaves. Only for a valid form."""
        asked = self.cleaned_data
        if asked["q"]:
            rows = rows.filter(
                Q(number=asked["q"])
                | Q(document_number=asked["q"])
                | Q(subject__uscc=asked["q"].upper())
                | Q(subject__name__startswith=asked["q"])
            )
        if asked["level"]:
            rows = rows.filter(level=asked["level"])
        if asked["state"] == "disputed":
            return rows.filter(objection=CreditRecord.Objection.RUNNING)
        return rows.in_state(asked["state"], today()) if asked["state"] else rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, OFFICE_ZONE)
